"""From a town to the values of a scenario; unknown values are al-Rastan's, scaled where they are counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq  # type: ignore[import-untyped]

from sim.city.columns import FILLED_IN, PARENT_COLUMNS
from sim.errors import InputError
from sim.scenario import Scenario
from sim.schema_tree import leaves
from sim.towns.folder import MARK, Town
from sim.towns.form import TownFaction
from sim.towns.quote import quote
from sim.towns.schedule import place_schedules

ASSUMED = "assumed"
USUAL, SCALED = "(al-Rastan's)", "(al-Rastan's, scaled to the residents)"


@dataclass(frozen=True)
class Derived:
    """Values of a scenario, nested, and a line for each thing that was assumed."""

    values: dict[str, Any]
    assumed: tuple[str, ...]


@cache
def _al_rastan() -> Scenario:
    return Scenario()


def n_residents(town: Town) -> int:
    """Residents of the town: rows of its table if it has one, otherwise the number that it gives.

    Raises InputError for a table that cannot be read.
    """
    table = town.table("residents")
    return town.form.residents or 0 if table is None else max(1, _count_rows(table))


def _count_rows(path: Path) -> int:
    try:
        if path.suffix.lower() == ".parquet":
            return int(pq.read_metadata(path).num_rows)
        with path.open("rb") as stream:
            return max(0, sum(1 for line in stream if line.strip()) - 1)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {str(error).splitlines()[0]}") from None


def derive(town: Town) -> Derived:
    """The values of a scenario that the town sets, without those that remain al-Rastan's.

    Raises InputError for a table that cannot be read, or events in `settings` that have no day.
    """
    form, usual = town.form, _al_rastan()
    table, n = town.table("residents"), n_residents(town)
    size = n / usual.reference_residents
    told = _Told(town)
    city: dict[str, Any] = {}
    if table is None:
        city["n_residents"] = told.give("residents", form.residents, f"{n:,} residents")
        clans = _scale(usual.city.kinship.n_clans, size, 1, 5000)
        city["kinship"] = {"n_clans": told.value("clans", form.clans, clans, SCALED)}
        camps = form.camps or usual.city.camps
        told.note(
            "camps", form.camps, f"{camps.loyalist:.0%} loyalist, {camps.uncommitted:.0%} uncommitted {USUAL}"
        )
        city["camps"] = camps.model_dump()
    else:
        city |= {"residents": str(table), "ties": None if (ties := town.table("ties")) is None else str(ties)}
        told.of_table(table, town.table("ties") is not None)
    quarters = _quarters(town, usual.city.n_quarters)
    city["n_quarters"] = told.value("quarters", form.quarters, quarters, USUAL)
    city["n_officers"] = told.value("officers", form.officers, 0, "")
    city["n_defectors"] = told.value("defectors", form.defectors, 0, "")
    army: dict[str, Any] = {
        "troops": told.value("army.troops", form.army.troops, _scale(usual.army.troops, size), SCALED),
        "armour": told.value("army.armour", form.army.armour, _scale(usual.army.armour, size), SCALED),
    }
    if form.army.hostility is not None:
        army["hostility"] = form.army.hostility
    told.note("army.hostility", form.army.hostility, f"{usual.army.hostility:g} {USUAL}")
    for key in usual.elders.model_dump():
        told.note(f"elders.{key}", form.elders.get(key), f"{getattr(usual.elders, key):g} {USUAL}")
    values: dict[str, Any] = {
        "name": town.name,
        "town": town.name_in_results,
        "reference_residents": n,
        "city": city,
        "army": army,
        "factions": _factions(form.factions, size, told),
        "events": _officers(city["n_officers"], usual),
    }
    for key, value in (("day_zero", form.day_zero), ("days", form.days), ("elders", form.elders)):
        if value not in (None, {}):
            values[key] = value
    if form.day_zero is None:
        told.say("no day_zero: results count days and show no dates")
    merged = place_schedules(_merge(values, form.settings), town.folder)
    told.rest(merged)
    return Derived(merged, tuple(told.lines))


def _factions(given: tuple[TownFaction, ...] | None, size: float, told: _Told) -> dict[str, Any]:
    if given is not None:
        told.note("factions", given, "")
        return {each.name: each.model_dump(exclude={"name"}) for each in given}
    usual = {
        name: each.model_copy(update={"members": _scale(each.members, size)})
        for name, each in _al_rastan().factions.items()
    }
    words = ", ".join(f"{name} {each.members}" for name, each in usual.items())
    told.note("factions", None, f"{words} {SCALED}")
    return {name: each.model_dump() for name, each in usual.items()}


def _officers(officers: int, usual: Scenario) -> dict[str, Any]:
    """Defection is a rate of all officers together, so it follows their number in the town."""
    base = usual.events.kinds()["defection"].model_dump()["base"]
    return {"defection": {"base": round(base * officers / usual.city.n_officers, 6)}}


def _quarters(town: Town, usual: int) -> int:
    """Quarters where none are given: al-Rastan's, or as many as the record names."""
    named = [each.quarter for each in town.events if each.quarter is not None]
    return max(usual, 1 + max(named, default=0))


def _scale(number: int, size: float, least: int = 0, most: int = 10**7) -> int:
    return min(most, max(least, round(number * size)))


class _Told:
    """Collects what was assumed."""

    def __init__(self, town: Town) -> None:
        self.sources = town.form.sources
        self.set = set(_keys(town.form.settings))
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)

    def note(self, key: str, given: Any, words: str) -> None:
        """A value that was not given (`words` say what is used), or that its source calls assumed."""
        if given is None and key not in self.set:
            self.lines.append(f"{key}: not given; {words}")
        elif self.sources.get(key, "").startswith(ASSUMED):
            self.lines.append(f"{key}: {self.sources[key]}")

    def give(self, key: str, value: Any, words: str) -> Any:
        self.note(key, value, words)
        return value

    def value(self, key: str, given: Any, usual: int, how: str) -> int:
        """The value given, or the usual one, which is noted; `how` says where that comes from."""
        self.note(key, given, f"{usual:,} {how}".strip())
        return usual if given is None else int(given)

    def of_table(self, table: Path, has_ties: bool) -> None:
        """Columns that a table of residents lacks, and where its ties come from."""
        heads = _heads(table)
        parents = [column.name for column in PARENT_COLUMNS if column.name in heads]
        if parents:
            beside = ", beside the table of ties" if has_ties else ""
            self.lines.append(
                f"ties of kin are read from {' and '.join(parents)}{beside}; cousins are not tied"
            )
        elif not has_ties:
            self.lines.append("no table of ties: nobody has kin, and kinship does nothing")
        told = ("clan", "quarter", "sex", "age", "role")
        lacking = [f"{name}: {FILLED_IN[name]}" for name in told if name not in heads]
        if lacking:
            self.lines.append(f"{table.name} lacks columns; {'; '.join(lacking)}")

    def rest(self, values: Mapping[str, Any]) -> None:
        """How many other values of the scenario are al-Rastan's."""
        known = [leaf.key for leaf in leaves(_al_rastan()) if not leaf.key.startswith("factions.")]
        here = set(_keys(values))
        n = sum(key not in here for key in known)
        self.lines.append(
            f"{n} other values are those of al-Rastan (`hudna show parameters`); set others under "
            f"settings in {MARK}"
        )


def _heads(table: Path) -> set[str]:
    try:
        if table.suffix.lower() == ".parquet":
            return set(pq.read_schema(table).names)
        with table.open(encoding="utf-8-sig") as stream:
            return {head.strip().strip('"') for head in stream.readline().split(",")}
    except (OSError, ValueError):
        return set()


def _keys(values: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _keys(value, f"{above}{key}.")
        else:
            yield f"{above}{key}"


def _merge(values: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(values)
    for key, value in more.items():
        old = found.get(key)
        found[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else value
    return found


def override_lines(values: Mapping[str, Any], there: Iterable[str]) -> list[str]:
    """The values (those of `Derived`) as overrides, one per line.

    `there`: names of the scenario's present factions, which the town's replace.
    """
    lines = [f"~factions.{name}" for name in there]
    for name, group in values["factions"].items():
        lines.append(f"++factions.{name}={_write(group)}")
    plain = {key: value for key, value in values.items() if key != "factions"}
    return [*lines, *_lines(plain)]


def _lines(values: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from _lines(value, f"{above}{key}.")
        else:
            yield f"{above}{key}={_write(value)}"


def _write(value: Any) -> str:
    """A value in the grammar of overrides."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key}:{_write(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_write(entry) for entry in value) + "]"
    if isinstance(value, int | float):
        return repr(value)
    return quote(str(value))
