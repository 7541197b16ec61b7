"""Elders: what they settle, what a backlog leaves of their standing, and what an agreement gives them."""

from __future__ import annotations

import math

import pytest
from pydantic import ValidationError

from sim.actors.config import EldersConfig
from sim.actors.elders import Elders
from sim.actors.postures import Posture
from sim.model import TruceModel
from sim.records import daily_table, event_table
from tests.conftest import QUIET, finished, merged, tiny


def council(**fields):
    return Elders(TruceModel(tiny(QUIET)), EldersConfig(**fields), ())


def test_a_backlog_of_their_patience_halves_their_standing():
    elders = council(standing=0.8, patience=3.0)
    assert elders.attention == 1.0
    elders.backlog = 3.0
    assert elders.attention == 0.5
    assert elders.standing == 0.8


def test_they_settle_by_the_backlog_and_never_more_than_there_is():
    elders = council(settled_per_day=0.5, patience=4.0)
    elders.end_day(2.0, 0.0, 0.1)
    assert elders.backlog == pytest.approx((2.0 - 0.5 * 2.0 / 6.0) * 0.9)
    helped = council(settled_per_day=0.5, patience=4.0)
    helped.end_day(2.0, 1.0, 0.1)  # mediators double what they can settle
    assert helped.backlog == pytest.approx((2.0 - 1.0 * 2.0 / 6.0) * 0.9)
    eager = council(settled_per_day=1000.0, patience=4.0)
    eager.end_day(2.0, 0.0, 0.0)
    assert eager.backlog == 0.0


def test_what_comes_slowly_is_mended_and_what_comes_fast_piles_up():
    slow, fast = (council(settled_per_day=0.5, patience=4.0) for _ in range(2))
    for _ in range(400):
        slow.end_day(0.4, 0.0, 0.0)
        fast.end_day(0.6, 0.0, 0.0)
    assert slow.attention == pytest.approx(1 - 0.4 / 0.5, abs=0.05)  # the skeleton: S = S0 (1 - x / settled)
    assert fast.attention < 0.1


BLOWS = merged(
    QUIET,
    {
        "days": 60,
        "feelings": {"shock_scale": 0.0},
        "kinship": {"revenge": 0.0, "restraint": 0.0},
        "grievances": {"memory_days": 5.0, "most_per_day": 10**6},
        "elders": {"patience": 1e6},  # no backlog tells
        "events": {
            "kidnapping": {
                "enabled": True,
                "base": 0.0,
                "at": tuple(range(1, 21)),
                "answers": {"counter_abduction": 1.0},
            },
            "counter_abduction": {"enabled": True, "answers": {}, "answer_standing": 2.0},
        },
    },
)


def n_answers(*changes, seeds=range(8)):
    logs = [event_table(finished(tiny(BLOWS, *changes), seed)) for seed in seeds]
    return sum(int(((log.kind == "counter_abduction") & (log.cause == "answer")).sum()) for log in logs)


def test_answers_are_thinned_by_their_standing():
    drawn, dared = (n_answers({"elders": {"standing": standing}}) for standing in (0.0, 0.5))
    p = math.exp(-2.0 * 0.5)
    assert drawn > 100
    assert abs(dared / drawn - p) < 4 * math.sqrt(p * (1 - p) / drawn)


def test_a_backlog_lets_more_answers_through():
    worn = {"elders": {"standing": 1.0, "patience": 0.01, "settled_per_day": 0.0}}
    heeded = {"elders": {"standing": 1.0}}
    assert n_answers(worn) > 2 * n_answers(heeded)


def test_a_day_holds_only_so_many_answers_of_a_kind():
    many = {
        "elders": {"standing": 0.0},
        "grievances": {"memory_days": 0.01, "most_per_day": 2},
        "events": {"kidnapping": {"at": (3,), "answers": {"counter_abduction": 10.0}}},
    }
    log = event_table(finished(tiny(BLOWS, many), 0))
    assert (log.kind == "counter_abduction").sum() == 2


def test_a_release_takes_the_ground_from_answers_that_wait():
    def left(reconciles):
        freed = {
            "elders": {"standing": 0.0},
            "grievances": {"memory_days": 30.0},
            "events": {"release": {"enabled": True, "base": 50.0, "reconciles": reconciles}},
            "days": 150,
        }
        return n_answers(freed, seeds=range(4))

    assert left(1.0) < 0.2 * left(0.0)


def test_passage_comes_back_faster_where_fighters_are_called_to_order():
    lost = {
        "events": {"harassment": {"enabled": True, "base": 0.0, "at": (1,), "passage_loss": 0.5}},
        "days": 5,
        "passage": {"recovery": 0.02, "called_to_order": 0.3},
    }
    heeded, ignored = (
        daily_table(finished(tiny(QUIET, lost, {"elders": {"standing": standing}}))).passage
        for standing in (0.8, 0.0)
    )
    assert ignored.iloc[1] == pytest.approx(0.5 + 0.5 * 0.02)
    assert heeded.iloc[1] == pytest.approx(0.5 + 0.5 * (0.02 + 0.3 * 0.8))


WAR = {
    "days": 10,
    "army": {"start": "besieging", "hostility": 0.8, "hostility_fade": 0.0},
    "pressure": {"start": 0.5, "fade": 0.0},
    "elders": {"standing": 0.1},
    "events": {"agreement": {"enabled": True, "at": (5,), "standing": 0.7, "calm": 0.5}},
}


def test_an_agreement_sends_the_army_back_and_gives_the_elders_standing():
    daily = daily_table(finished(tiny(QUIET, WAR)))
    assert daily.posture.tolist() == [Posture.BESIEGING] * 5 + [Posture.OBSERVING] * 6
    assert daily.hostility.tolist() == pytest.approx([0.8] * 5 + [0.4] * 6)
    assert daily.pressure.tolist() == pytest.approx([0.5] * 5 + [0.25] * 6)
    assert daily.standing.tolist() == pytest.approx([0.1] * 5 + [0.7] * 6)
    assert daily.passage.iloc[4] == 0
    assert daily.passage.iloc[5] == 1


def test_an_agreement_calms_the_camp_that_it_reaches():
    def after(**calms):
        afraid = {"events": {"rumour": {"enabled": True, "at": (3,), "fear": {"camp": 0.4}}}}
        agreed = {"events": {"agreement": {"fear": {"camp": 0.0}, "anger": {"camp": 0.0}, **calms}}}
        return daily_table(finished(tiny(QUIET, WAR, afraid, agreed))).iloc[5]

    same, calmed = after(), after(fear={"camp": -0.2, "camp_reach": "loyalist"})
    assert same.fear_loyalist > calmed.fear_loyalist + 0.05
    assert same.fear_opposition == calmed.fear_opposition
    assert after(fear={"camp": -10.0}).fear_loyalist == 0.0  # nobody is less than unafraid


def test_what_calms_does_not_frighten_and_what_frightens_does_not_calm():
    for kind, camp in (("agreement", 0.1), ("rumour", -0.1)):
        with pytest.raises(ValidationError, match="camp"):
            tiny({"events": {kind: {"fear": {"camp": camp}}}})


def test_an_agreement_has_no_window_of_its_own():
    with pytest.raises(ValidationError, match="an agreement is scheduled by at"):
        tiny({"events": {"agreement": {"start_day": 9}}})


def test_an_agreement_reaches_no_army_that_holds_the_city():
    daily = daily_table(finished(tiny(QUIET, WAR, {"army": {"start": "holding"}})))
    assert set(daily.posture) == {Posture.HOLDING}
    assert daily.standing.iloc[-1] == pytest.approx(0.7)


def test_an_agreement_lets_answers_that_wait_go():
    def later(reconciles):
        late = {
            "elders": {"standing": 0.0},
            "grievances": {"memory_days": 40.0},
            "days": 150,
            "events": {
                "agreement": {"enabled": True, "at": (21,), "standing": 0.0, "reconciles": reconciles}
            },
        }
        logs = [event_table(finished(tiny(BLOWS, late), seed)) for seed in range(4)]
        return sum(int(((log.kind == "counter_abduction") & (log.day > 21)).sum()) for log in logs)

    assert later(0.0) > 10
    assert later(1.0) == 0
