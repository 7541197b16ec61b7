"""The answer of a study in words: effects, ties, tight and wide nulls, one variant, many, none at all."""

import re

import pandas as pd
import pytest

import sim
from sim.cli import main
from sim.report.effects import Effect, Verdict, effect_sentence, effects_by_point
from sim.report.findings import headline
from sim.report.page.page import page_of
from sim.report.source import read

NAMES = ["none", "pact", "mediation", "relief", "hotline", "containment", "guarantees"]
CLEAR = {"broke": (-0.06, -0.09, -0.02), "deaths": (-4.5, -7.3, -1.7), "departed": (-1014, -1413, -615)}
TIGHT = {"broke": (0.0, -0.008, 0.008), "deaths": (0.1, -0.4, 0.6), "departed": (5, -20, 30)}
WIDE = {"broke": (0.02, -0.05, 0.09), "deaths": (3.0, -9.0, 15.0), "departed": (100, -300, 500)}


def points_of(n_points, n=200):
    rows = [
        {"point": k, "measures": NAMES[k], "n": n, "failed": 0 if n else 5, "broke": n // 4, "p_break": 0.25,
         "p_break_low": 0.2, "p_break_high": 0.3, "median_break_days": float("nan"), "deaths_mean": 12.0,
         "deaths_sd": 4.0, "departed_mean": 2000.0, "departed_sd": 300.0}
        for k in range(n_points)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def differences_of(*effects):
    """Rows of effects (outcome -> difference, low, high) of points 1, 2, ... against point 0."""
    means = {"broke": 0.3, "deaths": 12.0, "departed": 2000.0}
    rows = [
        {"point": k + 1, "base": 0, "outcome": name, "n": 200, "base_mean": means[name],
         "difference": difference, "low": low, "high": high}
        for k, each in enumerate(effects) for name, (difference, low, high) in each.items()
    ]  # fmt: skip
    return pd.DataFrame(
        rows, columns=["point", "base", "outcome", "n", "base_mean", "difference", "low", "high"]
    )


def runs_of(*broke):
    """Run rows of points whose histories broke as these lists of 0 and 1 say."""
    rows = [
        {"point": point, "run": run, "status": "ok", "broke": bool(each)}
        for point, every in enumerate(broke)
        for run, each in enumerate(every)
    ]
    return pd.DataFrame(rows)


def test_one_variant_is_told_by_its_paired_differences_in_breaks_deaths_and_departures():
    told = headline(points_of(2), differences_of(CLEAR))
    assert told == (
        "Compared with no measures: pact lowered breaks by 6 points (2 to 9), deaths by 4.5 (1.7 to 7.3) and "
        "departures by 1,014 (615 to 1,413) per history."
    )


def test_variants_with_bases_of_their_own_say_what_both_have_and_what_is_changed():
    points = points_of(4)
    points["measures"] = ["none", "none", "pact", "pact"]
    points.insert(2, "army.shield", [True, False] * 2)
    differences = differences_of({}, CLEAR, CLEAR).query("point > 1").assign(base=lambda t: t["point"] - 2)
    assert headline(points, differences).startswith(
        "Compared with no measures: with army shield on, pact lowered breaks by 6 points (2 to 9)"
    )
    assert "With army shield off, pact lowered breaks" in headline(points, differences)
    points["measures"] = ["[1, 2]", "[1, 2]", "[1, 3]", "[1, 3]"]
    points = points.rename(columns={"measures": "events.kidnapping.at"})
    told = headline(points, differences)
    assert told.startswith(
        "Compared with kidnapping scheduled days [1, 2]: with army shield on, kidnapping scheduled"
    )


def test_a_tight_interval_around_0_is_no_effect_larger_than_its_wider_end():
    told = headline(points_of(2), differences_of(TIGHT))
    assert told == (
        "Compared with no measures: pact: no effect larger than 0.8 points on breaks, 0.6 on deaths and 30 "
        "on departures, per history."
    )


def test_a_wide_interval_around_0_is_not_decided_and_says_how_many_more_runs_would_decide():
    told = headline(points_of(2), differences_of(WIDE))
    # half-width 7 points at 200 pairs, difference 2: until it is under 2 points 200 x 3.5^2 = 2,450 in all
    assert "not decided: breaks (-5 to +9 points; about 2,300 more runs would decide)" in told
    assert "deaths (-9 to +15; about" in told
    assert "no effect" not in told
    assert "lowered" not in told


def test_the_number_of_runs_that_would_decide_does_so_if_the_difference_stays():
    effect = Effect("broke", 0.02, -0.05, 0.09, 0.3, 200)
    half = 0.07 * (200 / (200 + effect.more_runs)) ** 0.5
    later = Effect("broke", 0.02, 0.02 - half, 0.02 + half, 0.3, 200 + effect.more_runs)
    assert effect.verdict is Verdict.OPEN
    assert later.verdict is not Verdict.OPEN or later.low == pytest.approx(0, abs=1e-4)


def test_two_variants_with_one_effect_are_called_a_tie_and_unequal_ones_are_not():
    points, table = points_of(3), differences_of(CLEAR, CLEAR)
    base, one = [1] * 100 + [0] * 100, [0] * 40 + [1] * 60 + [0] * 100
    same = headline(points, table, runs_of(base, one, one))
    assert "A tie: pact and mediation cannot be told apart by breaks" in same
    other = headline(points, table, runs_of(base, one, [0] * 200))
    assert "tie" not in other


def test_many_variants_are_grouped_and_never_ranked_by_share():
    points = points_of(7)
    told = headline(points, differences_of(CLEAR, TIGHT, TIGHT, WIDE, CLEAR, TIGHT))
    assert told.count("lowered breaks by 6 points (2 to 9)") == 2
    assert (
        "Mediation, relief and guarantees: no effect larger than 0.8 points on breaks, 0.6 on deaths" in told
    )
    assert "Hotline: not decided whether breaks go up or down; about 2,300 more runs would decide" in told
    assert not re.search(r"least|most often", told)
    one_more, two_more = (headline(points_of(n + 1), differences_of(*[CLEAR] * n)) for n in (4, 5))
    assert "1 more variant lowered breaks." in one_more
    assert "2 more variants lowered breaks." in two_more


def test_what_moves_departures_and_not_breaks_is_never_called_without_effect():
    leave, stay = {**TIGHT, "departed": (4726, 3442, 6010)}, {**WIDE, "departed": (-900, -1300, -500)}
    told = headline(points_of(5), differences_of(CLEAR, leave, TIGHT, stay))
    assert "Mediation raised departures by 4,726 (3,442 to 6,010) per history; no effect larger than" in told
    assert "Hotline lowered departures by 900 (500 to 1,300) per history" in told
    assert "Relief: no effect larger than 0.8 points on breaks, 0.6 on deaths and 30 on departures" in told
    assert "6,010 on departures" not in told
    many = headline(points_of(7), differences_of(*[leave] * 6))
    assert many.count("raised departures") == 3
    assert "Hotline, containment and guarantees: an effect on deaths or departures" in many


def test_with_every_history_failed_nothing_is_said():
    told = headline(points_of(2, n=0), differences_of())
    assert told == "No history succeeded, so nothing can be said; 10 failed."


def test_one_point_is_told_with_its_deaths_and_departures():
    told = headline(points_of(1), differences_of())
    assert "25 % (20-30 %)" in told
    assert "deaths 12.0 (11.4 to 12.6) and departures 2,000 (1,958 to 2,042)" in told


def test_an_effect_in_no_pair_at_all_is_told_as_such():
    still = Effect("deaths", 0.0, 0.0, 0.0, 3.0, 50)
    assert effect_sentence("hotline", {"deaths": still}) == (
        "Hotline: deaths the same in every pair of histories, per history"
    )


@pytest.fixture(scope="module")
def measures(tmp_path_factory):
    """A mediation team from day 10, a pact, both, neither; 24 histories each."""
    from tests.study.studies import SMALL

    asked = "question=Does a mediation team from day 10 plus a pact hold it, at what cost in lives?"
    varied = ["measures.mediation.enabled=false,true", "measures.pact.enabled=false,true"]
    return sim.sweep(
        [*SMALL, *varied, "measures.mediation.start_day=10", "events.kidnapping.base=0.2", asked,
         "truce.feud.bar=3", "runs=24", "engine=serial", "keep=rows"],
        out=tmp_path_factory.mktemp("headline") / "study",
    )  # fmt: skip


def test_a_question_is_plain_words_and_variants_have_plain_names(measures):
    text = "\n".join(measures.lines)
    assert measures.lines[0].startswith("Does a mediation team from day 10 plus a pact hold it, at what cost")
    assert "mediation team from day 10 and pact among factions (assumed strength 0.5)" in text.lower()
    assert "measures." not in text
    page = page_of(read(measures.folder))
    answer = page.split("<h2>Answer</h2>")[1].split("<h2>Parameters</h2>")[0]
    assert "mediation team from day 10" in answer
    assert "measures.mediation" not in answer


def test_headline_and_report_give_the_differences_of_the_tables(measures):
    labels = {1: "pact among factions", 2: "mediation team from day 10"}
    page = page_of(read(measures.folder))
    for point, effects in effects_by_point(measures.differences).items():
        for name, effect in effects.items():
            row = measures.differences.query("point == @point and outcome == @name").iloc[0]
            assert (effect.low, effect.high) == (row["low"], row["high"])
            ours = measures.runs[measures.runs["point"] == point]
            base = measures.runs[measures.runs["point"] == 0]
            columns = {"broke": ["broke"], "deaths": "deaths_", "departed": "departed_"}[name]
            if isinstance(columns, str):
                columns = [f"{columns}{camp}" for camp in ("loyalist", "uncommitted", "opposition")]
            mean = (
                ours[columns].sum(axis=1).astype(float).mean()
                - base[columns].sum(axis=1).astype(float).mean()
            )
            assert effect.difference == pytest.approx(mean)
    for point, label in labels.items():
        sentence = effect_sentence(
            label, effects_by_point(measures.differences)[point], "assumed strength 0.5"
        )
        assert sentence in " ".join(measures.lines).replace(label, f"{label[:1].upper()}{label[1:]}")
        assert sentence in page or f"{sentence[:1].lower()}{sentence[1:]}" in page


def test_a_question_without_end_is_refused_in_one_line(capsys):
    assert main(["sweep", f"question={'why ' * 2500}", "days=3"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "10,000 characters are too many for a question" in lines[0] or "9,999" in lines[0]
