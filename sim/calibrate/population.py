"""How much truces must differ for a population of them to break as real ones did (P1, P2).

A population is run once, the paces of violence drawn evenly over a wide range. A narrower population is
obtained by weighting these truces: every (centre of the factions' pace, centre of the army's, spread) is a
log-normal law, and no truce is run again. The agreement of such a law is the probability that each pattern
lies in its range, given the sampling error of so few truces.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from sim.calibrate.fit import FAR, Floats, draw_rows, effective, log_inside
from sim.calibrate.waves import Told
from sim.disk.tables import read_table
from sim.patterns.population import lives_of, local_truces, weibull_shape
from sim.patterns.targets import BROKEN_BY, SHAPE
from sim.study.build import build_plan
from sim.study.study import begin

ASKED = local_truces("local_truce_wide")
PACES = ("pace.factions", "pace.army")
CENTRES = tuple(np.geomspace(0.05, 5, 9).round(3).tolist())
SPREADS = (0.5, 1.0, 1.5, 2.0, 2.5)
FEWEST = 50  # minimum effective number of truces for judging a law
HOPELESS = 1e-6  # below this agreement the shape is not computed
RESAMPLED = 400  # truces drawn by their weights for the Weibull shape


def run_population(
    truces: int, settings: Sequence[str], folder: Path, engine: Sequence[str], tell: Told
) -> pd.DataFrame:
    """The run rows of a wide population, with a column for each of PACES. `settings`: more overrides."""
    plan, asked = build_plan([*ASKED, *settings, f"runs={truces}", *engine], yes=True)
    store = begin(plan, asked, folder, tell, command="hudna calibrate")
    runs: pd.DataFrame = read_table(store.folder / "runs.parquet").to_pandas()
    for key in PACES:
        runs[key] = [float(plan.run_settings(0, int(run))[key]) for run in runs.run]
    return runs[runs.status == "ok"].reset_index(drop=True)


def laws(runs: pd.DataFrame) -> pd.DataFrame:
    """A row for each law with enough effective truces: centres, spread, what it shows, its agreement.

    `runs`: as of `run_population`. `truces` is the effective number of truces of a law. `weight` is the
    agreement as a share of all rows: a posterior over the laws with a flat prior. It is 0 everywhere if
    none agrees.
    """
    logs = np.log(runs[list(PACES)].to_numpy(float))
    lives = lives_of(runs)
    rows = []
    for factions, army, spread in product(CENTRES, CENTRES, SPREADS):
        weight = np.exp(-0.5 * (((logs - np.log([factions, army])) / spread) ** 2).sum(axis=1))
        weight /= weight.sum()
        size = effective(weight)
        if size < FEWEST:
            continue
        shares = [float(weight[lives.broke & (lives.days <= day)].sum()) for day in BROKEN_BY]
        agreement, shape = _agreement(shares, size), np.nan
        if agreement > HOPELESS:
            some = draw_rows(weight, RESAMPLED, 0)
            shape = weibull_shape(lives.days[some], lives.broke[some])
            agreement *= _chance(shape, shape * 0.8 / (size * max(shares[-1], 0.01)) ** 0.5, *SHAPE)
        rows.append((factions, army, spread, size, *shares, shape, np.nan_to_num(agreement)))
    names = [f"broken_by_{day}" for day in BROKEN_BY]
    columns = ["factions", "army", "spread", "truces", *names, "shape", "agreement"]
    table = pd.DataFrame(rows, columns=columns)
    table["weight"] = table.agreement / (table.agreement.sum() or 1.0)
    return table.sort_values("agreement", ascending=False, ignore_index=True)


def _agreement(shares: Sequence[float], size: float) -> float:
    """The probability that all shares lie in their ranges."""
    found = 1.0
    for share, (low, high) in zip(shares, BROKEN_BY.values(), strict=True):
        found *= _chance(share, max(0.01, (share * (1 - share) / size) ** 0.5), low, high)
    return found


def _chance(value: float, error: float, low: float, high: float) -> float:
    """The probability that a value measured with this error lies in a range; a range to 1 is open above."""
    return float(np.exp(log_inside(np.array(value), error, low, high if high < 1 else FAR)))


def centre_of(table: pd.DataFrame) -> dict[str, float]:
    """The mean law: geometric means of the centres (factions, army), mean spread, by weight.

    `table`: as of `laws`, where at least one agrees.
    """
    weight: Floats = table.weight.to_numpy(float)
    means = {key: float(np.exp(weight @ np.log(table[key].to_numpy(float)))) for key in ("factions", "army")}
    return {**means, "spread": float(weight @ table.spread.to_numpy(float))}
