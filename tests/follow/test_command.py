"""The command and its Python twin: the same with any number of workers, and clear about bad input."""

import csv
import json
import math

import numpy as np
import pytest
from scipy import stats

import sim
from sim.cli import main
from sim.compose import compose_scenario
from sim.errors import InputError
from sim.following.baselines import (
    HawkesGrid,
    gamma_poisson,
    hawkes,
    hawkes_log_likelihoods,
    poisson_fitted,
)
from sim.following.evidence import Job, evidence_of, pool
from sim.following.knockouts import KNOCKOUTS, knock_out
from sim.following.quantiles import weighted_quantiles
from sim.following.record import ObservedClass, Record, Row, fatal_events, observable
from sim.following.truces import FOLDER, YARDSTICK, read_truce, truce_ids
from tests.follow.records import counts_record

SMALL = ["scenario=small_town", "city.n_residents=1200"]
HERE = {"particles": 12, "islands": 3, "until": "2008-07-01", "ahead": 0}


def test_the_given_truces_can_be_read_and_the_yardstick_has_its_events():
    records = [read_truce(truce, most_days=301) for truce in YARDSTICK]
    assert sum(len(record.rows) for record in records) == 277
    assert read_truce("GAZ-01").days == 139
    assert all(read_truce(truce).days > 0 for truce in truce_ids())


def test_following_answers_in_words_and_tables(tmp_path, capsys):
    out = tmp_path / "followed"
    asked = ["--particles", "6", "--until", "2008-06-25", "--workers", "1"]
    asked += ["--ahead", "1", "--histories", "5", "--no-measures", "--explain", "0", "--out", str(out)]
    assert main(["follow", "GAZ-01", *SMALL, *asked]) == 0
    said = capsys.readouterr().out
    assert all(words in said for words in ("pace.factions", "Log evidence", "not predictive"))
    page = json.loads((out / "follow.json").read_text())
    days = list(csv.DictReader((out / "days.csv").open()))
    assert len(days) == page["record"]["days"] == 7
    assert page["log_evidence"] == pytest.approx(sum(float(day["log_counts"]) for day in days))
    assert main(["follow", "GAZ-01", *SMALL, "--out", str(out)]) == 2
    assert "has something in it already" in capsys.readouterr().err


@pytest.mark.slow
def test_one_two_and_three_workers_give_the_same_result():
    found = [sim.follow("GAZ-01", SMALL, workers=n, seed=3, **HERE) for n in (1, 2, 3)]
    for other in found[1:]:
        assert other.days.equals(found[0].days)
        assert other.particles.equals(found[0].particles)


def test_islands_weigh_by_their_evidence_and_their_mean_is_the_evidence():
    found = sim.follow("GAZ-01", SMALL, **HERE)
    assert found.particles.weight.sum() == pytest.approx(1.0)
    by_island = found.particles.groupby("island").weight.sum()
    assert len(by_island) == 3
    assert by_island.std() > 0
    assert found.weeks.log_counts.sum() == pytest.approx(found.log_evidence)


def test_an_uncertainty_of_ones_own_is_drawn_beside_the_paces(tmp_path):
    folder = tmp_path / "uncertainty"
    folder.mkdir()
    prior = "priors:\n  kinship.restraint: {low: 0.5, high: 2.5}\n"
    (folder / "mine.yaml").write_text(f"says: mine\n{prior}", encoding="utf-8")
    asked = [*SMALL, "uncertainty=mine", "pace.army=1"]
    found = sim.follow("GAZ-01", asked, **HERE | {"until": "2008-06-22"}, config_dir=tmp_path)
    assert found.particles["kinship.restraint"].between(0.5, 2.5).all()
    assert "pace.factions" in found.particles
    assert "pace.army" not in found.particles
    (folder / "mine.yaml").write_text(f"{prior}  kin.restraint: {{low: 1, high: 2}}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"kin\.restraint"):
        sim.follow("GAZ-01", asked, **HERE, config_dir=tmp_path)


def test_a_record_that_outruns_the_particles_is_told_with_its_week():
    rows = (Row(9, "fatal", 1), *(Row(10, "fatal", 9) for _ in range(6)))
    record = fatal_events("x", 16, rows, "2010-01-01")
    found = sim.follow(record, SMALL, particles=6, islands=1, ahead=0)
    (said,) = [line for line in found.lines if "outran" in line]
    assert "in the week from 2010-01-08" in said
    assert "7 events where" in said
    assert "least probable 2010-01-10, 6 events with 54 deaths" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["follow", "GAZ-77"], "truce 'GAZ-77': not in"),
        (["follow", "GAZ-01", "--until", "soon"], "until: 'soon' is not a date"),
        (["follow", "GAZ-01", "--until", "2001-01-01"], "until: 2001-01-01 is outside the record"),
        (["follow", "GAZ-01", "--particles", "1"], "particles: 1; a filter needs at least 2"),
        (["follow", "GAZ-01", "--islands", "900"], "islands: 900; from 1 to half"),
        (["follow", "GAZ-01", "--data", "/nowhere"], "/nowhere/truces.csv: is not there"),
        (["follow", "GAZ-01", "uncertainty=nothing"], "uncertainty=nothing: there is no such file"),
        (["follow", "GAZ-01", "uncertainty=town"], "uncertainty=town: means the uncertainty.yaml of a town"),
        (["follow", "GAZ-01", "pace.faction=1"], "pace.faction"),
    ],
)
def test_a_mistake_is_told_in_a_line(arguments, says, capsys, tmp_path):
    assert main([*arguments, "--out", str(tmp_path / "x")]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("classes", "rows", "says"),
    [
        ((ObservedClass("a", ("clas",)),), (), "unknown kind 'clas'; did you mean 'clash'"),
        ((ObservedClass("a", ("departure",)),), (), "departure follows from decisions of residents"),
        ((ObservedClass("a", ()),), (), "names no kind of event"),
        ((ObservedClass("a", ("clash",), seen=0.0),), (), "seen = 0; the share"),
        ((ObservedClass("a", ("clash",), spans=((5, 2),)),), (), "days 5-2; give first and last day"),
        ((ObservedClass("a", ("clash",)), ObservedClass("b", ("clash",))), (), "clash is in the classes"),
        ((ObservedClass("clash", ("clash", "shelling")),), (), "has the name of a kind"),
        ((ObservedClass("a", ("clash",)),), (Row(9, "a"),), "day 9 is outside the record"),
        ((ObservedClass("a", ("clash",)),), (Row(1, "b", source="line 3"),), "line 3: 'b' is in no class"),
        ((ObservedClass("a", ("clash",), 2),), (Row(1, "a", 1),), "1 deaths; class 'a' has at least 2"),
        ((ObservedClass("a", ("clash",)),), (Row(1, "a", 1, 2),), "2 soldiers dead of 1"),
        ((ObservedClass("a", ("clash",), spans=((2, 3),)),), (Row(1, "a"),), "does not cover day 1"),
    ],
)
def test_a_record_that_does_not_fit_is_refused(classes, rows, says):
    with pytest.raises(InputError, match=says.replace("(", r"\(")):
        Record("r", 4, classes, rows)


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("events.csv", "date,place\n", "has no column 'deaths_best'"),
        ("events.csv", "date,place,deaths_best\n2008-7-1,Gaza Strip,1\n", "line 2: '2008-7-1' is not a date"),
        ("events.csv", "date,place,deaths_best\n2008-07-01,Gaza Strip,x\n", "line 2: deaths_best 'x'"),
        (
            "truces.csv",
            "truce_id,place,start,observed_to\nGAZ-01,Gaza Strip,2008-06-19,2008-01-01\n",
            "before",
        ),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_line(file, text, says, tmp_path):
    for name in ("truces.csv", "events.csv"):
        (tmp_path / name).write_text((FOLDER / name).read_text())
    (tmp_path / file).write_text(text)
    with pytest.raises(InputError, match=says):
        read_truce("GAZ-01", tmp_path)


def test_gamma_poisson_is_the_integral_over_its_prior():
    counts = [0, 2, 0, 1, 1, 0]
    rates = np.linspace(1e-6, 12, 400_001)
    likelihood = stats.gamma.pdf(rates, 0.5, scale=0.3)
    for n in counts:
        likelihood = likelihood * stats.poisson.pmf(n, rates)
    # the prior's density has a pole at 0, where the likelihood is 0: the trapezoid rule sees neither
    assert gamma_poisson(counts).sum() == pytest.approx(math.log(np.trapezoid(likelihood, rates)), abs=1e-5)


def test_hawkes_without_answers_is_poisson_and_its_evidence_the_mean_over_the_grid():
    counts = [0, 2, 0, 1, 1, 0]
    flat = hawkes_log_likelihoods(counts, np.array([[0.4], [0.0], [0.2]])).sum()
    assert flat == pytest.approx(stats.poisson.logpmf(counts, 0.4).sum())
    grid = HawkesGrid((0.1, 1.0, 3), (0.0, 0.6, 2), (2.0, 9.0, 2))
    each = hawkes_log_likelihoods(counts, grid.points()).sum(axis=0)
    assert hawkes(counts, grid).sum() == pytest.approx(math.log(np.exp(each).mean()))
    assert poisson_fitted(counts) == pytest.approx(stats.poisson.logpmf(counts, 4 / 6).sum())


@pytest.mark.parametrize("name", sorted(KNOCKOUTS.keys() - {"hostility"}))
def test_a_knocked_out_mechanism_changes_the_evidence(name):
    # no truce of such feelings stands without restraint: it is followed from its first day on
    scenario = compose_scenario([*SMALL, "feelings.shock_scale=3", "burn_in_days=0"])
    record = counts_record([1, 2, 1, 0, 2, 1, 1, 0, 0, 2, 1, 0])
    whole, less = (
        evidence_of(Job(record, each, particles=4, seed=1)) for each in (scenario, knock_out(scenario, name))
    )
    assert whole.log_evidence != less.log_evidence


def test_without_hostility_the_army_forgets_an_attack_by_the_next_day():
    army = knock_out(compose_scenario(SMALL), "hostility").army
    assert army.hostility_fade == 1.0
    with pytest.raises(InputError, match="without 'hostilitie': no such mechanism; did you mean 'hostility'"):
        knock_out(compose_scenario(SMALL), "hostilitie")


def test_repeated_runs_are_pooled_by_their_mean_evidence():
    mean, spread = pool([-10.0, -12.0])
    assert mean == pytest.approx(math.log((math.exp(-10) + math.exp(-12)) / 2))
    assert spread == pytest.approx(math.sqrt(2))


def test_quantiles_follow_the_weights():
    values = np.array([3.0, 1.0, 2.0])
    assert weighted_quantiles(values, np.array([0.1, 0.6, 0.3]), (0.05, 0.5, 0.95)) == [1.0, 1.0, 3.0]


def test_what_cannot_be_weighed_is_not_observable():
    assert not {"departure", "return", "joining", "desertion", "release"} & set(observable())
    assert {"clash", "shelling", "revenge_killing", "siege", "battle", "kidnapping"} <= set(observable())
