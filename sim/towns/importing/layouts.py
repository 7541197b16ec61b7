"""The layouts of sources: their columns, and which of Hudna's kinds a row is, by rules in their order."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Row = Mapping[str, str]
NO_KIND = ""  # no rule took the row
IGNORE = "ignore"
NO_DAY, NO_DEATH, NONE_REPORTED = "the day is not known", "best estimate of no death", "no death reported"
UNUSABLE = {NO_DAY, NO_DEATH, NONE_REPORTED}  # why rules ignore a row whatever its word
FATAL = "fatal"


@dataclass(frozen=True)
class Read:
    """What a layout reads from a row: what the source calls it, a death count, and more where it says so."""

    word: str
    deaths: int | None
    soldiers: int | None = None
    rule: str = ""
    kind: str = NO_KIND


@dataclass(frozen=True)
class Layout:
    """One source: its columns, those that a file must have (`needed`, by our names), how a row is read."""

    name: str
    title: str
    columns: Mapping[str, tuple[str, ...]]  # our name -> names in the source's versions
    needed: tuple[str, ...]
    read: Callable[[Row], Read]
    attribution: str


def whole(text: str) -> int | None:
    """A whole number, 0 or more, that a text gives, also as 3.0; None for any other text."""
    try:
        value = float(text)
        return int(value) if value >= 0 and value == int(value) else None
    except (ValueError, OverflowError):
        return None


def first_rule(word: str, rules: Sequence[tuple[str, bool, str]], deaths: int | None) -> tuple[str, str]:
    """Name and kind of the first of the rules (name, whether it holds, kind) that holds.

    Where none does, a death is of the class fatal, and the rest has NO_KIND.
    """
    for name, holds, kind in rules:
        if holds:
            return name, kind
    if deaths:
        return "a death, the kind unknown", FATAL
    return "no rule", NO_KIND


# ---- UCDP GED ------------------------------------------------------------------------------------------

STATE_BASED, NON_STATE, ONE_SIDED = "1", "2", "3"
_TYPES = {STATE_BASED: "state-based", NON_STATE: "non-state", ONE_SIDED: "one-sided"}


def read_ged(row: Row) -> Read:
    """Read a row of UCDP's Georeferenced Event Dataset, 20.1 to 25.1 and candidate files.

    `row`: the text of each column by its name. Soldiers are known of state-based events by a government
    alone, and only where the parts of the toll add up to its best estimate.
    """
    deaths = whole(row["best"])
    sort = _TYPES.get(row["type"].split(".")[0], row["type"].lower())
    by_state = row.get("side_a", "").lower().startswith("government of")
    word = f"{sort} by the state" if sort == "one-sided" and by_state else sort
    parts = [whole(row.get(name, "")) for name in ("deaths_a", "deaths_b", "civilians", "unknown")]
    soldiers = None
    if sort == "state-based" and by_state and None not in parts and not parts[3]:
        soldiers = parts[0] if sum(each or 0 for each in parts) == deaths else None
    # 1: the day is known, 2: two to six days; above: weeks, months
    is_vague = row.get("date_prec", "1").split(".")[0] not in ("", "1", "2")
    rule, kind = first_rule(
        word,
        (
            (NO_DAY, is_vague, IGNORE),
            (NO_DEATH, not deaths, IGNORE),
            ("unknown type of violence", sort not in _TYPES.values(), NO_KIND),
            ("one-sided violence by the state", word == "one-sided by the state", "raid"),
            ("non-state violence", sort == "non-state", "clash"),
        ),
        deaths,
    )
    return Read(word, deaths, soldiers, rule, kind)


GED = Layout(
    "ged",
    "UCDP GED",
    {
        "id": ("id", "event_id"),
        "date": ("date_start",),
        "date_prec": ("date_prec",),
        "type": ("type_of_violence", "type_of_vi"),
        "side_a": ("side_a",),
        "place": ("where_coordinates", "where_coor"),
        "lat": ("latitude",),
        "lon": ("longitude",),
        "best": ("best", "best_est"),
        "deaths_a": ("deaths_a",),
        "deaths_b": ("deaths_b",),
        "civilians": ("deaths_civilians", "deaths_civ"),
        "unknown": ("deaths_unknown", "deaths_unk"),
    },
    ("id", "date", "type", "best"),
    read_ged,
    "Uppsala Conflict Data Program, Georeferenced Event Dataset (CC BY 4.0); Sundberg and Melander 2013",
)

# ---- ACLED ---------------------------------------------------------------------------------------------

_STATE = ("1", "state forces")


def read_acled(row: Row) -> Read:
    """A row of ACLED (text by our names of columns), exports of before and after the change of 2023."""
    deaths = whole(row["fatalities"])
    event, sub = row["event_type"], row.get("sub_event_type", "")
    word = sub or event
    low = word.lower()
    one, other = (row.get(name, "").strip().lower() in _STATE for name in ("inter1", "inter2"))
    is_state = one or row.get("actor1", "").lower().startswith(("military forces of", "police forces of"))
    with_state = (
        is_state
        or other
        or row.get("actor2", "").lower().startswith(("military forces of", "police forces of"))
    )
    is_vague = row.get("time_precision", "1") not in ("", "1")
    rule, kind = first_rule(
        word,
        (
            (NO_DAY, is_vague and row.get("time_precision") != "2", IGNORE),
            ("protests, and developments without violence", _is_quiet(event, low), IGNORE),
            ("mines and roadside bombs", low.startswith("remote explosive"), "roadside_bomb"),
            ("shelling by the state", low.startswith("shelling") and is_state, "shelling"),
            ("air strike by the state", low.startswith("air/drone") and is_state, "raid"),
            ("abduction by others", low.startswith("abduction") and not is_state, "kidnapping"),
            ("abduction, attack on civilians by the state",
             is_state and low.startswith(("abduction", "attack", "sexual")), "raid"),
            ("armed clash with the state", low.startswith("armed clash") and with_state, "checkpoint_attack"),
            ("armed clash among others", low.startswith("armed clash"), "clash"),
            ("mob violence", low.startswith("mob violence"), "harassment"),
        ),
        deaths,
    )  # fmt: skip
    return Read(word, deaths, None, rule, kind)


def _is_quiet(event: str, sub: str) -> bool:
    return event.lower() in ("protests", "strategic developments", "strategic development") or sub in (
        "violent demonstration",
        "headquarters or base established",
        "non-violent activity",
    )


ACLED = Layout(
    "acled",
    "ACLED",
    {
        "id": ("event_id_cnty", "event_id"),
        "date": ("event_date",),
        "time_precision": ("time_precision", "time_preci"),
        "event_type": ("event_type",),
        "sub_event_type": ("sub_event_type", "sub_event_"),
        "actor1": ("actor1",),
        "actor2": ("actor2",),
        "inter1": ("inter1",),
        "inter2": ("inter2",),
        "place": ("location",),
        "lat": ("latitude",),
        "lon": ("longitude",),
        "fatalities": ("fatalities",),
    },
    ("id", "date", "event_type", "fatalities"),
    read_acled,
    "Armed Conflict Location and Event Data (ACLED), acleddata.com; its terms of use apply",
)

# ---- Iraq Body Count -----------------------------------------------------------------------------------


def read_ibc(row: Row) -> Read:
    """A row of the incidents of Iraq Body Count (text by our names of columns).

    Deaths are of civilians, the least number reported.
    """
    deaths = whole(row["least"])
    word = row["weapons"] or "unknown"
    low = word.lower()

    def has(*parts: str) -> bool:
        return any(part in low for part in parts)

    rule, kind = first_rule(
        word,
        (
            (NONE_REPORTED, deaths == 0, IGNORE),
            ("suicide and car bombs", has("suicide", "car bomb", "vbied", "truck bomb"), FATAL),
            ("roadside bombs", _is_mine(low), "roadside_bomb"),
            ("air strike", has("air strike", "airstrike", "air attack", "helicopter", "missile"), "raid"),
            ("mortars, rockets, artillery", has("mortar", "rocket", "artillery", "shell"), FATAL),
        ),
        deaths,
    )  # fmt: skip
    return Read(word, deaths, None, rule, kind)


def _is_mine(weapons: str) -> bool:
    return re.search(r"roadside|landmine|\b(ieds?|mines?)\b", weapons) is not None


IBC = Layout(
    "ibc",
    "Iraq Body Count",
    {
        "id": ("IBC code", "ibc_code", "Incident code"),
        "date": ("Start Date", "Date", "start_date"),
        "place": ("Location", "Place", "Town"),
        "weapons": ("Weapons", "Weapon", "Cause"),
        "least": ("Reported Minimum", "Min", "Deaths recorded", "Reported minimum"),
    },
    ("id", "date", "place", "weapons", "least"),
    read_ibc,
    "Iraq Body Count, iraqbodycount.org",
)

LAYOUTS = {each.name: each for each in (GED, ACLED, IBC)}


def plain_layout(columns: Mapping[str, str]) -> Layout:
    """The layout of a plain table: our column -> its name there (date, kind, deaths, place, lat, lon, id)."""

    def read(row: Row) -> Read:
        return Read(row["kind"], whole(row.get("deaths", "")), rule="as the table calls it", kind=row["kind"])

    return Layout(
        "csv", "the table", {name: (theirs,) for name, theirs in columns.items()}, ("date", "kind"), read, ""
    )
