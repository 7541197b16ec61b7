"""The judge: each ending by its rule, strain, re-forming, and spells."""

import pytest

from sim.truce import Signs, Truce, TruceConfig, TruceState

CALM = {
    "social_breaches": 0.0,
    "free_passage": 1.0,
    "loyalists_remaining": 1.0,
    "is_besieged": False,
    "is_stormed": False,
    "is_calm_posture": True,
    "is_pressed": False,
}


def judged(*days, config=None):
    """A truce judged over days, each a dictionary of what is not calm."""
    truce = Truce(config or TruceConfig())
    for day, signs in enumerate(days, start=1):
        truce.judge(day, Signs(**{**CALM, **signs}))
    return truce


BREAKS = {
    "feud": [{"social_breaches": 4.0}, {"social_breaches": 4.0}],
    "passage": [{"free_passage": 0.2}] * 7,
    "exodus": [{"loyalists_remaining": 0.05}],
    "siege": [{"is_besieged": True, "is_calm_posture": False, "is_pressed": True}] * 14,
    "assault": [{"is_stormed": True, "is_calm_posture": False, "is_pressed": True}],
}


@pytest.mark.parametrize("ending", BREAKS)
def test_each_ending_breaks_the_truce_on_the_day_its_rule_holds(ending):
    truce = judged(*BREAKS[ending])
    assert truce.state == TruceState.BROKEN
    assert (truce.spells[0].end, truce.spells[0].ending) == (len(BREAKS[ending]), ending)
    assert judged(*BREAKS[ending][:-1]).n_breaks == 0


@pytest.mark.parametrize("ending", BREAKS)
def test_an_ending_that_is_switched_off_breaks_nothing(ending):
    config = TruceConfig.model_validate({ending: {"enabled": False}})
    assert judged(*BREAKS[ending], config=config).n_breaks == 0


def test_breaches_outside_the_window_do_not_count():
    assert judged({"social_breaches": 5.0}, *[{}] * 13, {"social_breaches": 5.0}).n_breaks == 0
    assert judged({"social_breaches": 5.0}, *[{}] * 12, {"social_breaches": 5.0}).n_breaks == 1


def test_half_the_feud_bar_narrow_passage_or_an_army_that_presses_strains_the_truce():
    assert judged({"social_breaches": 4.5}).state == TruceState.STRAINED
    assert judged({"social_breaches": 4.0}).state == TruceState.HOLDING
    assert judged({"free_passage": 0.7}).state == TruceState.STRAINED
    assert judged({"is_pressed": True}).state == TruceState.STRAINED


def test_a_bar_may_be_low():
    assert (
        judged({"social_breaches": 0.5}, config=TruceConfig.model_validate({"feud": {"bar": 0.5}})).n_breaks
        == 1
    )


def test_passage_at_its_bar_is_still_free():
    assert judged(*[{"free_passage": TruceConfig().passage.bar}] * 30).n_breaks == 0


def test_it_forms_again_after_fourteen_quiet_days_in_a_row():
    storm = BREAKS["assault"]
    assert judged(*storm, *[{}] * 13).state == TruceState.BROKEN
    again = judged(*storm, *[{}] * 14)
    assert again.state == TruceState.HOLDING
    assert [(s.start, s.end) for s in again.spells] == [(0, 1), (15, None)]
    assert judged(*storm, *[{}] * 13, {"free_passage": 0.5}, {}).state == TruceState.BROKEN


@pytest.mark.parametrize(
    "trouble",
    [
        {"social_breaches": 9.0},
        {"free_passage": 0.5},
        {"is_calm_posture": False},
        {"loyalists_remaining": 0.15},
        {"loyalists_remaining": 2 * TruceConfig().exodus.bar},  # it takes more than twice the bar
    ],
)
def test_it_does_not_form_again_while_there_is_trouble(trouble):
    assert len(judged(*BREAKS["assault"], *[trouble] * 30).spells) == 1


def test_the_feud_window_is_emptied_at_a_break():
    days = [{"social_breaches": 9.0}, *[{}] * 14, {"social_breaches": 4.0}]
    assert len(judged(*days).spells) == 2
    assert judged(*days).n_breaks == 1


def test_spells_are_counted_and_each_names_its_ending():
    truce = judged(*BREAKS["assault"], *[{}] * 14, *BREAKS["feud"], *[{}] * 20)
    assert [spell.ending for spell in truce.spells] == ["assault", "feud", ""]
    assert truce.n_breaks == 2
