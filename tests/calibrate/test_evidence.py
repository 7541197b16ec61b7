"""A record as a target of a calibration: its likelihood narrows what it speaks of, and says so."""

import math

import numpy as np
import pandas as pd
import pytest

from sim.calibrate.calibrate import calibrate
from sim.calibrate.evidence import DEEPEST, cut_below, log_evidence, read_record
from sim.calibrate.files import write_calibration
from sim.calibrate.problem import problem_from
from sim.calibrate.waves import plan_of, run_wave
from sim.errors import InputError
from sim.following.filter import follow_record
from sim.following.particles import Draw
from sim.following.record import Record

pytestmark = pytest.mark.xdist_group("by_record")  # what the module makes is made once

PACES = {
    key: {"distribution": "log_uniform", "low": 0.03, "high": 3.0} for key in ("pace.factions", "pace.army")
}
MANY_EVENTS = {
    "base": ["scenario=small_town", "city.n_residents=1000", "days=14", "burn_in_days=0"],
    "priors": PACES,
    "targets": {},
    "record": {"follow": "UKR-01", "until": "2014-09-18", "particles": 4},
    "trajectories": 2,
    "waves": 1,
    "points": 16,
    "runs": 4,
    "candidates": 1000,
    "sample": 20,
    "checked": 2,
    "central": 2,
    "times": 1,
    "truths": 2,
}


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("by_record") / "out"
    found = calibrate(problem_from(MANY_EVENTS, "here"), folder, engine=["engine=serial"])
    return folder, found, write_calibration(found, folder)


def test_a_record_of_many_events_narrows_the_pace_and_the_calibration_says_so(done):
    folder, found, lines = done
    row = found.parameters.set_index("parameter")
    assert row.by_record["pace.factions"] > 0.15
    assert row["median"]["pace.factions"] > 0.3  # the middle of the prior
    told = pd.read_csv(folder / "evidence.csv")
    assert len(told) == 16
    calm, fierce = (told["pace.factions"] < 0.1, told["pace.factions"].between(0.6, 2.0))
    assert told.log_evidence[fierce].mean() > told.log_evidence[calm].mean() + 1
    (said,) = [line for line in lines if line.startswith("The record of Donetsk city 2014")]
    assert f"{len(found.record.rows)} events in {found.record.days} days" in said
    assert "narrowed pace.factions by" in said
    assert found.proof.empty  # truths have no record


def test_evidence_that_is_there_is_not_made_again_and_a_stop_changes_nothing(done, tmp_path):
    problem = problem_from(MANY_EVENTS, "here")
    record, unit = read_record(problem), np.array([[0.2, 0.3], [0.9, 0.6]])
    told = []
    run_wave(problem, lambda: unit, tmp_path, ["engine=serial"], told.append, seed=7)
    asked = (problem, record, unit, tmp_path, ["engine=serial"])
    one = log_evidence(*asked, told.append, seed=7)
    n = len(told)
    assert (log_evidence(*asked, told.append, seed=7) == one).all()
    assert len(told) == n
    (tmp_path / "evidence.npy").unlink()
    assert (log_evidence(*asked, told.append, seed=7) == one).all()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".follow")]


def test_what_is_impossible_counts_as_far_under_the_best_as_counts():
    record = Record("x", 3)
    values = cut_below(np.array([-10.0, math.nan, -900.0, -12.5]), record)
    assert values.tolist() == [-10.0, -10 - DEEPEST, -10 - DEEPEST, -12.5]
    with pytest.raises(InputError, match="at no point can the model have x"):
        cut_below(np.array([math.nan, math.nan]), record)


def test_the_evidence_of_a_point_is_that_of_a_filter_at_its_parameters(tmp_path):
    problem = problem_from(MANY_EVENTS, "here")
    record, unit = read_record(problem), np.array([[0.9, 0.6], [0.9, 0.6]])
    run_wave(problem, lambda: unit, tmp_path, ["engine=serial"], lambda _: None, seed=3)
    one, other = log_evidence(problem, record, unit, tmp_path, ["engine=serial"], lambda _: None, seed=3)
    assert one != other  # luck of its own
    plan, _ = plan_of(problem, unit, ["seed=3"], ["engine=serial"])
    draws = [Draw({}, 50 + k) for k in range(8)]
    found = follow_record(plan.scenario(0), record, draws, seed=1)
    assert found.log_evidence + found.log_evidence_marks == pytest.approx((one + other) / 2, abs=8)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"record": {"follow": "BIH-99"}}, "record: truce 'BIH-99': not in"),
        ({"record": {"follow": "town"}}, "record: follow = town: base names no town"),
        ({"record": {"follow": "BIH-03", "until": "soon"}}, "record: until: 'soon' is not a date"),
        ({"record": {"follow": "BIH-03", "particles": 1}}, "particles"),
        ({"record": None}, "give at least two priors and one target"),
        ({"targets": {"record_events": {"observed": 3}}}, "record_events: is a figure of a record"),
    ],
)
def test_a_mistake_is_told_before_anything_is_run(change, says, tmp_path):
    with pytest.raises(InputError, match=says):
        calibrate(problem_from({**MANY_EVENTS, **change}, "here"), tmp_path / "x", engine=["engine=serial"])
    assert not (tmp_path / "x").exists()
