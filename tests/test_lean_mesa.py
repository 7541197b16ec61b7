"""Mesa comes without networkx and scipy.spatial, and loses nothing by it."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest


def _say(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.skipif(not version("mesa").startswith("3.3."), reason="later ones look into both at once")
def test_the_model_comes_without_what_mesa_needs_for_agents_in_space():
    code = (
        "import sys, sim.model; "
        "heavy = {'networkx', 'scipy.spatial', 'scipy.special', 'mesa.experimental'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert _say(code) == "[]"


def test_who_asks_for_it_gets_it():
    code = (
        "import sim.model, mesa; "
        "print(mesa.space.nx.path_graph(3).size(), mesa.experimental.devs.__name__); "
        "import networkx, mesa.experimental.cell_space as cells; "
        "print(mesa.space.nx.Graph is networkx.Graph, mesa.experimental.__file__ is not None, cells.__name__)"
    )
    assert _say(code).split() == [
        "2",
        "mesa.experimental.devs",
        "True",
        "True",
        "mesa.experimental.cell_space",
    ]


def test_what_was_imported_before_stays():
    code = (
        "import networkx, mesa, sim.model; print(mesa.space.nx is networkx, type(mesa.experimental).__name__)"
    )
    assert _say(code).split() == ["True", "module"]
