"""THE table of columns of a city: name, dtype, unit and meaning of everything a city holds.

States are IntEnum; their numbers are permanent because they stand in result files.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Camp(IntEnum):
    """Which side a resident leans to."""

    LOYALIST = 0
    UNCOMMITTED = 1
    OPPOSITION = 2


class Role(IntEnum):
    """What a resident does."""

    CIVILIAN = 0
    OFFICER = 1
    DEFECTOR = 2
    FIGHTER = 3


class Status(IntEnum):
    """Where a resident is. Every resident is in exactly one of these."""

    PRESENT = 0
    AWAY = 1
    DEPARTED = 2
    CAPTIVE = 3
    DEAD = 4


class Rank(IntEnum):
    """Rank of an officer or defector: senior is colonel and above [18, 21]."""

    NONE = 0
    JUNIOR = 1
    SENIOR = 2


class Sex(IntEnum):
    """Sex of a resident, used by marriages and by who can be an officer or a fighter."""

    FEMALE = 0
    MALE = 1


class Tie(IntEnum):
    """Kinship between two households: through fathers and brothers, through cousins, through marriage."""

    CLOSE = 0
    COUSIN = 1
    AFFINE = 2


class Column(NamedTuple):
    """One column: what it is called, how it is stored, in what unit, what it means."""

    name: str
    dtype: str
    unit: str
    meaning: str


RESIDENT_COLUMNS = (
    Column("resident", "int64", "id", "permanent id of the resident, not a row number"),
    Column("household", "int64", "id", "permanent id of the household"),
    Column("clan", "int16", "id", "clan of the household"),
    Column("quarter", "int16", "id", "quarter of the city, 0 .. n_quarters - 1; schematic, no real place"),
    Column("camp", "int8", "0/1/2", "loyalist, uncommitted, opposition"),
    Column("sex", "int8", "0/1", "female, male"),
    Column("age", "int16", "years", "age at the start"),
    Column("role", "int8", "0..3", "civilian, officer, defector, fighter"),
    Column("rank", "int8", "0/1/2", "none, junior, senior (colonel and above)"),
    Column("faction", "string", "name", "armed faction of a fighter or defector, empty for none"),
)

PARENT_COLUMNS = (
    Column("father", "int64", "id", "resident id of the father, in the table or not; empty if unknown"),
    Column("mother", "int64", "id", "resident id of the mother, likewise"),
)

NEEDED_OF_RESIDENTS = ("resident", "household", "camp")
FILLED_IN = {  # column of a user's table of residents -> what stands there where it is left out
    "clan": "all of one clan",
    "quarter": "by household number",
    "sex": "by resident number, fathers and mothers apart",
    "age": "all are 30 years old",
    "role": "officers and fighters are drawn from men of 18 to 55",
    "rank": "junior for officers and defectors",
    "faction": "none; needed for a fighter or defector",
    "father": "unknown",
    "mother": "unknown",
}

TIE_COLUMNS = (
    Column("household_a", "int64", "id", "one household of the tie"),
    Column("household_b", "int64", "id", "the other household; each tie stands once"),
    Column("kind", "int8", "0/1/2", "close, cousin, affine"),
)
