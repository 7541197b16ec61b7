"""What the timeline says in words: its title, what led to the break, what kind of evidence it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sim.report.causes import causes_of, nearest_to_a_break
from sim.report.history import Break
from sim.report.words import capitalize, count, ending_by, scenario_words
from sim.truce import TruceConfig


def title_of(breaks: list[Break], days: int, name: str) -> str:
    """What is shown and how it came out, in one line; `name`: the scenario's short name."""
    name = capitalize(scenario_words(name))
    if days == 0:
        return f"{name}: the start; no day was simulated"
    if not breaks:
        return f"{name}: the truce held for {count(days, 'day')}"
    first = breaks[0]
    title = f"{name}: the truce broke on day {first.day} {ending_by(first.ending)}".rstrip()
    if len(breaks) > 1:
        return f"{title}, the first of {len(breaks)} breaks"
    return title if first.reformed is None else f"{title}, and formed again"


def describe(
    breaks: list[Break], daily: pd.DataFrame, events: pd.DataFrame, rules: TruceConfig | None
) -> str:
    """What led to the first break, or how close the truce came to one; empty if no day was simulated."""
    if len(daily) <= 1:
        return ""
    told = causes_of(breaks[0], daily, events, rules) if breaks else nearest_to_a_break(daily, events)
    return " ".join(told[:1])


def evidence_of(run: Mapping[str, Any], days: int) -> str:
    """What kind of evidence this is."""
    return (
        f"One history (seed {run['seed']}) of {count(int(run['residents']), 'resident')} "
        f"over {count(days, 'day')}: "
        "one possible history, not a forecast."
    )


def held_words(breaks: list[Break], days: int) -> str:
    """How long the truce held, for the place beside its band; empty where no day was simulated."""
    if days == 0:
        return ""
    if breaks:
        return f"held for the first\n{breaks[0].day:,} of {count(days, 'day')}"
    return f"held for\n{count(days, 'day')}"


def feud_heading(rules: TruceConfig | None) -> str:
    """The heading of the panel of breaches, with the length of the feud window where the rules are known."""
    over = f", over {count(rules.feud.window_days, 'day')}" if rules is not None else ""
    return f"Feud: weighted breaches among residents{over}"


def passage_heading(rules: TruceConfig | None) -> str:
    """The heading of the panel of free passage, with the days until a break where the rules are known."""
    after = f"; the truce breaks after {count(rules.passage.days, 'day')} without it" if rules else ""
    return f"Free passage in and out{after}"
