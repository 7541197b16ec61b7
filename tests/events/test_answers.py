"""Answers to a blow: a day later at the earliest, held back by kin on the other side, raised by revenge."""

from __future__ import annotations

import math

import pytest

from sim.records import event_table
from sim.verify.retaliation import feuds
from tests.conftest import QUIET, finished, merged, tiny
from tests.verify.checks import met

FEUD = merged(
    QUIET,
    {
        "days": 60,
        "feelings": {"shock_scale": 0.0},
        "kinship": {"revenge": 0.0, "restraint": 0.0},
        "grievances": {"memory_days": 5.0, "most_per_day": 10**6},
        "elders": {"standing": 0.0},
        "events": {
            "kidnapping": {
                "enabled": True,
                "base": 0.0,
                "at": tuple(range(1, 21)),
                "answers": {"counter_abduction": 1.0},
            },
            "counter_abduction": {"enabled": True, "answers": {}},
        },
    },
)


def log_of(*changes, seed=0):
    return event_table(finished(tiny(FEUD, *changes), seed))


def answers_in(log, kind="counter_abduction"):
    return log[(log.kind == kind) & (log.cause == "answer")]


def test_an_answer_names_the_blow_that_it_answers():
    log = log_of()
    answered = answers_in(log)
    assert len(answered) > 5
    assert set(answered.parent) <= set(log.event[log.kind == "kidnapping"])
    assert (log.parent[log.cause == "scheduled"] == 0).all()


@pytest.mark.parametrize("memory", [0.001, 5.0, 60.0])
def test_an_answer_comes_a_day_after_its_cause_at_the_earliest(memory):
    log = log_of({"grievances": {"memory_days": memory}}, seed=1)
    day_of = dict(zip(log.event, log.day, strict=True))
    delays = [
        day - day_of[parent] for day, parent in zip(answers_in(log).day, answers_in(log).parent, strict=True)
    ]
    assert min(delays) >= 1
    assert (max(delays) == 1) == (memory < 1)


def test_a_blow_draws_its_mean_number_of_answers():
    assert met(feuds, about="answers to one blow")


@pytest.fixture
def mixed_houses(tmp_path):
    """Fifty households of one loyalist and twenty of the opposition each, without ties.

    All the kin that a loyalist has are of the other side: restraint reaches it whole.
    """
    path = tmp_path / "residents.csv"
    rows = [f"{k},{k // 21},{'opposition' if k % 21 else 'loyalist'}" for k in range(50 * 21)]
    path.write_text("resident,household,camp\n" + "\n".join(rows) + "\n")
    city = {"residents": str(path), "n_officers": 0, "n_defectors": 0}
    return {"city": city, "factions": {"locals": {"members": 5}}, "days": 100}


def test_answers_are_thinned_by_the_kin_on_the_side_to_be_struck(mixed_houses):
    def n_answers(restraint):
        change = {
            "kinship": {"restraint": restraint},
            "events": {"counter_abduction": {"answer_restraint": 2.0}},
        }
        return [len(answers_in(log_of(mixed_houses, change, seed=seed))) for seed in range(12)]

    drawn, dared = n_answers(0.0), n_answers(0.5)
    p = math.exp(-0.5 * 2.0)  # the whole weight of each grieved house reaches the other side
    assert sum(drawn) > 150
    assert abs(sum(dared) / sum(drawn) - p) < 4 * math.sqrt(p * (1 - p) / sum(drawn))


def test_nothing_holds_back_the_answers_of_kin_who_have_nobody_on_the_other_side(tmp_path):
    path = tmp_path / "residents.csv"
    rows = [f"{k},{k // 5},{'opposition' if (k // 5) % 2 else 'loyalist'}" for k in range(300)]
    path.write_text("resident,household,camp\n" + "\n".join(rows) + "\n")
    city = {"residents": str(path), "n_officers": 0, "n_defectors": 0}
    apart = {"city": city, "factions": {"locals": {"members": 5}}, "days": 100}
    strong = {"kinship": {"restraint": 5.0}, "events": {"counter_abduction": {"answer_restraint": 20.0}}}
    log, free = log_of(apart, strong), log_of(apart)
    assert answers_in(log).event.tolist() == answers_in(free).event.tolist()
    assert len(answers_in(log)) > 5


def test_full_restraint_lets_no_answer_through(mixed_houses):
    strong = {"kinship": {"restraint": 5.0}, "events": {"counter_abduction": {"answer_restraint": 20.0}}}
    assert len(answers_in(log_of(mixed_houses, strong))) == 0


def test_revenge_adds_answers_and_takes_none_away():
    angry = {"feelings": {"shock_scale": 1.0}, "grievances": {"most_per_day": 10**6}}
    few = [answers_in(log_of(angry, seed=seed)) for seed in range(8)]
    more = [answers_in(log_of(angry, {"kinship": {"revenge": 5.0}}, seed=seed)) for seed in range(8)]
    assert sum(map(len, more)) > 1.2 * sum(map(len, few))
    # the first blow meets the same luck: whatever it drew without revenge it draws with it, but for the few
    # that are not given because more of those to be struck are gone by then
    drawn = missing = 0
    for one, other in zip(few, more, strict=True):
        first = one.parent[one.day == one.day.min()].iloc[0]
        mine = set(one.event[one.parent == first])
        drawn, missing = drawn + len(mine), missing + len(mine - set(other.event[other.parent == first]))
    assert drawn > 0
    assert missing <= 0.1 * drawn


def test_answers_are_drawn_alike_whatever_else_happens():
    rumours = {"events": {"rumour": {"enabled": True, "base": 0.5}}}
    plain, noisy = log_of(), log_of(rumours)
    assert (noisy.kind == "rumour").sum() > 10
    for column in ("event", "parent", "day", "victim"):
        assert answers_in(plain)[column].tolist() == answers_in(noisy)[column].tolist()


def test_a_kind_of_answer_that_is_off_or_out_of_its_window_does_not_come():
    assert len(answers_in(log_of({"events": {"counter_abduction": {"enabled": False}}}))) == 0
    until = answers_in(log_of({"events": {"counter_abduction": {"end_day": 10}}}))
    since = answers_in(log_of({"events": {"counter_abduction": {"start_day": 11}}}))
    assert until.day.max() <= 10 < since.day.min()
    assert sorted([*until.event, *since.event]) == sorted(answers_in(log_of()).event)


def test_answers_strike_the_other_side_of_those_who_were_struck():
    revenge = {
        "kidnapping": {"answers": {"revenge_killing": 2.0}},
        "revenge_killing": {"enabled": True, "answers": {"revenge_killing": 0.7}},
    }
    log = log_of({"events": revenge})
    camp_of = dict(zip(log.event, log.camp, strict=True))
    killings = answers_in(log, "revenge_killing")
    killings = killings[killings.people > 0]
    pairs = {(camp_of[parent], camp) for parent, camp in zip(killings.parent, killings.camp, strict=True)}
    assert pairs == {("loyalist", "opposition"), ("opposition", "loyalist")}
