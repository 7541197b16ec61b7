"""The filter: free histories stay free, a full record is kept to, and evidence is what brute force finds."""

import math

import numpy as np
import pytest

import sim.model
from sim.errors import InputError
from sim.following.filter import follow_record
from sim.following.follower import Follower
from sim.following.particles import (
    PACES,
    Draw,
    Proposal,
    Weights,
    draw_particles,
    scenario_with,
    systematic,
)
from sim.following.record import ObservedClass, Record, Row, deadly, observable
from sim.model import TruceModel
from sim.study.draws import Uncertainty
from sim.verify.towns import LIVELY
from sim.world.incident import Cause
from tests.conftest import finished, tiny
from tests.follow.records import (
    FEW_SOLDIERS,
    HARMLESS,
    alone,
    counts_record,
    follow,
    only,
    recorded,
    switched_on,
)

SHORT = {
    "days": 12,
    "burn_in_days": 0,
    "city": {"n_residents": 120},
    "events": {"clash": {"base": 0.1}},
    **FEW_SOLDIERS,
}
EVERYTHING = (ObservedClass("everything", observable()),)


def _log(model):
    return [(i.id, i.kind, i.day, i.cause, tuple(i.victims), i.deaths) for i in model.world.log]


def test_a_record_that_observes_nothing_changes_no_history():
    scenario = tiny(LIVELY)
    free = finished(scenario, 5)
    model = TruceModel(scenario, seed=5)
    Follower(Record("nothing", scenario.days)).join(model)
    model.run_model()
    assert _log(model) == _log(free)
    assert (model.world.residents.fear == free.world.residents.fear).all()


def test_a_recorded_history_is_kept_to_by_every_particle():
    orders = {"squeeze": {"base": 0.2}, "siege": {"base": 0.2}, "assault": {"base": 0.0}}
    scenario = tiny(LIVELY, {"days": 25, "events": orders}, FEW_SOLDIERS)
    record = recorded(finished(scenario, 11), EVERYTHING, 25)
    assert len(record.rows) > 20
    assert {"squeeze", "siege", "shelling", "clash", "counter_abduction"} <= {row.of for row in record.rows}
    expected = sorted((row.day, row.of, row.deaths, row.actor) for row in record.rows)
    found = follow(scenario, record, 40, seed=2)
    assert found.n_unmet == 0
    alive = [p.model for p, weight in zip(found.particles, found.weights, strict=True) if weight > 1e-9]
    assert len(alive) >= 20
    for model in alive:
        again = recorded(model, EVERYTHING, 25)
        assert sorted((row.day, row.of, row.deaths, row.actor) for row in again.rows) == expected


def test_what_is_not_seen_still_happens():
    scenario = only(switched_on("clash", base=0.1, **HARMLESS))
    record = counts_record([0] * 20, seen=0.25, least=0)
    totals = []
    for seed in range(60):
        log = alone(scenario, record, seed).world.log
        totals.append(sum(i.kind == "clash" and i.cause != Cause.LAPSED for i in log))
    mean = 0.75 * 0.1 * 2 * 20
    assert np.mean(totals) == pytest.approx(mean, abs=4 * math.sqrt(mean / 60))


def test_answers_drawn_day_by_day_have_the_law_of_those_drawn_with_the_blow():
    clash = switched_on("clash", base=0.1, answers={"clash": 0.6}, casualties={"most": 1})
    scenario = only(clash, {"grievances": {"memory_days": 4.0}, "days": 20})
    totals = {False: [], True: []}
    for seed in range(60):
        for keeps in totals:
            model = TruceModel(scenario, seed=seed)
            if keeps:
                model.world.grievances.kept = frozenset({"clash"})
            model.run_model()
            totals[keeps].append(sum(i.cause == Cause.ANSWER for i in model.world.log))
    drawn, by_day = np.array(totals[False]), np.array(totals[True])
    error = math.hypot(drawn.std(), by_day.std()) / math.sqrt(60)
    assert by_day.mean() > 1
    assert by_day.mean() == pytest.approx(drawn.mean(), abs=4 * error)


def _frequency(scenario, counts, n):
    """Share of free histories with these numbers of fatal events by day."""
    hits = 0
    kinds = set(deadly())
    for seed in range(n):
        model, by_day = TruceModel(scenario, seed=10_000 + seed), [0] * len(counts)
        while model.day < len(counts) and by_day[: model.day] == counts[: model.day]:
            model.step()
            by_day[model.day - 1] = sum(
                i.day == model.day
                and i.kind in kinds
                and i.cause != Cause.LAPSED
                and i.deaths + i.soldiers >= 1
                for i in model.world.log
            )
        hits += by_day == counts
    return hits / n


@pytest.mark.parametrize(
    ("counts", "runs", "particles"),
    [
        ([0, 1, 0, 0], 2500, 60),
        pytest.param([0, 1, 0, 2, 0, 0, 1, 0], 60_000, 500, marks=[pytest.mark.slow, pytest.mark.science]),
    ],
)
def test_evidence_is_the_frequency_of_the_record_among_free_histories(counts, runs, particles):
    scenario = tiny(LIVELY, SHORT)
    p = _frequency(scenario, counts, runs)
    found = follow(scenario, counts_record(counts), particles, seed=3, weigh_marks=False)
    assert p > 0.003 or runs > 10_000
    of_frequency = math.sqrt(p * (1 - p) / runs)
    assert math.exp(found.log_evidence) == pytest.approx(p, abs=4 * of_frequency + 0.1 * p)


def test_a_record_with_an_event_of_a_kind_that_is_off_is_refused_with_its_row():
    scenario = only(switched_on("clash", base=0.0))
    for of, says in (
        ("fatal", r"line 7: day 2: no particle can have this event: nobody could begin clash that day"),
        ("shelling", r"shelling is switched off; set events.shelling.enabled=true"),
    ):
        with pytest.raises(InputError, match=says):
            follow(scenario, Record("x", 3, counts_record([0]).classes, (Row(2, of, source="line 7"),)))


def test_the_filter_gives_the_same_result_again_and_another_one_with_another_seed():
    scenario = tiny(LIVELY, SHORT)
    draws = draw_particles(Uncertainty(priors=PACES), 20, 4)
    record = counts_record([0, 1, 0, 2, 1, 0])
    one, two = (follow_record(scenario, record, draws, seed=4) for _ in range(2))
    assert one.days == two.days
    assert [p.lineage for p in one.particles] == [p.lineage for p in two.particles]
    assert any(p.lineage for p in one.particles)
    assert any(day.resampled for day in one.days)
    assert (one.weights == two.weights).all()
    other = follow_record(scenario, record, draw_particles(Uncertainty(priors=PACES), 20, 5), seed=5)
    assert other.log_evidence != one.log_evidence


def test_the_learned_pace_follows_the_number_of_events():
    scenario = only(switched_on("clash", base=0.1))
    key = "pace.factions"
    draws = draw_particles(Uncertainty(priors={key: PACES[key]}), 64, 1)
    few, many = (follow_record(scenario, counts_record([n] * 12), draws, seed=1) for n in (0, 1))
    medians = [float(np.average(np.log(f.values(key)), weights=f.weights)) for f in (few, many)]
    assert medians[0] < math.log(0.6) < math.log(1.2) < medians[1]


def test_a_draw_under_which_no_truce_stands_has_no_weight():
    clash = switched_on("clash", base=0.05, **HARMLESS)
    scenario = only(clash, {"burn_in_days": 20, "truce": {"feud": {"bar": 3.0}}})
    record = counts_record([0, 1, 0, 0], least=0)
    calm, fierce = (Draw({"pace.factions": pace}, seed=k) for k, pace in enumerate((0.1, 30.0), start=1))
    by_itself = follow_record(scenario, record, [calm], seed=1)
    both = follow_record(scenario, record, [fierce, calm], seed=1)
    assert both.values("pace.factions")[both.weights > 0].tolist() == [0.1]
    assert both.log_evidence == pytest.approx(by_itself.log_evidence - math.log(2))
    with pytest.raises(InputError, match="no truce can stand on day 0"):
        follow_record(scenario, record, [fierce, fierce], seed=1)


def test_particles_of_one_pace_share_a_burn_in(monkeypatch):
    scenario = tiny(LIVELY, SHORT, {"burn_in_days": 3, "city": {"seed": 8}})
    draws = draw_particles(Uncertainty(priors=PACES), 120, 4)
    paces = [draw.values["pace.factions"] for draw in draws]
    assert 0.03 <= min(paces) < 0.04
    assert 2.7 < max(paces) <= 3.0
    steps = np.diff(np.log2(sorted(set(paces))))
    assert steps[1:-1] == pytest.approx(1 / 8, abs=0.001)
    lived, live = [], sim.model._live_through
    monkeypatch.setattr(sim.model, "_live_through", lambda *of: lived.append(of) or live(*of))
    found = follow_record(scenario, counts_record([0]), draws, seed=4)
    assert len(lived) == len(set(paces)) < 60
    free = TruceModel(scenario_with(scenario, draws[7].values), seed=draws[7].seed)
    free.step()
    particle = found.particles[7].model
    assert (particle.world.residents.fear == free.world.residents.fear).all()


def test_a_pilot_moves_the_draws_and_leaves_the_evidence_alone():
    scenario = only(switched_on("clash", base=0.1, **HARMLESS))
    key = "pace.factions"
    priors = Uncertainty(priors={key: PACES[key]})
    record = counts_record([1] * 12, least=0)
    plain = follow_record(scenario, record, draw_particles(priors, 64, 1), seed=1)
    proposal = Proposal(np.array([1.0]), np.array([[0.2]]))
    moved = draw_particles(priors, 64, 1, proposal=proposal)
    assert max(draw.log_weight for draw in moved) <= math.log(4) + 1e-9
    piloted = follow_record(scenario, record, moved, seed=1)
    assert piloted.log_evidence == pytest.approx(plain.log_evidence, abs=0.15)


def test_systematic_resampling_gives_each_its_share_rounded():
    weights = np.array([0.5, 0.24, 0.01, 0.25])
    for u in (0.01, 0.5, 0.99):
        numbers = np.bincount(systematic(weights, u), minlength=4)
        assert (np.abs(numbers - 4 * weights) < 1).all()


def test_weights_return_the_log_of_the_weighted_mean():
    weights = Weights(np.log([0.25, 0.75]))
    assert weights.multiply(np.log([0.4, 0.8])) == pytest.approx(math.log(0.7))
    assert weights.normal == pytest.approx([0.1 / 0.7, 0.6 / 0.7])
    assert weights.multiply(np.full(2, -np.inf)) == -math.inf
    assert weights.effective == pytest.approx(1 / (0.1**2 + 0.6**2) * 0.7**2)


def _rank(seed, n, days):
    """Rank of the true pace among equally many draws of the posterior given a record made with it."""
    key = "pace.factions"
    priors = Uncertainty(priors={key: PACES[key]})
    scenario = only(switched_on("clash", base=0.4, answers={"clash": 0.3}), {"days": days})
    rng = np.random.default_rng([9, seed])
    true = PACES[key].at(rng.random())
    truth = finished(scenario_with(scenario, {key: true}), 777 + seed)
    counts = [sum(i.day == d and i.deaths > 0 for i in truth.world.log) for d in range(1, days + 1)]
    found = follow_record(scenario, counts_record(counts), draw_particles(priors, n, seed), seed=seed)
    values = found.values(key)
    drawn = values[np.searchsorted(np.cumsum(found.weights), rng.random(9)).clip(max=n - 1)]
    return int((drawn < true).sum())


@pytest.mark.parametrize(
    ("truths", "n", "days"),
    [(20, 24, 6), pytest.param(300, 100, 20, marks=[pytest.mark.slow, pytest.mark.science])],
)
def test_true_parameters_rank_evenly_among_those_learned(truths, n, days):
    ranks = [_rank(seed, n, days) for seed in range(truths)]
    numbers = np.bincount(np.array(ranks) // 2, minlength=5)  # ten ranks in five bins
    expected = truths / 5
    assert ((numbers - expected) ** 2 / expected).sum() < 18.5  # chi-square, 4 degrees: 0.1 %
