"""The likelihood of a record against closed forms, and the laws that it is made of against the draws."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.actors.battle import Battle
from sim.actors.postures import Posture
from sim.city.columns import Camp, Status
from sim.following.baselines import hawkes_log_likelihoods
from sim.following.likelihood import DayChances, pick
from sim.following.record import ObservedClass, Record, Row, deadly
from sim.kinds.toll import Toll, poisson_law
from sim.model import TruceModel
from sim.world.incident import Cause
from tests.conftest import finished, tiny
from tests.follow.records import (
    FIGHTERS,
    HARMLESS,
    LOCALS,
    alone,
    counts_record,
    follow,
    only,
    switched_on,
)

COUNTS = [0, 1, 0, 0, 2, 0, 1, 0, 0, 0, 3, 0, 0, 1]
N_FACTIONS = 2


def test_without_feedback_a_record_has_the_likelihood_of_a_poisson_process():
    scenario = only(switched_on("clash", base=0.2, **HARMLESS))
    found = follow(scenario, counts_record(COUNTS, least=0))
    mean = 0.2 * N_FACTIONS
    expected = stats.poisson.logpmf(COUNTS, mean).sum()
    assert found.log_evidence == pytest.approx(expected, abs=1e-6)
    assert [day.mean for day in found.days] == pytest.approx([mean] * len(COUNTS))


def test_the_mean_is_proportional_to_the_fighters_who_are_left():
    scenario = only(switched_on("clash", base=0.2, casualties={"most": 1}))
    found = follow(scenario, counts_record(COUNTS))
    fallen = np.cumsum([0, *COUNTS[:-1]])
    means = 0.2 * N_FACTIONS * (FIGHTERS - fallen) / FIGHTERS
    assert [day.mean for day in found.days] == pytest.approx(means)
    assert found.log_evidence == pytest.approx(stats.poisson.logpmf(COUNTS, means).sum(), abs=1e-6)


def test_half_the_events_seen_is_a_poisson_process_of_half_the_mean():
    scenario = only(switched_on("clash", base=0.2, **HARMLESS))
    found = follow(scenario, counts_record(COUNTS, seen=0.5, least=0))
    assert found.log_evidence == pytest.approx(stats.poisson.logpmf(COUNTS, 0.2).sum(), abs=2e-6)


@pytest.mark.parametrize("settled", [0.0, 1.5])
def test_a_kind_that_answers_itself_has_the_likelihood_of_a_hawkes_process(settled):
    clash = switched_on(
        "clash", base=0.1, answers={"clash": 0.5}, answer_standing=settled, breach=0.0, **HARMLESS
    )
    scenario = only(clash, {"grievances": {"memory_days": 6.0}})
    found = follow(scenario, counts_record(COUNTS, least=0))
    heeded = math.exp(-settled * scenario.elders.standing)  # elders without a backlog settle the same share
    point = np.array([[0.1 * N_FACTIONS], [0.5 * heeded], [1 / 6.0]])
    assert found.log_evidence == pytest.approx(hawkes_log_likelihoods(COUNTS, point).sum(), abs=1e-6)


def test_answers_beyond_the_most_of_a_day_are_not_expected():
    clash = switched_on("clash", base=0.0, at=[1], answers={"clash": 10.0}, **HARMLESS)
    scenario = only(clash, {"days": 2, "grievances": {"memory_days": 4.0, "most_per_day": 2}})
    found = follow(scenario, counts_record([0, 1], least=0, spans=((2, 2),)))
    due = 10.0 * -math.expm1(-0.25)
    numbers = [
        sum(i.day == 2 and i.cause == Cause.ANSWER for i in finished(scenario, seed).world.log)
        for seed in range(200)
    ]
    assert max(numbers) == 2
    assert found.days[1].mean < 0.8 * due
    assert found.days[1].mean == pytest.approx(np.mean(numbers), abs=4 * np.std(numbers) / math.sqrt(200))


def test_days_that_a_class_does_not_cover_weigh_nothing():
    scenario = only(switched_on("clash", base=0.2, **HARMLESS))
    found = follow(scenario, counts_record([0, 2, 0, 0, 0, 0], least=0, spans=((1, 3),)))
    assert found.log_evidence == pytest.approx(stats.poisson.logpmf([0, 2, 0], 0.4).sum(), abs=1e-6)


def test_deaths_have_the_likelihood_of_the_law_they_are_drawn_from():
    scenario = only(switched_on("clash", base=0.2, casualties={"p_fatal": 0.5, "alpha": 2.0, "most": 9}))
    record = counts_record([0, 2, 1])
    deaths = iter((1, 4, 12))  # the last is more than the kind can take: it counts as its most
    rows = tuple(Row(row.day, row.of, next(deaths)) for row in record.rows)
    found = follow(scenario, Record("deaths", 3, record.classes, rows))
    law = np.arange(1, 10) ** -2.0 / (np.arange(1, 10) ** -2.0).sum()
    means = np.array([0.2, 0.2, 0.2 * (FIGHTERS - 1 - 4) / FIGHTERS])
    assert found.log_evidence == pytest.approx(stats.poisson.logpmf([0, 2, 1], means).sum(), abs=1e-6)
    assert found.log_evidence_marks == pytest.approx(np.log(law[[0, 3, 8]]).sum(), abs=1e-6)
    model = alone(scenario, Record("deaths", 3, record.classes, rows), seed=3)
    assert sorted(i.deaths for i in model.world.log if i.kind == "clash" and i.deaths) == [1, 4, 9]


def test_the_actor_narrows_down_who_did_it():
    scenario = only(switched_on("clash", base=0.2, **HARMLESS))
    record = counts_record([1, 0, 1], least=0)
    rows = tuple(Row(row.day, row.of, actor="locals") for row in record.rows)
    found = follow(scenario, Record("actors", 3, record.classes, rows))
    assert found.log_evidence_marks == pytest.approx(2 * math.log(LOCALS / FIGHTERS), abs=1e-6)
    model = alone(scenario, Record("actors", 3, record.classes, rows), seed=4)
    assert [i.actor for i in model.world.log if i.kind == "clash"] == ["locals", "locals"]


FLAT = {"loyalists_left": 0.0, "hostility": 0.0}
SQUEEZED = {"pace": {"army": 1.0}, "army": {"start": "squeezing"}}


def test_competing_orders_have_their_probability_by_rate():
    siege = {"events": {"siege": {"enabled": True, "base": 0.03, "weights": FLAT}}}
    ease = {"events": {"ease": {"enabled": True, "base": 0.05, "weights": FLAT}}}
    scenario = only(siege, ease, SQUEEZED)
    orders = ObservedClass("orders", ("siege", "ease"))
    quiet = follow(scenario, Record("quiet", 4, (orders,)))
    assert quiet.log_evidence == pytest.approx(-4 * 0.08, abs=1e-6)
    one = follow(scenario, Record("one", 2, (orders,), (Row(2, "siege"),)))
    given = -math.expm1(-0.08)
    assert one.log_evidence == pytest.approx(-0.08 + math.log(given), abs=1e-6)
    assert one.log_evidence_marks == pytest.approx(math.log(0.03 / 0.08), abs=1e-6)
    assert one.particles[0].model.world.army.posture == Posture.BESIEGING


def test_an_order_that_ages_falls_with_the_days_of_the_phase():
    ease = {"events": {"ease": {"enabled": True, "base": 0.05, "weights": FLAT, "halving_days": 3.0}}}
    found = follow(only(ease, SQUEEZED), Record("quiet", 4, (ObservedClass("orders", ("ease",)),)))
    expected = [0.05 / (1 + day / 3.0) for day in range(4)]
    assert [-day.log_counts for day in found.days] == pytest.approx(expected, abs=1e-6)


def test_the_armys_own_fire_has_its_mean_by_posture():
    shelling = {"enabled": True, "base": 0.2, "most_per_day": 1e6, "weights": FLAT, "answers": {}, **HARMLESS}
    fire = {"events": {"shelling": {**shelling, "by_posture": {"observing": 0.5, "squeezing": 3.0}}}}
    for start, factor in (("observing", 0.5), ("squeezing", 3.0)):
        scenario = only(fire, {"pace": {"army": 0.7}, "army": {"start": start}})
        found = follow(scenario, counts_record(COUNTS, least=0))
        mean = 0.2 * factor * 0.7
        assert found.log_evidence == pytest.approx(stats.poisson.logpmf(COUNTS, mean).sum(), abs=2e-6)


def test_a_mixed_day_sums_over_who_made_what():
    p, mean = 0.3, 0.7
    day = DayChances(mean, (mean, mean), ((p, p),), (1 - p,), math.log(2))
    expected = (1 - p) * stats.poisson.pmf(2, mean) + p * stats.poisson.pmf(1, mean)
    assert day.log_likelihood() == pytest.approx(math.log(expected), abs=1e-12)
    u = (np.arange(20_000) + 0.5) / 20_000
    none = np.mean([day.assign([x])[0] is None for x in u])
    assert none == pytest.approx((1 - p) * stats.poisson.pmf(2, mean) / expected, abs=1e-3)


def test_an_impossible_day_has_no_likelihood():
    assert DayChances(0.0, (0.0,)).log_likelihood() == -math.inf
    assert DayChances(0.0, ()).log_likelihood() == 0.0


def test_a_pick_falls_on_places_by_their_width():
    assert [pick([1.0, 0.0, 3.0], u) for u in (0.0, 0.2499, 0.2501, 0.999999)] == [0, 0, 2, 2]


def test_a_toll_adds_residents_and_soldiers_and_misses_who_has_left():
    toll = Toll(0.8, np.array([0.5, 0.3, 0.2]), np.array([0.9, 0.1]), share=0.5)
    n = 400_000
    rng = np.random.default_rng(5)
    residents = rng.binomial(rng.choice(3, n, p=toll.residents), 0.5)
    soldiers = rng.choice(2, n, p=toll.soldiers)
    for k in range(4):
        assert toll.p_of(k) == pytest.approx(0.8 * np.mean(residents + soldiers == k), abs=4e-3)
    assert toll.p_at_least(1) == pytest.approx(0.8 * np.mean(residents + soldiers >= 1), abs=4e-3)
    assert toll.p_of(2, 1) == pytest.approx(0.8 * np.mean((residents == 1) & (soldiers == 1)), abs=4e-3)
    assert sum(toll.p_of(k) for k in range(toll.most + 1)) == pytest.approx(0.8)
    assert toll.most == 3  # two residents and a soldier


def test_a_poisson_law_of_no_mean_is_nobody():
    for mean in (0.0, -0.03):  # a day of battle against nobody takes fewer than no soldiers
        assert poisson_law(mean).tolist() == [1.0]


def test_a_poisson_law_keeps_all_its_mass_when_cut():
    law = poisson_law(3.0, 4)
    assert law.size == 5
    assert law.sum() == pytest.approx(1.0)
    assert law[2] == pytest.approx(stats.poisson.pmf(2, 3.0))


@pytest.mark.parametrize("kind", sorted(set(deadly()) | {"kidnapping", "confession"}))
def test_every_kind_kills_by_its_own_law(kind):
    model = _under_fire()
    world, of = model.world, model.kinds[kind]
    n = 4000
    told = [of.foretell(world, 60, 1_000_003 * k + 17) for k in range(n)]
    toll = of.toll(world)
    totals = np.array([-1 if each is None else sum(each) for each in told])
    for least in (0, 1, 2, 5):
        expected = toll.p_at_least(least)
        error = math.sqrt(max(expected * (1 - expected), 1e-4) / n)
        assert np.mean(totals >= least) == pytest.approx(expected, abs=4.5 * error)


@pytest.mark.parametrize(
    "kind", ["revenge_killing", "counter_abduction", "kidnapping", "shelling", "clash", "checkpoint_attack"]
)
def test_answers_are_dared_as_often_as_is_said(kind):
    model = _under_fire()
    world, of = model.world, model.kinds[kind]
    incidents = []
    for k in range(4000):
        incident = of.incident("kin", 60, k, Cause.ANSWER)
        incident.household, incident.target_camp = 3, Camp.LOYALIST
        of.answer(world, incident)
        incidents.append(incident)
    p = of.p_dared(world, incidents[0])
    error = math.sqrt(max(p * (1 - p), 1e-9) / len(incidents))
    assert np.mean([of.dares(world, each) for each in incidents]) == pytest.approx(p, abs=4.5 * error)


@pytest.mark.parametrize("camp", [-1, *Camp])
def test_kin_dare_by_the_elders_by_who_is_left_and_by_their_ties_to_them(camp):
    model = _under_fire()
    world, of = model.world, model.kinds["revenge_killing"]
    incident = of.incident("kin", 60, 0, Cause.ANSWER)
    incident.household, incident.target_camp = 3, camp
    p = math.exp(-of.answer_standing * world.standing)
    if camp >= 0:
        reach = float(world.residents.reach(np.array([3], np.int32), Camp(camp))[0])
        p *= world.share_present(Camp(camp))
        p *= math.exp(-world.scenario.kinship.restraint * of.answer_restraint * reach)
        assert world.share_present(Camp(camp)) < 1
    assert of.p_dared(world, incident) == pytest.approx(p)


def _under_fire() -> TruceModel:
    """A town after some days, some of its people gone, besieged and in the middle of a battle."""
    model = finished(tiny({"days": 30, "events": {"kidnapping": {"base": 0.2}}}), 3)
    world = model.world
    for row in range(0, 500, 3):
        if world.residents.faction[row] < 0:
            world.residents.set_status(row, Status.DEPARTED)
    world.army.posture = Posture.BESIEGING
    world.army.battle = Battle(800.0, 18, 0.1, 0.5)
    return model
