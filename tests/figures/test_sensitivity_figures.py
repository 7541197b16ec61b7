"""Figures of sensitivity: what is drawn is what the table holds, luck told apart from the factors."""

import numpy as np
import pytest

import sim
from sim.report.figures.deciding import FACTOR, LUCK
from sim.report.figures.fit import Unfit
from sim.report.style import lightness
from sim.study.sensitivity.table import make_table
from tests.figures.reading import artists, words

KEYS = ("events.kidnapping.base", "army.shield", "seed")
NO_LUCK = {"luck_share": np.nan, "luck_share_low": np.nan, "luck_share_high": np.nan}
SHARE = {"luck_share": 0.6, "luck_share_low": 0.5, "luck_share_high": 0.7}


def morris_table(outcomes=("broke", "deaths")):
    """A table of Morris' design; the switch does most."""
    rows = []
    for name in outcomes:
        for factor, star, mu, sigma in zip(
            KEYS, (0.2, 0.8, 0.3), (0.2, -0.8, 0), (0.1, 0.3, 0.5), strict=True
        ):
            rows.append(
                {"outcome": name, "factor": factor, "blocks": 9, "runs": 5, "mu": mu, "mu_star": star,
                 "mu_star_low": star - 0.1, "mu_star_high": star + 0.1, "sigma": sigma}
                | (SHARE if factor == "seed" else NO_LUCK)
            )  # fmt: skip
    return make_table(rows, "morris")


def sobol_table(st=(0.3, 0.6, 0.7)):
    """A table of Saltelli's design; luck does most."""
    rows = []
    for factor, total in zip(KEYS, st, strict=True):
        keys = {"outcome": "broke", "factor": factor, "blocks": 64, "runs": 1}
        alone = {"s1": total / 2, "s1_low": total / 2 - 0.2, "s1_high": total / 2 + 0.2}
        whole = {"st": total, "st_low": total - 0.1, "st_high": total + 0.1}
        rows.append(keys | alone | whole | (SHARE if factor == "seed" else NO_LUCK))
    return make_table(rows, "saltelli")


def test_morris_draws_sizes_with_intervals_and_against_spread_luck_apart():
    figure = sim.figures.morris(morris_table())
    (factors,), (luck,) = artists(figure, "factors"), artists(figure, "luck")
    assert factors.get_xdata() == pytest.approx([0.8, np.nan, 0.2], nan_ok=True)
    assert luck.get_xdata() == pytest.approx([np.nan, 0.3, np.nan], nan_ok=True)
    segments = artists(figure, "factors interval")[0].get_segments()
    assert segments[0][:, 0] == pytest.approx([0.7, 0.9])
    (spread,), (of_luck,) = artists(figure, "sigma"), artists(figure, "sigma of luck")
    assert spread.get_xydata().tolist() == [[0.8, 0.3], [0.2, 0.1]]
    assert of_luck.get_xydata().tolist() == [[0.3, 0.5]]
    assert [line.get_xdata()[0] for line in artists(figure, "floor")] == [0.3, 0.3]
    told = words(figure)
    for part in (
        "Which factors decide whether the truce broke",
        "Morris, 9 trajectories of 4 points, 5 histories a point",
        "95 % intervals",
        "army shield  1",
        "luck (another seed)  2",
        "0.8 (mean -0.8)",
        "Luck makes 60 % (50-70 %)",
    ):
        assert part in told


def test_another_outcome_is_drawn_by_its_name():
    assert "Which factors decide residents who died" in words(
        sim.figures.morris(morris_table(), outcome="deaths")
    )
    assert "residents who died" in words(sim.figures.morris(morris_table(["deaths"])))
    with pytest.raises(Unfit, match="needs an outcome that is there: broke, deaths"):
        sim.figures.morris(morris_table(), outcome="sieges")


def test_marks_that_lie_on_each_other_share_a_label():
    table = morris_table(["broke"])
    table[["mu_star", "mu_star_low", "mu_star_high", "sigma"]] = 0.2
    assert "1-3" in words(sim.figures.morris(table))


def test_sobol_draws_both_indices_with_intervals():
    figure = sim.figures.sobol(sobol_table())
    assert [bar.get_width() for bar in bars(figure, "st")] == pytest.approx([0.6, 0.3])
    assert [bar.get_width() for bar in bars(figure, "s1")] == pytest.approx([0.3, 0.15])
    assert [bar.get_width() for bar in bars(figure, "st of luck")] == pytest.approx([0.7])
    segments = artists(figure, "s1 interval")[0].get_segments()
    assert segments[0][:, 0] == pytest.approx([0.15, 0.55])
    told = words(figure)
    for part in ("Sobol' indices, 64 base samples of 5 points, 1 history a point", "ST 70 %", "S1 35 %"):
        assert part in told


def bars(figure, label):
    """The bars that were drawn under a label."""
    return [
        patch
        for axes in figure.axes
        for container in axes.containers
        if container.get_label() == label
        for patch in container
    ]


def test_a_figure_of_the_other_design_or_of_nothing_does_not_fit():
    with pytest.raises(Unfit, match="design=saltelli"):
        sim.figures.sobol(morris_table())
    with pytest.raises(Unfit, match="design=morris"):
        sim.figures.morris(sobol_table())
    with pytest.raises(Unfit, match="an outcome that varies"):
        sim.figures.sobol(sobol_table((np.nan, np.nan, np.nan)))


def test_luck_is_told_apart_without_colour():
    assert FACTOR.marker != LUCK.marker
    assert abs(lightness(FACTOR.colour) - lightness(LUCK.colour)) > 25
