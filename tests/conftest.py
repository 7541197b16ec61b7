"""Small cities and scenarios that tests share."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import pytest

from sim.events import KINDS
from sim.model import TruceModel
from sim.scenario import Scenario

TINY: dict[str, Any] = {
    "name": "tiny",
    "days": 40,
    "burn_in_days": 0,  # tests of the burn-in set one: where everything is lively no truce stands
    "reference_residents": 500,
    "city": {
        "n_residents": 500,
        "n_officers": 12,
        "n_defectors": 2,
        "n_quarters": 4,
        "kinship": {"n_clans": 8},
    },
    "factions": {
        "locals": {"members": 12},
        "outsiders": {"members": 6, "arms": 0.8, "outsiders": True, "rival": True},
    },
}
QUIET = {"events": {name: {"enabled": False} for name in KINDS}}

Tables = dict[str, Any]


@pytest.fixture(scope="session", autouse=True)
def _caches_of_our_own(tmp_path_factory):
    """The user's own caches are neither read nor filled; all processes of the session share others."""
    if os.environ.get("HUDNA_CACHE"):
        yield
        return
    base = tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            "HUDNA_CACHE", str((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "hudna")
        )
        yield


def merged(*changes: Mapping[str, Any]) -> dict[str, Any]:
    """Nested dictionaries, later ones over earlier ones; other factions replace the former ones."""
    out: dict[str, Any] = {}
    for change in changes:
        for key, value in change.items():
            if isinstance(value, Mapping) and isinstance(out.get(key), dict) and key != "factions":
                out[key] = merged(out[key], value)
            else:
                out[key] = deepcopy(value)
    return out


def tiny(*changes: Mapping[str, Any]) -> Scenario:
    """A scenario of 500 residents and 40 days, with changes."""
    return Scenario.model_validate(merged(TINY, *changes))


def finished(scenario: Scenario, seed: int | None = None, **kw: Any) -> TruceModel:
    """A model run to its last day."""
    model = TruceModel(scenario, seed=scenario.seed if seed is None else seed, **kw)
    model.run_model()
    return model


@pytest.fixture(scope="session")
def run_tiny() -> Callable[..., TruceModel]:
    """Run a tiny scenario with changes."""
    return lambda *changes, seed=0, **kw: finished(tiny(*changes), seed, **kw)
