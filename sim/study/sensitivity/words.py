"""A table of sensitivity in words: a row per factor, the one that matters most first, and what luck does."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.study.sensitivity.outcomes import STANDARD
from sim.study.sensitivity.sample import block_size
from sim.study.sensitivity.table import SEED_KEY

HEADS = {
    "morris": ("factor", "mu_star (95 % interval)", "mu", "sigma"),
    "saltelli": ("factor", "ST (95 % interval)", "S1 (95 % interval)"),
}
LEADING = {"morris": "mu_star", "saltelli": "st"}


def design_of(table: pd.DataFrame) -> str:
    """The design that left this table: morris or saltelli."""
    return "morris" if "mu_star" in table.columns else "saltelli"


def rank(table: pd.DataFrame, name: str = "broke") -> pd.DataFrame:
    """The rows of one outcome (`name`), by mu_star or st: the factor that matters most first."""
    rows = table[table["outcome"] == name]
    return rows.sort_values(LEADING[design_of(table)], ascending=False, kind="stable").reset_index(drop=True)


def cells(table: pd.DataFrame) -> list[tuple[str, ...]]:
    """The rows of a sensitivity table as text, in the columns HEADS of its design."""
    design = design_of(table)
    found: list[tuple[str, ...]] = []
    for row in table.to_dict("records"):
        factor = "seed (luck)" if row["factor"] == SEED_KEY else str(row["factor"])
        if design == "morris":
            star = _with_interval(row, "mu_star")
            found.append((factor, star, f"{round(row['mu'], 12) + 0:+.3g}", f"{row['sigma']:.3g}"))
        else:
            found.append((factor, _with_interval(row, "st"), _with_interval(row, "s1")))
    return found


def _with_interval(row: dict[Any, Any], name: str) -> str:
    if row[name] != row[name]:
        return "does not vary"
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    if name == "mu_star":
        return f"{row[name]:.3g} ({low:.3g} to {high:.3g})"
    return f"{row[name]:.2f} ({low:.2f} to {high:.2f})"


def heading(table: pd.DataFrame) -> str:
    """What was asked, for the rows of one outcome: "taken: residents taken captive; Morris, ..."."""
    name = str(table["outcome"].iloc[0])
    says = f": {STANDARD[name]}" if name in STANDARD else ""
    return f"{name}{says}; {evidence(table)}"


def evidence(table: pd.DataFrame) -> str:
    """By which design, and of how many histories; of the rows of one outcome."""
    blocks, runs = (int(table[name].iloc[0]) for name in ("blocks", "runs"))
    design = design_of(table)
    how = "Morris, {} trajectories" if design == "morris" else "Sobol' indices, {} base samples"
    histories = "1 history" if runs == 1 else f"{runs:,} histories"
    return f"{how.format(f'{blocks:,}')} of {block_size(design, len(table) - 1)} points, {histories} a point"


def luck_words(table: pd.DataFrame) -> str:
    """What luck makes of what differs between single histories, in a sentence; of the rows of one outcome."""
    row = table[table["factor"] == SEED_KEY].iloc[0]
    if row["luck_share"] != row["luck_share"]:
        return "Luck: the outcome is the same in all histories."
    share, low, high = (100 * row[f"luck_share{end}"] for end in ("", "_low", "_high"))
    return (
        f"Luck makes {share:.0f} % ({low:.0f}-{high:.0f} %) of the variance between single histories, alone "
        "or with the factors."
    )


def lines(table: pd.DataFrame, name: str = "broke") -> list[str]:
    """The analysis of one outcome as aligned lines."""
    rows = rank(table, name)
    grid = [HEADS[design_of(table)], *cells(rows)]
    widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
    told = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in grid
    ]
    return [heading(rows), *told, luck_words(rows)]


def headline(table: pd.DataFrame, name: str = "broke") -> str:
    """Which factors do more than luck does, in a sentence."""
    rows = rank(table, name)
    leading = LEADING[design_of(table)]
    is_luck = rows["factor"] == SEED_KEY
    luck = float(rows[leading][is_luck].iloc[0])
    clear = rows["factor"][~is_luck & (rows[f"{leading}_low"] > luck)].tolist()
    what = STANDARD.get(name, name)
    if not clear:
        return f"No factor moves {what} clearly more than another seed does."
    moves = "moves" if len(clear) == 1 else "move"
    told = f"{len(clear)} of {len(rows) - 1} factors {moves} {what} clearly more than another seed does"
    return f"{told}: {', '.join(clear)}."


def sentences(table: pd.DataFrame, name: str = "broke") -> list[str]:
    """The analysis of one outcome, a sentence per factor, then what luck does."""
    rows = rank(table, name)
    heads = [head.partition(" (")[0] for head in HEADS[design_of(table)][1:]]
    told = []
    for factor, *values in cells(rows):
        parts = [f"{head} {value}" for head, value in zip(heads, values, strict=True)]
        told.append(f"{factor}: {', '.join(parts)}.")
    return [*told, luck_words(rows)]
