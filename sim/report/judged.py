"""What the truce is judged by: weighted breaches in the feud window, free passage, and their thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from sim.report.labels import end_labels
from sim.report.style import ENDINGS, FAINT, GREEN, INK, SIZE_SMALL, VERMILLION, ink_of
from sim.report.words import number_words, percent
from sim.truce import TruceConfig

_BAR = (0, (4, 2))


def rules_of(scenario: Any) -> TruceConfig | None:
    """The rules of the truce, of a scenario or the plain values of one; None where they are not known."""
    found = scenario.get("truce") if isinstance(scenario, Mapping) else getattr(scenario, "truce", None)
    if found is None or isinstance(found, TruceConfig):
        return found
    return TruceConfig.model_validate(found)


def draw_feud(axes: Axes, daily: pd.DataFrame, rules: TruceConfig | None) -> None:
    """The weighted breaches of the feud window day by day, and the threshold at which they break the truce.

    Without `rules` no threshold is drawn.
    """
    values = daily["feud"]
    bar = rules.feud.bar if rules is not None and rules.feud.enabled else None
    colour = ENDINGS["feud"].colour
    axes.fill_between(daily["day"], values, step="mid", color=colour, alpha=0.25, linewidth=0)
    axes.plot(daily["day"], values, color=colour, linewidth=1.3, drawstyle="steps-mid", label="feud")
    top = max(1.0, float(values.max()), 0.0 if bar is None else bar)
    axes.set_ylim(0, 1.12 * top)
    axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 4, 5, 10]))
    axes.set_ylabel("weight")
    ends = [(float(daily["day"].iloc[-1]), float(values.iloc[-1]), "weighted breaches", ink_of(colour))]
    if bar is not None:
        axes.axhline(bar, color=INK, linewidth=0.9, linestyle=_BAR, label="feud bar")
        ends.append((axes.get_xlim()[1], bar, f"breaks at {number_words(bar)}", INK))
    end_labels(axes, ends, SIZE_SMALL)


def draw_passage(axes: Axes, daily: pd.DataFrame, rules: TruceConfig | None) -> None:
    """Free passage day by day, and the shares under which it strains the truce and counts as gone.

    Without `rules` these are not drawn.
    """
    axes.plot(
        daily["day"], daily["passage"], color=GREEN, linewidth=1.3, drawstyle="steps-mid", label="passage"
    )
    axes.set_ylim(0, 1.05)
    axes.yaxis.set_major_locator(MaxNLocator(2, steps=[5, 10]))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    axes.set_ylabel("share")
    ends = [(float(daily["day"].iloc[-1]), float(daily["passage"].iloc[-1]), "free passage", ink_of(GREEN))]
    if rules is not None:
        bars = [(rules.strained_passage, "strained", FAINT)]
        if rules.passage.enabled:
            bars.append((rules.passage.bar, "gone", ink_of(VERMILLION)))
        for bar, words, colour in bars:
            axes.axhline(bar, color=colour, linewidth=0.9, linestyle=_BAR, label=f"passage {words}")
            ends.append((axes.get_xlim()[1], bar, f"{words} under {percent(bar)}", colour))
    end_labels(axes, ends, SIZE_SMALL)


def bars_of(column: str, rules: TruceConfig | None) -> list[tuple[float, str]]:
    """The thresholds by which the truce is judged on a daily column, as (value, meaning); few have any."""
    if rules is None:
        return []
    bars = {
        "feud": [(rules.feud.bar, f"breaks at {number_words(rules.feud.bar)}")] if rules.feud.enabled else [],
        "passage": [
            (rules.strained_passage, f"strained under {percent(rules.strained_passage)}"),
            *(
                [(rules.passage.bar, f"gone under {percent(rules.passage.bar)}")]
                if rules.passage.enabled
                else []
            ),
        ],
        "loyalists_left": [(1 - rules.exodus.bar, f"breaks over {percent(1 - rules.exodus.bar)}")]
        if rules.exodus.enabled
        else [],
    }
    return bars.get(column, [])
