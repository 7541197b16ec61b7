"""Figures of P8 to P16 and T1 to T4: what is counted, from traces where the answer is plain."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from sim.actors.postures import SHUT, Posture
from sim.compose import compose_scenario
from sim.patterns import Histories, means, once
from sim.patterns.agreed import select_agreed
from sim.patterns.figures import FAMILIES, ONCE, RANGES, mean_of
from sim.patterns.offensives import answers_to_collapse, gaps, offensives, sieges, storms
from sim.patterns.phases import stretches, weeks_put_together, weeks_under
from sim.patterns.simulate import AT_WAR, BESIEGED, changes_of
from sim.records import daily_table
from tests.conftest import finished, tiny
from tests.patterns.test_patterns import LIVELY, NOTHING, traces

B, G, S, H, W = (
    Posture.BESIEGING,
    Posture.BOMBARDING,
    Posture.STORMING,
    Posture.HOLDING,
    Posture.WITHDRAWN,
)


def history(days, *changes, fatal=(), dead=2.0, shelled=0.0, **more):
    """A history of so many days; `changes`: (day, posture from that day on); `fatal`: days with an event."""
    posture = np.zeros(days + 1, np.int8)
    for day, now in changes:
        posture[day:] = now
    events = np.bincount(np.array(fatal, int), minlength=days + 1)
    return replace(
        NOTHING,
        n_unbroken=more.pop("n_unbroken", days),
        fatal=events,
        deaths=dead * events,
        shelled=shelled * events,
        posture=posture,
        **more,
    )


def test_postures_are_those_of_the_daily_table():
    change = {"events": {"agreement": {"at": (85,)}, "siege": {"at": (62,)}}}
    for seed in (3, 4):
        model = finished(tiny(LIVELY, change), seed)
        kept, daily = traces([model])[0], daily_table(model)
        assert kept.posture.tolist() == daily.posture.tolist()
        assert len(set(daily.posture)) > 2
        assert kept.agreed == 85


def test_stretches_are_runs_of_days_after_day_0():
    assert stretches(np.array([True, True, False, True, True])) == [(1, 1), (3, 4)]
    assert stretches(np.zeros(4, bool)) == []


def test_weeks_of_a_phase_follow_one_another_in_windows():
    one = history(60, (1, B), (18, W), (30, S), (47, W), fatal=(2, 3, 9, 31, 40, 59), shelled=1.0)
    found = weeks_under([one], SHUT, 4)  # days 1-14 and 30-43: two whole weeks each
    assert found.fatal_events.tolist() == [5]
    assert found.deaths.tolist() == [10]
    assert found.most.tolist() == [4]
    assert found.empty_weeks.tolist() == [0]
    assert found.shelled.tolist() == [0.5]
    assert weeks_under([one], SHUT, 5).deaths.size == 0
    quiet = weeks_under([history(60, (1, B))], SHUT, 4)
    assert quiet.empty_weeks.tolist() == [4, 4]
    assert np.isnan(quiet.shelled).all()


def test_occupations_are_put_together_to_as_many_weeks_as_were_seen():
    short, long = history(30, (1, H), (15, W), fatal=(3,)), history(60, (1, H), (50, W))
    n, found = weeks_put_together([short, long], Posture.HOLDING, 8, 50)
    assert n == 2
    assert set(found.fatal_events) <= {0, 1, 2, 3, 4}
    assert (found.fatal_events + found.empty_weeks == 8).all()
    assert len(set(found.fatal_events)) > 1
    n, none = weeks_put_together([short], Posture.HOLDING, 8, 50)
    assert (n, none.deaths.size) == (1, 0)


def test_a_storm_out_of_a_bombardment_is_one_offensive():
    one = history(99, (5, B), (10, G), (15, S), (20, W), (50, B), (60, S), (64, H), (90, G))
    assert offensives(one) == [10, 60, 90]
    assert gaps([one, history(99, (5, G))]).tolist() == [50, 30]


def test_the_dead_of_a_storm_are_those_of_its_days():
    one = history(99, (15, S), (20, H), (60, S), (63, W), (97, S), fatal=(14, 15, 19, 20, 61))
    assert storms([one]) == [(4.0, 5, True), (2.0, 3, False)]  # the last one is not over


def test_a_siege_stands_if_it_is_neither_stormed_nor_ended():
    long, stormed = history(400, (5, B), (100, G), (110, B)), history(400, (5, B), (150, S), (155, W))
    late = history(400, (300, B))
    assert sieges([long, stormed, late]).tolist() == [True, False]
    assert mean_of("standing", [long, stormed, late]) == 0.5
    assert isnan(mean_of("standing", [late]))


def test_an_offensive_follows_a_collapse_by_the_residents_hands():
    collapsed = {"n_unbroken": 19, "ending": "feud"}
    followed = history(180, (25, B), (33, S), (36, W), **collapsed)
    not_followed = history(180, (120, G), **collapsed)
    by_siege = history(180, (25, G), n_unbroken=19, ending="siege")
    too_late = history(180, n_unbroken=150, ending="feud")
    during = history(180, (19, G), **collapsed)
    found = answers_to_collapse([followed, not_followed, by_siege, too_late, during])
    assert found[0] == 13
    assert np.isnan(found[1:]).tolist() == [True]
    assert mean_of("followed", [followed, not_followed]) == 0.5
    assert mean_of("followed_after", [followed, not_followed]) == 13


def test_a_truce_is_compared_with_the_weeks_before_it():
    before = range(1, 182, 7)  # 26 events in 181 days
    kept = history(546, fatal=(*before, 191, 191, 300), agreed=182)
    ended = history(546, (210, B), fatal=(*before, 182, 220, 230), agreed=182)
    quiet = history(546, fatal=(*before,), agreed=182)
    calm_before = history(546, fatal=(200,), agreed=182)
    stormed = history(546, (180, S), agreed=182)
    found = select_agreed([kept, ended, quiet, calm_before, stormed, history(546)])
    assert found.ratio[:3] == pytest.approx([3 / 365 * 181 / 26, 1 / 28 * 181 / 26, 0])
    assert isnan(found.ratio[3])
    assert found.first_day.tolist() == [9, 0, 365, 18]
    weekly = np.array([2, 1, *[0] * 50])
    assert found.dispersion[0] == pytest.approx(weekly.var(ddof=1) / weekly.mean())
    assert isnan(found.dispersion[2])


def test_draws_have_the_size_of_what_was_seen():
    luck = np.random.default_rng(5)
    many = [
        history(
            546, (5, G), (10, S), (14, H), (100, G), (110, S), (113, W),
            fatal=luck.integers(1, 547, 60), agreed=182,
        )
        for _ in range(40)
    ]  # fmt: skip
    draws = {name: values for each in FAMILIES for name, values in each.draw(many)[1].items()}
    assert set(draws) == set(ONCE)
    assert (draws["gap_least"] <= draws["gap_median"]).all()
    assert set(draws["gap_median"]) == {95.0}
    assert (draws["storm_least"] <= draws["storm_most"]).all()
    assert set(np.round(19 * draws["truce_first_week"], 9) % 1) == {0.0}
    assert (draws["truce_ratio_low"] <= draws["truce_ratio_high"]).all()
    one = {name: values for each in FAMILIES for name, values in each.draw(many[:1])[1].items()}
    assert {name for name, values in one.items() if not values.size} >= {
        "gap_median",
        "storm_least",
        "truce_ratio",
    }


def test_a_truce_that_stands_is_told_by_strain_roads_answers_and_endings():
    held = [history(50, strained=share, lowest_passage=0.9 - share) for share in (0.1, 0.2, 0.6)]
    broke = [
        history(50, ending="feud", feud_answers=share, strained=1.0, lowest_passage=0.1)
        for share in (0.2, 0.3, 0.8)
    ]
    by_siege = [history(50, ending="siege")] * 2
    many = [*held, *broke, *by_siege, history(50, ending="assault")]
    assert mean_of("strained", many) == 0.2
    assert mean_of("lowest_passage", many) == pytest.approx(0.7)
    assert mean_of("feud_answers", many) == 0.3
    assert mean_of("third_ending", many) == pytest.approx(1 / 9)
    assert mean_of("third_ending", [*held, *broke, *by_siege]) == 0
    assert isnan(mean_of("feud_answers", held))
    assert isnan(mean_of("strained", broke))


def test_a_scale_and_back_is_the_same():
    for figure in ONCE.values():
        seen = 3.0 if isnan(figure.seen) else figure.seen  # that of a town's record stands in its own file
        assert figure.from_scale(figure.to_scale(seen)) == pytest.approx(seen)
        assert 0 <= figure.from_scale(-5) <= figure.from_scale(50) <= figure.most


def test_each_pattern_of_9_to_16_is_printed_once_a_figure():
    some = [history(400, (5, B), (40, S), (45, H))] * 3
    found = [
        *once(some, ("P8", "P10")),
        *once(some, ("P9", "P10", "P11", "P12", "P13")),
        *once(some, ("P16",)),
    ]
    assert len(found) == sum(figure.pattern != "town" for figure in ONCE.values())
    assert len([*means(Histories(some, some, some))]) == len(RANGES)


@pytest.mark.parametrize("scenario", [BESIEGED, AT_WAR])
def test_the_changes_of_a_scenario_make_it_of_the_default(scenario):
    made = compose_scenario(changes_of(scenario))
    assert made.model_copy(update={"name": scenario}) == compose_scenario([f"scenario={scenario}"])
