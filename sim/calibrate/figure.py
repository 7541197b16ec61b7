"""Figures of a calibration: priors and posteriors, and what the posterior gives beside its targets."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.figure import Figure

from sim.calibrate.calibrate import Calibration
from sim.calibrate.fit import span
from sim.calibrate.summaries import TARGETS, scale
from sim.patterns.figures import ONCE
from sim.report.style import BLUE, FAINT, GREEN, ORANGE, PALE, house_style

COLUMNS = 4
BINS = 16


def posterior_figure(found: Calibration) -> Figure:
    """A small histogram for each parameter that was fitted: posterior sample over a flat prior."""
    keys = list(found.sample.columns)
    n_rows = -(-len(keys) // COLUMNS)
    with house_style():
        figure = Figure(figsize=(10.0, 1.0 + 1.75 * n_rows), layout="constrained")
        grid = figure.subplots(n_rows, COLUMNS, squeeze=False).ravel()
        for axes, key in zip(grid, keys, strict=False):
            prior = found.problem.priors[key]
            places = [prior.share(value) for value in found.sample[key]]
            axes.hist(places, bins=np.linspace(0, 1, BINS + 1).tolist(), density=True, color=BLUE)
            axes.axhline(1.0, color=ORANGE, linewidth=1.5, linestyle="--")
            row = found.parameters[found.parameters.parameter == key].iloc[0]
            axes.axvline(prior.share(float(row.default)), color=FAINT, linewidth=1.2, linestyle=":")
            ticks = [0.0, 0.5, 1.0]
            axes.set_xticks(ticks, [f"{prior.at(u):.2g}" for u in ticks])
            axes.set_yticks([])
            axes.set_xlim(0, 1)
            axes.set_title(
                key.removeprefix("events.").replace(".answers.", " \u2192 "), fontsize=8, loc="left"
            )
        for axes in grid[len(keys) :]:
            axes.set_axis_off()
        _head(figure, "What the targets say of each parameter")
        figure.supxlabel(
            f"posterior sample of {len(found.sample)} (bars), prior (dashed), "
            "default before the calibration (dotted)",
            fontsize=8, color=FAINT,
        )  # fmt: skip
    return figure


def targets_figure(found: Calibration, attribution: str = "") -> Figure:
    """For each target the middle 95 % of what points of the posterior give, beside the target.

    attribution: who is to be named for the targets.
    """
    names = list(found.problem.all_targets)
    with house_style():
        figure = Figure(figsize=(8.0, 0.8 + 0.42 * len(names)), layout="constrained")
        axes = figure.subplots()
        for place, name in enumerate(names):
            target = found.problem.all_targets[name]
            column = f"{name}_mean" if name in ONCE else name
            values = found.check[column].dropna().to_numpy()
            if name in ONCE:
                spread = float(found.check[f"{name}_sd"].median())
                seen = scale(name, float(target.observed or 0))
                middle, half = seen, 4 * spread
                axes.plot(0.5, place, "D", color=GREEN, markersize=6, zorder=1)
                inner = [
                    (float(np.median(values)) + side * 1.96 * spread - middle) / half + 0.5
                    for side in (-1, 1)
                ]
                axes.plot(inner, [place, place], color=PALE, linewidth=6, zorder=0, solid_capstyle="butt")
            else:
                low, high = span(name, target)
                middle, half = (low + high) / 2, 2 * (high - low)
                axes.barh(place, 0.5, left=0.25, height=0.5, color=GREEN, alpha=0.25, zorder=0)
            shown = (np.percentile(values, [2.5, 50, 97.5]) - middle) / half + 0.5
            axes.plot(shown[[0, 2]].clip(-0.05, 1.05), [place, place], color=BLUE, linewidth=2, zorder=2)
            axes.plot(shown[1].clip(-0.05, 1.05), place, "o", color=BLUE, markersize=5, zorder=3)
        axes.set_yticks(range(len(names)), [TARGETS[name] for name in names])
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlim(-0.06, 1.06)
        axes.set_xticks([])
        axes.tick_params(left=False)
        for side in ("left", "top", "right", "bottom"):
            axes.spines[side].set_visible(False)
        figure.supxlabel(
            "each on a scale of its own; green: the target (range, or one observation);\n"
            f"blue: median and middle 95 % over {len(found.check)} points of the posterior; "
            "pale: 95 % of single histories"
            + (f"\nobserved: {textwrap.fill(attribution, 110)}" if attribution else ""),
            fontsize=8, color=FAINT,
        )  # fmt: skip
        _head(figure, "Targets and what the posterior gives")
    return figure


def _head(figure: Figure, words: str) -> None:
    figure.suptitle(words, x=0.01, ha="left", fontsize=13, fontweight="bold")
