"""One small real study and one run, made once for all tests of figures."""

import pytest

import sim
from tests.study.studies import SMALL


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    """Two points of sixteen histories, with bands and daily tables, in its folder."""
    folder = tmp_path_factory.mktemp("figures") / "study"
    overrides = [*SMALL, "events.kidnapping.base=0.02,0.3", "runs=16", "truce.feud.bar=6", "keep=daily"]
    return sim.sweep([*overrides, "engine=serial"], out=folder)


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory):
    """One history, in its folder."""
    from sim.api import run_to_folder
    from sim.compose import compose_scenario

    folder = tmp_path_factory.mktemp("figures") / "run"
    run_to_folder(compose_scenario([*SMALL, "days=40", "events.kidnapping.base=0.4"]), folder, figure=False)
    return folder
