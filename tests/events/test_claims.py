"""Rival claims on one victim: the earliest clock takes, whatever the order; who comes away empty lapses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pytest

from sim.city.columns import Camp
from sim.core.race import find_first
from sim.day.claims import settle_claims
from sim.day.strike import strike
from sim.model import TruceModel
from sim.records import event_table
from sim.world.incident import Cause, Incident
from tests.conftest import QUIET, finished, tiny

SEED = 11


@dataclass
class Wanted:
    """Whom an incident looks for: rows, their pull, how many it takes."""

    rows: np.ndarray
    pull: np.ndarray
    n: int = 1


def wanted(rows, n=1, pull=None):
    rows = np.asarray(rows, np.int64)
    return Wanted(rows, np.ones(rows.size) if pull is None else np.asarray(pull, float), n)


def incident(number, day=1):
    return Incident(1_000 + number, "any", day, "somebody", Cause.HAZARD)


WORLD = SimpleNamespace(seed=SEED, city=SimpleNamespace(resident_id=np.arange(5_000, dtype=np.int64) * 7 + 3))


def settled(wants):
    """Victims by incident id."""
    fresh = [(Incident(i.id, i.kind, i.day, i.actor, i.cause), want) for i, want in wants]
    settle_claims(WORLD, fresh)
    return {each.id: each.victims for each, _ in fresh}


def ring(each, want):
    ids, out = WORLD.city.resident_id[want.rows], np.full(want.rows.size, np.inf)
    places, times = find_first(SEED, each.id, each.day, ids, want.pull, ids.size)
    out[places] = times
    return out


def by_hand(wants):
    """Every clock of every claim in one list, gone through in order."""
    bids = sorted(
        (clock, row, each.id)
        for each, want in wants
        for clock, row in zip(ring(each, want), want.rows, strict=True)
        if math.isfinite(clock)
    )
    victims = {each.id: [] for each, _ in wants}
    most = {each.id: want.n for each, want in wants}
    taken = set()
    for _, row, ident in bids:
        if row not in taken and len(victims[ident]) < most[ident]:
            taken.add(row)
            victims[ident].append(int(row))
    return victims


def cases():
    """Claims of one to five incidents on few or many candidates, some of them without pull."""
    draw = np.random.default_rng(0)
    for case in range(60):
        n_rows = int(draw.choice([3, 20, 90, 3_000]))
        yield [
            (
                incident(10 * case + k),
                wanted(
                    rows := draw.choice(n_rows, int(draw.integers(1, n_rows + 1)), replace=False),
                    int(draw.integers(1, 9)),
                    draw.choice([0.0, 1.0, 20.0], rows.size),
                ),
            )
            for k in range(int(draw.integers(1, 6)))
        ]


def test_the_earliest_clock_takes():
    contested = 0
    for wants in cases():
        assert settled(wants) == by_hand(wants)
        alone = {ident: victims for claim in wants for ident, victims in by_hand([claim]).items()}
        contested += alone != settled(wants)
    assert contested > 10


def test_the_order_of_the_incidents_does_not_matter():
    for wants in list(cases())[:20]:
        results = [settled(order) for order in list(permutations(wants))[:24]]
        assert all(result == results[0] for result in results)


def test_nobody_is_taken_twice_and_nobody_takes_more_than_wanted():
    for wants in cases():
        victims = settled(wants)
        everybody = [row for rows in victims.values() for row in rows]
        assert len(everybody) == len(set(everybody))
        assert all(len(victims[each.id]) <= want.n for each, want in wants)


def test_who_is_without_pull_is_never_taken():
    assert settled([(incident(0), wanted([1, 2, 3], n=3, pull=[0, 1, 0]))]) == {1_000: [2]}


def test_a_rival_for_others_changes_nothing():
    mine, other = (incident(1), wanted(range(500), 3)), (incident(2), wanted(range(500, 900), 5))
    assert settled([mine, other])[1_001] == settled([mine])[1_001]


def test_two_equal_rivals_for_one_victim_win_half_each():
    n = 2_000
    pairs = ((incident(2 * k), incident(2 * k + 1)) for k in range(n))
    wins = [settled([(one, wanted([4])), (other, wanted([4]))])[one.id] == [4] for one, other in pairs]
    assert abs(np.mean(wins) - 0.5) < 4 * math.sqrt(0.25 / n)


def test_a_victim_is_taken_in_proportion_to_his_pull():
    n = 4_000
    taken = [settled([(incident(k), wanted([10, 11], pull=[3.0, 1.0]))])[1_000 + k][0] for k in range(n)]
    assert abs(np.mean(np.array(taken) == 10) - 0.75) < 4 * math.sqrt(0.75 * 0.25 / n)


# ---- in a city ------------------------------------------------------------------------------------

RIVALS = ("kidnapping", "harassment", "revenge_killing")


def one_loyalist(tmp_path):
    """A town of 61 in which one civilian is loyalist, and three kinds of blows that only loyalists suffer."""
    path = tmp_path / "residents.csv"
    rows = [
        f"{k},{k // 5},{'loyalist' if k == 0 else 'opposition'},{'male' if k % 2 else 'female'}"
        for k in range(61)
    ]
    path.write_text("resident,household,camp,sex\n" + "\n".join(rows) + "\n")
    blows = {name: {"enabled": True, "at": (3,), "answers": {}} for name in RIVALS}
    del blows["harassment"]["answers"]
    for name in ("kidnapping", "harassment"):
        blows[name]["base"] = 0.0
    town = {"residents": str(path), "n_officers": 0, "n_defectors": 0}
    return tiny(QUIET, {"days": 5, "city": town, "factions": {"locals": {"members": 5}}, "events": blows})


@pytest.fixture
def town(tmp_path):
    return one_loyalist(tmp_path)


@pytest.mark.parametrize("n", [0, 1, 5, 40, 70])
def test_a_single_claim_takes_whom_it_takes_beside_one_that_wants_others(n):
    pull = np.where(np.arange(60) % 7 == 0, 0.0, 1.0 + np.arange(60) % 3)
    mine = (incident(1), wanted(range(60), n, pull))
    beside = (incident(2), wanted(range(100, 160), 3))
    alone = settled([mine])[mine[0].id]
    assert alone == settled([mine, beside])[mine[0].id]
    assert len(alone) == min(n, np.count_nonzero(pull))


def test_one_of_three_rivals_takes_the_only_victim_and_the_others_lapse(town):
    seen = set()
    for seed in range(20):
        model = finished(town, seed)
        log = event_table(model)
        assert sorted(log.kind) == sorted(RIVALS)
        taker = log[log.cause == "scheduled"]
        assert len(taker) == 1
        assert taker[["victim", "people"]].to_numpy().tolist() == [[0, 1]]
        lapsed = log[log.cause == "lapsed"]
        assert len(lapsed) == 2
        assert lapsed[["victim", "people", "deaths", "breach"]].to_numpy().tolist() == [[-1, 0, 0, 0.0]] * 2
        pull = {"kidnapping": 1.0, "harassment": 1.0, "revenge_killing": 1.0}
        rung = {}
        for kind, ident in zip(log.kind, log.event, strict=True):
            alone = np.array([0], np.int64), np.array([pull[kind]])
            rung[kind] = find_first(seed, ident, 3, *alone, 1)[1].item()
        assert taker.kind.item() == min(rung, key=rung.get)
        seen.add(taker.kind.item())
    assert len(seen) > 1


def test_what_lapses_changes_nothing(town):
    kidnapping_alone = {"events": {name: {"at": ()} for name in RIVALS[1:]}}
    for seed in range(12):
        whole = finished(town, seed)
        log = event_table(whole)
        if log[log.kind == "kidnapping"].cause.item() == "lapsed":
            assert whole.world.captives == {}
        else:
            alone = TruceModel(type(town).model_validate(_changed(town, kidnapping_alone)), seed=seed)
            alone.run_model()
            assert np.array_equal(alone.world.residents.fear, whole.world.residents.fear)
            assert alone.world.passage == whole.world.passage
            return
    pytest.fail("kidnapping never won")


def _changed(scenario, change):
    values = scenario.model_dump(mode="json")
    for name, fields in change["events"].items():
        values["events"][name] |= {key: list(value) for key, value in fields.items()}
    return values


def test_with_nobody_left_every_blow_lapses(town):
    model = TruceModel(town)
    residents = model.world.residents
    for row in np.flatnonzero(residents.camp == Camp.LOYALIST):
        residents.set_camp(int(row), Camp.UNCOMMITTED)
    residents.settle()
    model.run_model()
    assert set(event_table(model).cause) == {"lapsed"}
    assert model.world.captives == {}
    assert model.today["dead"] == 0


def test_a_day_strikes_alike_whatever_the_order_of_its_incidents(town):
    def struck(order):
        model = TruceModel(town)
        for _ in range(2):
            model.step()
        incidents = [model.kinds[name].schedule(model.world, 3) for name in order]
        fallen = strike(model.world, model.kinds, incidents, 1.0)
        return [(each.kind, each.cause, each.victims, each.breach) for each in fallen], dict(
            model.world.captives
        )

    outcomes = [struck(order) for order in permutations(RIVALS)]
    assert all(outcome == outcomes[0] for outcome in outcomes)
