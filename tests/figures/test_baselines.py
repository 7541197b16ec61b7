"""A few pictures of hand-made tables against what they looked like before (`pictures.py` renews them)."""

import pytest
from matplotlib.testing.compare import compare_images

import sim
from tests.figures.pictures import KEPT, PICTURES, grid, save

# root mean square of the difference of colours, 0 to 255: another freetype moves edges a little
TOLERANCE = 12


@pytest.mark.parametrize("draw", PICTURES, ids=lambda each: each.__name__)
def test_a_figure_looks_as_it_did(draw, tmp_path):
    path = save(draw, tmp_path)
    assert compare_images(str(KEPT / path.name), str(path), TOLERANCE) is None, (
        "if that is meant, run `python -m tests.figures.pictures` and look at what it draws"
    )


def test_another_share_in_the_cells_would_be_seen(tmp_path):
    def heat_map():
        return sim.figures.heat_map(grid().assign(p_break=0.9))

    path = save(heat_map, tmp_path)
    assert compare_images(str(KEPT / path.name), str(path), TOLERANCE) is not None


def test_no_picture_is_kept_that_nobody_draws():
    assert {path.stem for path in KEPT.iterdir()} == {each.__name__ for each in PICTURES}
