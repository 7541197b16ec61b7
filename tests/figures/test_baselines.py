"""A few pictures of hand-made tables against what they looked like before.

After a change that is meant, pytest with HUDNA_RENEW=1 in the environment writes them anew; look at them.
"""

import os
from pathlib import Path

import pytest
from matplotlib.testing.compare import compare_images

import sim
from sim.report.files import save_figure
from tests.report.tables import daily_of, events_of

HERE = Path(__file__).parent / "baselines"
DOTS, TOLERANCE = (
    50,
    12,
)  # root mean square of the difference of colours; another freetype moves edges a little


def causes(_grid):
    events = events_of(
        {"event": 1, "day": 3},
        {"event": 2, "day": 8, "parent": 1, "kind": "counter_abduction"},
        {"event": 3, "day": 9, "parent": 1, "kind": "clash", "deaths": 2},
        {"event": 4, "day": 14, "parent": 2, "kind": "revenge_killing", "deaths": 1},
        {"event": 5, "day": 6, "kind": "checkpoint_attack", "layer": "standoff"},
        {"event": 6, "day": 7, "kind": "shelling", "layer": "standoff", "parent": 5},
    )
    return sim.figures.causes(events, daily_of(20))


def heat_map(grid):
    return sim.figures.heat_map(grid)


@pytest.mark.parametrize("draw", [causes, heat_map], ids=lambda each: each.__name__)
def test_a_figure_looks_as_it_did(draw, grid, tmp_path):
    name = draw.__name__
    if os.environ.get("HUDNA_RENEW"):
        save_figure(draw(grid), HERE, name, ("png",), DOTS)
    save_figure(draw(grid), tmp_path, name, ("png",), DOTS)
    assert compare_images(str(HERE / f"{name}.png"), str(tmp_path / f"{name}.png"), TOLERANCE) is None
