"""One small real study and one run, made once for all tests of figures."""

import pandas as pd
import pytest

import sim
from tests.study.studies import SMALL


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    """Two points of sixteen histories, with bands and daily tables, in its folder."""
    folder = tmp_path_factory.mktemp("figures") / "study"
    overrides = [*SMALL, "events.kidnapping.base=0.02,0.3", "runs=16", "truce.feud.bar=4", "keep=daily"]
    return sim.sweep([*overrides, "engine=serial"], out=folder)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory):
    """One history, in its folder."""
    from sim.api import run_to_folder
    from sim.compose import compose_scenario

    folder = tmp_path_factory.mktemp("figures") / "run"
    run_to_folder(compose_scenario([*SMALL, "days=40", "events.kidnapping.base=0.4"]), folder, figure=False)
    return folder


@pytest.fixture(scope="session")
def grid():
    """A table of points over two factors, made by hand."""
    rows = [
        {"point": 2 * i + j, "events.a.base": a, "army.shield": b, "n": 20, "broke": k,
         "p_break": k / 20, "p_break_low": max(0, k / 20 - 0.1), "p_break_high": min(1, k / 20 + 0.1)}
        for i, a in enumerate((0.1, 0.2)) for j, (b, k) in enumerate(((True, 4), (False, 8 + 4 * i)))
    ]  # fmt: skip
    return pd.DataFrame(rows)
