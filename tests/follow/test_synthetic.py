"""Proof on synthetic truth: records that the model made are learned from, forecast and told apart."""

import numpy as np
import pytest

from sim.following.ahead import UNCHANGED, Ahead, Continuations, go_on
from sim.following.filter import follow_record
from sim.following.knockouts import knock_out
from sim.following.particles import PACES, draw_particles, scenario_with
from sim.following.record import ObservedClass, Record, Row, deadly
from sim.model import TruceModel
from sim.study.draws import Uncertainty
from sim.world.incident import Cause
from tests.follow.records import only, switched_on

KEY = "pace.factions"
PRIORS = Uncertainty(priors={KEY: PACES[KEY]})
FULL, FATAL, HALF = "full record", "fatal events", "half of them seen"
CLASSES = {
    FULL: (ObservedClass("clash", ("clash",)),),
    FATAL: (ObservedClass("fatal", deadly(), 1),),
    HALF: (ObservedClass("fatal", deadly(), 1, 0.5),),
}
MANY = 60  # fighters of each faction: more than 30 days of clashes kill, so that no record runs out of them
CROWDED = {
    "factions": {
        "locals": {"members": MANY},
        "outsiders": {"members": MANY, "arms": 0.8, "outsiders": True, "rival": True},
    }
}
ONE_EACH = {  # every clash kills one fighter; at the start each faction begins its base a day
    "casualties": {"p_fatal": 1.0, "most": 1},
    "fighters": MANY * 65_000 / 500,
}
FULL_SIZE = [pytest.mark.slow, pytest.mark.science]


def _town(days):
    return only(
        switched_on("clash", base=0.4, answers={"clash": 0.3}, casualties={"p_fatal": 0.6}), {"days": days}
    )


def _record(model, kind, rng):
    """What a source of this kind writes down of a history up to now."""
    (of,) = CLASSES[kind]
    rows = []
    for each in model.world.log:
        deaths = each.deaths + round(each.soldiers)
        if each.kind in of.kinds and each.cause != Cause.LAPSED and deaths >= of.least_deaths:
            if rng.random() < of.seen:
                told = (deaths, None, each.actor) if kind == FULL else (None, None, None)
                rows.append(Row(each.day, of.name, *told))
    return Record(kind, model.day, (of,), tuple(rows))


def _truth(seed, days, kind):
    """A history with a pace of its own, and its record."""
    rng = np.random.default_rng([9, seed])
    pace = PACES[KEY].at(rng.random())
    model = TruceModel(scenario_with(_town(days + 28), {KEY: pace}), seed=777 + seed)
    for _ in range(days):
        model.step()
    return pace, model, _record(model, kind, rng), rng


def _chi_square(ranks, bins):
    numbers = np.bincount(np.array(ranks), minlength=bins)
    expected = len(ranks) / bins
    return float(((numbers - expected) ** 2 / expected).sum())


@pytest.mark.parametrize("kind", [FULL, HALF])
@pytest.mark.parametrize(("truths", "n", "days"), [(15, 20, 6), pytest.param(300, 100, 20, marks=FULL_SIZE)])
def test_true_parameters_rank_evenly_whatever_the_source_sees(kind, truths, n, days):
    ranks = []
    for seed in range(truths):
        pace, _, record, rng = _truth(seed, days, kind)
        found = follow_record(_town(days), record, draw_particles(PRIORS, n, seed), seed=seed)
        places = np.searchsorted(np.cumsum(found.weights), rng.random(9)).clip(max=n - 1)
        ranks.append(int((found.values(KEY)[places] < pace).sum()) // 2)
    assert _chi_square(ranks, 5) < 18.5  # 4 degrees of freedom: 0.1 %


@pytest.mark.parametrize(("truths", "n", "days"), [(15, 20, 6), pytest.param(300, 100, 20, marks=FULL_SIZE)])
def test_what_comes_ranks_evenly_among_the_histories_that_go_on(truths, n, days):
    ranks = []
    for seed in range(truths):
        _, model, record, rng = _truth(seed, days, FATAL)
        happened = go_on(model, record, 2)["events"][-1]
        watch = Continuations(record, Ahead((days,), 2, 9), seed)
        follow_record(_town(days), record, draw_particles(PRIORS, n, seed), seed=seed, watch=watch)
        said = np.array([row["events"][-1] for row in watch.rows if row["variant"] == UNCHANGED])
        ties = int((said == happened).sum())
        ranks.append((int((said < happened).sum()) + int(rng.integers(ties + 1))) // 2)
    assert _chi_square(ranks, 5) < 18.5


@pytest.mark.parametrize(("truths", "n", "days"), [(4, 16, 25), pytest.param(40, 24, 30, marks=FULL_SIZE)])
def test_evidence_prefers_the_model_that_made_the_record(truths, n, days):
    clash = switched_on("clash", base=0.05, answers={"clash": 0.8}, **ONE_EACH)
    answering = only(clash, CROWDED, {"days": days, "grievances": {"memory_days": 2}})
    for maker in (answering, knock_out(answering, "answers")):
        gains = []
        for seed in range(truths):
            rng = np.random.default_rng(seed)
            model = TruceModel(scenario_with(maker, {KEY: 1.5}), seed=50 + seed)
            for _ in range(days):
                model.step()
            record = _record(model, FATAL, rng)
            whole, mute = (
                follow_record(each, record, draw_particles(PRIORS, n, seed), seed=seed).log_evidence
                for each in (answering, knock_out(answering, "answers"))
            )
            gains.append(whole - mute)
        assert (sum(gains) > 0) == (maker is answering), gains
