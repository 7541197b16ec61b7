"""What the figures of sensitivity share: the rows of one outcome, the factor that matters most first."""

from __future__ import annotations

import pandas as pd

from sim.report.figures.fit import Unfit
from sim.report.names import names_of_keys
from sim.report.style import BLACK, VERMILLION, Look
from sim.study.sensitivity.outcomes import STANDARD
from sim.study.sensitivity.table import SEED_KEY
from sim.study.sensitivity.words import design_of, rank

FACTOR, LUCK = Look(BLACK, "o"), Look(VERMILLION, "D")
DEFAULT = "broke"


def rows_of(table: pd.DataFrame, name: str, design: str, outcome: str | None) -> pd.DataFrame:
    """The rows of an outcome in a table of sensitivity, the factor that matters most first.

    Of `broke` if none is named and the table holds several. Raises Unfit, in the name of the figure `name`,
    for a table of another `design`, or an outcome that is not there.
    """
    if design_of(table) != design:
        raise Unfit(f"{name}: needs a study with design={design}")
    there = list(dict.fromkeys(table["outcome"]))
    chosen = outcome or (there[0] if len(there) == 1 else DEFAULT)
    if chosen not in there:
        raise Unfit(f"{name}: needs an outcome that is there: {', '.join(there)}")
    return rank(table, chosen)


def names_of(rows: pd.DataFrame) -> list[str]:
    """The factors in few words, of rows that `rows_of` gives; the seed is luck."""
    short = names_of_keys([key for key in rows["factor"] if key != SEED_KEY])
    return [short.get(key, "luck (another seed)").replace("_", " ") for key in rows["factor"]]


def outcome_words(rows: pd.DataFrame) -> str:
    """The outcome as it is read, of rows that `rows_of` gives."""
    name = str(rows["outcome"].iloc[0])
    return STANDARD.get(name, name.replace("_", " "))
