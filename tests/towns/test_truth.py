"""A town whose parameters are known: its record, measured and calibrated, gives them back."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, spearmanr

import sim
from sim.actors.postures import Posture
from sim.calibrate.calibrate import Calibration, calibrate
from sim.calibrate.files import write_for_town
from sim.calibrate.folder import owned
from sim.calibrate.problem import base_values_of_all, read_problem
from sim.dossier.targets import measure_town, write_targets
from sim.patterns.record import measure_histories
from sim.patterns.traces import traces_of
from sim.study.build import build_plan
from sim.towns.dates import date_of
from tests.towns.folders import write_town

TOWN = """\
title: Two Rivers
day_zero: 2004-05-01
days: {days}
residents: 600
quarters: 4
clans: 6
camps: {{loyalist: 0.2, uncommitted: 0.3}}
officers: 0
defectors: 0
factions:
- {{name: river_guard, members: 14}}
- {{name: hill_men, members: 8, outsiders: true, rival: true}}
army: {{troops: 30, armour: 6}}
record: {{first: 2004-05-02, last: {last}}}
settings: {{burn_in_days: 5}}
"""
DAYS = 84


def write_record(folder: Path, days: int, truth: dict[str, float], seed: int) -> Path:
    """A town folder whose events are those of one history under `truth`, as a source would tell them."""
    last = date_of(days, "2004-05-01")
    shutil.rmtree(folder, ignore_errors=True)
    town = write_town(folder, TOWN.format(days=days, last=last), None, None)
    lines = [f"{key}={value}" for key, value in truth.items()]
    events = sim.run([f"town={town}", f"seed={seed}", *lines]).events
    happened = events[events.cause != "lapsed"]
    dead = happened.deaths + happened.soldiers.astype(int)
    rows = [f"{date},fatal,{n}" for date, n in zip(happened.date, dead, strict=True) if n > 0]
    (town / "events.csv").write_text("\n".join(["date,kind,deaths", *rows]) + "\n")
    return town


def calibrated(town: Path, out: Path, sizes: dict[str, int], earlier: Path | None = None) -> Calibration:
    """Measure and calibrate as the commands do, with other sizes than `targets` writes.

    `earlier`: the calibration of the same town by another record, whose runs of the prior are the same.
    """
    file = write_targets(measure_town(str(town)), None, force=True)
    lines = [line for line in file.read_text().splitlines() if line.split(":")[0] not in sizes]
    file.write_text("\n".join([*lines, *(f"{name}: {size}" for name, size in sizes.items())]) + "\n")
    problem = read_problem(file)
    if earlier is not None:
        with owned(problem, base_values_of_all(problem), out):
            for name in ("screening", "wave-1"):
                shutil.copytree(earlier / name, out / name)
    found = calibrate(problem, out, engine=["engine=serial"])
    write_for_town(found)
    return found


def test_a_record_is_measured_as_its_history_is(tmp_path):
    truth = {"pace.factions": 2.0, "pace.army": 1.0}
    town = write_record(tmp_path / "rivers", 56, truth, 3)
    run = sim.run([f"town={town}", "seed=3", *(f"{key}={value}" for key, value in truth.items())])
    runs, events = pd.DataFrame([run.row]).assign(point=0, run=0), run.events.assign(point=0, run=0)
    trace = traces_of(runs, events, Posture[run.scenario.army.start.upper()])
    _, figures = measure_histories(trace)
    found = measure_town(str(town))
    for name, value in found.asked.items():  # a source tells whole deaths, the log parts of soldiers
        assert value == pytest.approx(figures[name][0], rel=0.01 if name == "record_deaths" else 1e-12)
    assert found.asked["record_events"] > 20
    assert "record_dispersion" in found.asked


FEW = {"trajectories": 2, "points": 20, "runs": 4, "checked": 2, "central": 2, "times": 1, "candidates": 2000}


@pytest.mark.slow
def test_a_small_calibration_of_a_town_finds_its_pace_and_leaves_it_in_the_folder(tmp_path):
    truth = {"pace.factions": 2.0, "pace.army": 1.0}
    town = write_record(tmp_path / "rivers", 42, truth, 3)
    found = calibrated(town, tmp_path / "out", FEW).parameters.set_index("parameter").loc["pace.factions"]
    assert found.q025 < truth["pace.factions"] < found.q975
    assert found.narrower > 0.3
    plan, _ = build_plan([f"town={town}", "uncertainty=[town]", "runs=200"])
    drawn = np.array([plan.run_settings(0, run)["pace.factions"] for run in range(200)])
    assert abs(np.log(np.median(drawn) / found["median"])) < 0.3


SIZES = {**FEW, "points": 32}
TRUTHS = 8


@pytest.mark.slow
def test_calibrations_of_a_town_give_synthetic_truths_back(tmp_path):
    luck = np.random.default_rng(17)
    names, inside, medians = ("pace.factions", "pace.army"), [], []
    truths = np.exp(luck.uniform(np.log(0.05), np.log(2.5), (TRUTHS, 2)))
    earlier = None
    for number, values in enumerate(truths):
        town = write_record(tmp_path / "rivers", DAYS, dict(zip(names, values.tolist(), strict=True)), number)
        out = tmp_path / f"out-{number}"
        found = calibrated(town, out, SIZES, earlier).parameters.set_index("parameter")
        earlier = out
        for name, value in zip(names, values, strict=True):
            row = found.loc[name]
            if np.isfinite(row["median"]):
                inside.append(row.q025 < value < row.q975)
        medians.append(found.loc["pace.factions", "median"])
    print(f"{sum(inside)} of {len(inside)} intervals of 95 % hold the truth; medians {np.round(medians, 2)}")
    assert binom.cdf(sum(inside), len(inside), 0.9) > 0.01
    assert spearmanr(truths[:, 0], medians).statistic > 0.7
