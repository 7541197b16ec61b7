"""What keys and their values are called."""

from __future__ import annotations

import pytest

from sim.report.names import key_words, names_of_keys, setting_words


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("events.kidnapping.base", "kidnapping base rate"),
        ("events.confession.enabled", "confession"),
        ("army.shield", "army shield"),
        ("factions.newcomers.members", "members of newcomers"),
        ("factions.newcomers.rival", "newcomers rival"),
        ("events.clash.weights.rivalry", "weight of rivalry in clash"),
        ("events.kidnapping.answers.counter_abduction", "kidnapping answered by counter-abduction"),
        ("city.n_officers", "officers"),
        ("measures.mediation.strength", "mediation team strength"),
    ],
)
def test_a_key_is_named_in_words(key, words):
    assert key_words(key) == words


def test_a_switch_is_on_or_off():
    (name,) = names_of_keys(["events.confession.enabled"]).values()
    assert setting_words("events.confession.enabled", name, False) == "confession off"


def test_keys_that_would_read_alike_are_told_apart():
    assert len(set(names_of_keys(["events.clash.base", "calm.clash.base"]).values())) == 2
