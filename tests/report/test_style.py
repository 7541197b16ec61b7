"""The style: everything has one look, and the looks of a group can be told apart without colour."""

from __future__ import annotations

from itertools import combinations

import matplotlib
import pytest

from sim.actors.postures import Posture
from sim.city.columns import Camp
from sim.report.style import CAMPS, ENDINGS, LAYERS, POSTURES, TRUCE, house_style, ink_of, lightness
from sim.truce import ENDINGS as ENDING_NAMES
from sim.truce import TruceState
from sim.world.incident import Layer

OKABE_ITO = {
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#999999",
}  # fmt: skip


def names(states) -> set[str]:
    return {state.name.lower() for state in states}


def test_every_camp_layer_ending_state_and_posture_has_a_look():
    assert set(CAMPS) == names(Camp)
    assert set(LAYERS) == names(Layer)
    assert set(ENDINGS) == set(ENDING_NAMES)
    assert set(TRUCE) == names(TruceState)
    assert names(Posture) <= set(POSTURES)


@pytest.mark.parametrize(
    "group", [CAMPS, LAYERS, ENDINGS, TRUCE], ids=["camps", "layers", "endings", "truce"]
)
def test_colours_of_a_group_are_okabe_ito_and_differ(group):
    colours = [look.colour for look in group.values()]
    assert set(colours) <= OKABE_ITO
    assert len(set(colours)) == len(colours)


@pytest.mark.parametrize("group", [CAMPS, LAYERS, ENDINGS], ids=["camps", "layers", "endings"])
def test_members_of_a_group_differ_in_grey_by_lightness_or_marker(group):
    for a, b in combinations(group.values(), 2):
        assert abs(lightness(a.colour) - lightness(b.colour)) > 15 or a.marker != b.marker


def test_states_of_the_truce_differ_in_grey_by_lightness_alone():
    for a, b in combinations(TRUCE.values(), 2):
        assert abs(lightness(a.colour) - lightness(b.colour)) > 15


def test_postures_differ_in_grey_by_lightness_or_hatch():
    for a, b in combinations(POSTURES.values(), 2):
        assert abs(lightness(a.colour) - lightness(b.colour)) > 8 or a.hatch != b.hatch


def test_lightness_runs_from_black_to_white():
    assert lightness("#000000") == pytest.approx(0)
    assert lightness("#FFFFFF") == pytest.approx(100)
    assert lightness("#777777") == pytest.approx(50.03, abs=0.1)


def test_ink_is_dark_enough_to_be_read_and_dark_colours_stay():
    assert all(lightness(ink_of(look.colour)) <= 45 for group in (CAMPS, ENDINGS) for look in group.values())
    assert ink_of("#000000") == "#000000"


def test_settings_of_the_user_do_not_leak_in_and_the_style_does_not_leak_out():
    with matplotlib.rc_context({"lines.linewidth": 17.0, "svg.fonttype": "path"}):
        with house_style():
            assert matplotlib.rcParams["lines.linewidth"] == matplotlib.rcParamsDefault["lines.linewidth"]
            assert matplotlib.rcParams["svg.fonttype"] == "none"
            assert matplotlib.rcParams["pdf.fonttype"] == 42
        assert matplotlib.rcParams["lines.linewidth"] == 17.0
        assert matplotlib.rcParams["svg.fonttype"] == "path"
