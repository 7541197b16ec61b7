"""What an explanation says and tabulates, of numbers that are made up: no history is run here."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from sim.explanation import ask
from sim.explanation.history_table import COLUMNS, explanation
from sim.explanation.history_words import paragraph
from sim.explanation.sample import Broken, Sample
from sim.explanation.screen import history_screen, study_screen
from sim.explanation.spread import Execution
from sim.explanation.study_table import COLUMNS as STUDY_COLUMNS
from sim.explanation.study_table import study_table
from sim.explanation.study_words import describe_reruns
from sim.explanation.trials import SORTS, Trial, first_day, trials_of
from tests.conftest import tiny

BROKE, HELD = {"broke": True}, {"broke": False}
FLAT = {
    "sort": "event", "change": "without it", "day": 3, "until": 3, "broke": True, "first_break_day": 9.0,
    "ending": "feud", "deaths": 5, "departed": 7, "n": 50, "p_with": 0.8, "p_with_low": 0.7,
    "p_with_high": 0.9, "p_without": 0.8, "difference": 0.0, "difference_low": -0.1, "difference_high": 0.1,
    "deaths_difference": 0.0, "deaths_low": -1.0, "deaths_high": 1.0, "departed_difference": 0.0,
}  # fmt: skip
LESS = {
    "p_with": 0.2, "p_with_low": 0.1, "p_with_high": 0.34, "difference": -0.6, "difference_low": -0.7,
    "difference_high": -0.4,
}  # fmt: skip


def table(*rows):
    """A table of an explained history; what a row does not say is that of a change without effect."""
    full = [{**FLAT, "name": str(k), **row} for k, row in enumerate(rows)]
    return pd.DataFrame(full, columns=[column.name for column in COLUMNS])


def told(*rows, run=BROKE):
    return "\n".join(paragraph(table(*rows), run))


def test_nothing_clear_is_said_to_be_so():
    lines = told({}, {"sort": "kind"}, {"sort": "measure"})
    assert "no single removal of an event or a kind holds the truce in this history" in lines
    assert "No single event or kind makes a difference that is clear of chance" in lines
    assert "No protective measure makes a difference that is clear of chance, at half strength" in lines
    assert "50 replicates of what comes later" in lines
    assert "add up" not in lines
    assert "With the same luck" not in told({}, run=HELD)


def test_what_averts_is_said_with_its_numbers_and_the_first_three_are_named():
    names = [f"without blow {k}" for k in range(4)]
    lines = told(*({**LESS, "change": name, "broke": False, "p_without": 1.0} for name in names))
    said = "it breaks in 20 % (10-34) of the later histories instead of 100 %: -60 points (-70 to -40)."
    for name in names[:3]:
        assert f"{name.capitalize()} {said}" in lines
    assert f"Without blow 3 {said}" not in lines
    assert f"this history holds {', or '.join(names[:3])} (and 1 more)." in lines
    assert "No single event" not in lines
    assert "holds without blow 1." in told({}, {**LESS, "change": "without blow 1", "broke": False})


def test_removals_that_avert_more_than_there_is_do_not_add_up():
    together = {**LESS, "sort": "together"}
    both = ({**LESS, "p_without": 0.8}, {**LESS, "p_without": 0.8})
    assert "avert 120 %, more than the 80 % that break" in told(*both, together)
    assert "add up" not in told(*both)
    assert "add up" not in told({**LESS, "difference": -0.4}, {**LESS, "difference": -0.42}, together)
    assert "add up" in told({**LESS, "difference": -0.4}, {**LESS, "difference": -0.45}, together)


def test_removals_that_stand_in_for_one_another_do_not_add_up():
    together = {**LESS, "sort": "together"}
    lines = told({}, {}, together)
    assert "none of these 2 events alone makes a clear difference, and all at once avert 60 %" in lines
    assert "stand in" not in told({}, {}, {**together, "difference_high": 0.1})
    assert "stand in" not in told({}, {**LESS, "difference": -0.1}, together)


def test_measures_are_said_with_what_they_cost():
    costs = {"deaths_difference": -4.0, "deaths_low": -7.0, "deaths_high": -2.0}
    pact = {**LESS, **costs, "sort": "measure", "change": "with a pact", "departed_difference": 1234.0}
    lines = told(pact, {"sort": "measure"})
    assert "Protective measures, at half strength" in lines
    assert "With a pact it breaks in 20 % (10-34) instead of 80 %: -60 points (-70 to -40)" in lines
    assert "; -4 deaths (-7 to -2), +1,234 departed." in lines


def test_the_screen_says_what_becomes_of_this_very_history():
    rows = history_screen(table({**LESS, "broke": False, "departed_difference": -1200.4}, {})).rows
    assert rows[0][1:] == ("20 %", "80 %", "-60 (-70 to -40)", "holds", "0", "-1,200")
    assert rows[1][1:] == ("80 %", "80 %", "0 (-10 to +10)", "day 9, feud", "0", "0")


def rerun(change, replicate, broke, deaths=0, departed=0, until=3):
    return {
        "change": change, "day": until, "replicate": replicate, "broke": broke, "first_break_day": 9.0,
        "ending": "feud", "deaths": deaths, "departed": departed,
    }  # fmt: skip


def test_a_change_is_compared_with_the_same_replicates_unchanged():
    from sim.explanation.changes import Change

    changes = [Change("measure", "pact", "with a pact", 2, 4), Change("event", "7", "without it", 3, 3)]
    reruns = pd.DataFrame(
        [
            *(rerun(-1, k, k < 5, deaths=9, departed=k, until=3) for k in range(5)),
            *(rerun(-1, k, k < 2, until=4) for k in range(5)),
            *(rerun(0, k, k == 0, until=4) for k in range(5)),
            *(rerun(1, k, k in (1, 2), deaths=7, departed=2 * k) for k in range(5)),
        ]
    )
    event, pact = explanation(changes, reruns.sample(frac=1, random_state=1)).to_dict("records")
    assert (event["name"], event["n"], event["p_with"], event["p_without"]) == ("7", 4, 0.5, 1.0)
    assert (event["difference"], event["deaths_difference"], event["departed_difference"]) == (-0.5, -2, 2.5)
    assert (event["broke"], event["deaths"], event["departed"]) == (False, 7, 0)
    assert event["deaths_low"] == event["deaths_high"] == -2
    assert (pact["broke"], pact["p_with"], pact["p_without"], pact["until"]) == (True, 0.0, 0.25, 4)


def study_rerun(history, trial, replicate, broke, lead=0, **more):
    row = {"history": history, "point": 0, "run": history, "days_before": lead, "trial": trial}
    return {**row, "replicate": replicate, "broke": broke, "deaths": 0, "departed": 0, **more}


def test_histories_of_a_study_count_once_each():
    trials = [Trial("measure", "pact", 28), Trial("kind", "clash", 0)]
    reruns = pd.DataFrame(
        [study_rerun(h, -1, k, True, deaths=3) for h in (0, 1) for k in (0, 1, 2)]
        + [study_rerun(h, 1, k, h == 0 and k < 2, deaths=2) for h in (0, 1) for k in (0, 1, 2)]
        + [study_rerun(h, -1, k, True, 28) for h in (0, 1) for k in (1, 2)]
        + [study_rerun(h, 0, k, k == 1, 28, departed=5) for h in (0, 1) for k in (1, 2)]
    )
    found = study_table(trials, reruns)
    assert found.columns.tolist() == [column.name for column in STUDY_COLUMNS]
    clash, pact = found.to_dict("records")
    assert (clash["histories"], clash["held"], clash["held_share"]) == (2, 1, 0.5)
    assert (clash["p_with"], clash["p_without"], clash["difference"]) == (0.25, 1, -0.75)
    assert (clash["deaths_difference"], pact["departed_difference"]) == (-1, 5)
    assert (pact["difference"], pact["histories"]) == (-0.5, 2)
    assert pd.isna(pact["held"])


FLAT_TRIAL = {
    "sort": "measure", "name": "pact", "change": "with a pact", "days_before": 0, "histories": 4,
    "held": float("nan"), "p_with": 1.0, "p_without": 1.0, "difference": 0.0, "difference_low": -0.1,
    "difference_high": 0.1, "deaths_difference": 0.0, "deaths_low": 0.0, "deaths_high": 0.0,
    "departed_difference": 0.0,
}  # fmt: skip


def trials(*rows):
    return pd.DataFrame([{**FLAT_TRIAL, **row} for row in rows])


def sample(*days):
    histories = [Broken(0, k, day, "feud" if k else "siege", tiny()) for k, day in enumerate(days)]
    return Sample(histories, 40, 1000, "What breaks it?")


def said(*rows, of=None, replicates=2):
    return "\n".join(describe_reruns(of or sample(30, 10, 20), trials(*rows), replicates))


def test_a_study_says_which_histories_and_that_nothing_is_clear():
    lines = said({}, {"sort": "kind"}, {"sort": "kind", "days_before": 28}, {"sort": "covariate"})
    assert lines.startswith("What breaks it?\n3 histories of the 40 that broke, of 1,000 in all: ")
    assert "broken between day 10 and day 30, half of them by day 20; feud 2 and siege 1." in lines
    assert "Kinds of events, from day 1 on: no kind switched off makes a difference" in lines
    assert "Kinds of events, from 28 days before the break on: no kind switched off" in lines
    assert "no weight set to 0 makes a difference" in lines
    assert "Protective measures: none makes a difference that is clear of chance" in lines
    assert "Nothing that was changed makes the truce break more often" in lines
    assert "up to 3 histories with 2 replicates of later luck" in lines
    one_point = said({}, of=replace(sample(5, 6), question="", where="study: point 0 (days=9)"))
    assert one_point.startswith("study: point 0 (days=9): 2 histories of the 40")


def test_a_study_says_what_averts_most_how_early_and_what_brings_on_more():
    less = {k: LESS[k] for k in ("p_with", "difference", "difference_low", "difference_high")}
    weaker = {**less, "difference": -0.3}
    lines = said(
        {"sort": "kind", "change": "without any clash", **less, "held": 3.0},
        {"days_before": 7}, {"days_before": 28, **weaker}, {**less, "deaths_difference": -2.0},
        {"sort": "covariate", "change": "with no weight on anger", "difference": 0.2, "difference_low": 0.1},
    )  # fmt: skip
    effect = "without any clash it breaks in 20 % of the later histories instead of 100 %"
    held = "-60 points (-70 to -40), and 3 of 4 hold with the same luck."
    assert f"Kinds of events, from day 1 on: {effect}, {held}" in lines
    assert "most breaks are averted with a pact from day 1: -60 points (-70 to -40); -2 deaths" in lines
    early = "-60 from day 1, -30 begun 28 days before the break and 0 begun 7 days before the break"
    assert f"With a pact, in points: {early}; last clear begun 28 days before the break." in lines
    assert "It breaks more often with no weight on anger from day 1 (+20 points (+10 to +10))." in lines


def test_the_screen_of_a_study_leaves_out_what_moves_nothing():
    less = {"difference": -0.6, "difference_low": -0.7, "difference_high": -0.4}
    shown = study_screen(
        trials(
            {"days_before": 7, **less}, {"days_before": 28}, {"held": 1.0},
            {"change": "without any clash", "held": 0.0}, {"change": "without any raid", "held": 2.0},
        )
    )  # fmt: skip
    assert shown.heads[1:4] == ("from day 1", "28 days before", "7 days before")
    still = "0 (-10 to +10)"
    assert shown.rows == [
        ("with a pact", still, still, "-60 (-70 to -40)", "1 of 4 hold", "0"),
        ("without any raid", still, "", "", "2 of 4 hold", "0"),
    ]


def test_a_trial_so_long_before_the_break_begins_on_day_1_at_the_earliest():
    history = Broken(0, 0, 29, "feud", tiny())
    assert [first_day(history, lead) for lead in (0, 28, 29)] == [1, 1, 0]
    assert Trial("measure", "pact", 28).change(history).day == 1
    assert Trial("measure", "pact", 29).change(history) is None
    taken = replace(history, scenario=tiny({"measures": {"pact": {"enabled": True}}}))
    assert Trial("measure", "pact", 28).change(taken) is None


def test_what_can_be_changed_in_two_histories_is_tried():
    long, short = Broken(0, 0, 60, "feud", tiny()), Broken(0, 1, 20, "feud", tiny())
    assert {trial.sort for trial in trials_of([long, long])} == set(SORTS)
    measures = trials_of([long, short], ["measure"])
    assert {(trial.sort, trial.lead) for trial in measures} == {("measure", lead) for lead in (0, 7, 14)}
    assert trials_of([long], ["measure"]) == []


@pytest.mark.parametrize(
    ("options", "history", "study"),
    [
        (ask.Options(), 50, (20, 2)),
        (ask.Options(quick=True), 10, (8, 1)),
        (ask.Options(replicates=7), 7, (20, 7)),
    ],
)
def test_how_many_reruns_are_done_if_nobody_says(monkeypatch, tmp_path, options, history, study):
    class AskedError(Exception):
        """What would have been done."""

    def note(*_, **asked):
        raise AskedError(asked.get("histories"), asked["replicates"])

    monkeypatch.setattr(ask, "explained", note)
    monkeypatch.setattr(ask, "study_explained", note)
    for of, expected in ((ask.History(tiny()), (None, history)), (tmp_path, study)):
        with pytest.raises(AskedError) as caught:
            ask.perform(of, options, Execution(), None)
        assert caught.value.args == expected
