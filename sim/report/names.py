"""Names for readers: of keys, of protective measures, of the variants of a study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.report.words import kind_words, list_words, scenario_words
from sim.scenario import Scenario
from sim.schema_tree import extras, find
from sim.world.measures import FACTS, Measure, Measures

MEASURES = "measures"
NONE = "no measures"
_FIELDS = {"base": "base rate", "at": "scheduled days", "bar": "threshold"}
_RELATIONS = {"weights": "weight of {other} in {kind}", "answers": "{kind} answered by {other}"}
_SWITCHES = ("outsiders", "rival")  # what a faction is or is not: "newcomers rival on"
_NO_CHOICE = ("none", "default")  # options of a config group in which nothing is chosen


def measure_name(name: str) -> str:
    """A protective measure in plain words, from its line in the schema: "mediation team"."""
    field = Measures.model_fields.get(name)
    says = (field.description or "") if field else ""
    return says.partition(":")[0] or name.replace("_", " ")


def one_measure(name: str) -> str:
    """A protective measure in a sentence: "a mediation team", "relief under siege"."""
    is_countable = name in FACTS and FACTS[name].is_countable
    return f"a {measure_name(name)}" if is_countable else measure_name(name)


def strength_words(strength: float) -> str:
    """The strength of a measure, a share: "half strength", "full strength", "30 % of full strength"."""
    return {0.5: "half strength", 1.0: "full strength"}.get(
        strength, f"{strength:.0%} of full strength".replace("%", " %")
    )


def key_words(key: str) -> str:
    """What a key stands for: events.kidnapping.base is the "kidnapping base rate"."""
    parts = key.removesuffix(".enabled").split(".")
    if parts[0] == MEASURES and len(parts) > 1:
        return " ".join([measure_name(parts[1]), *map(_part_words, parts[2:])])
    if len(parts) == 4 and parts[2] in _RELATIONS:
        return _RELATIONS[parts[2]].format(kind=_part_words(parts[1]), other=_part_words(parts[3]))
    if parts[0] == "factions" and len(parts) == 3 and parts[2] not in _SWITCHES:
        return f"{_part_words(parts[2])} of {_part_words(parts[1])}"
    kept = parts[1:] if len(parts) > 2 or parts[0] == "events" else parts
    if kept[0] == "city" and len(kept) == 2:
        kept = kept[1:]
    return " ".join(map(_part_words, kept))


def _part_words(part: str) -> str:
    return _FIELDS.get(part, kind_words(part.removeprefix("n_")))


def axis_words(key: str) -> str:
    """The words of a key with its unit, for an axis: "kidnapping base rate (1/day)"."""
    place = find(Scenario, key)
    unit = extras(place.field).get("unit", "") if place is not None and place.field is not None else ""
    words = key_words(key)
    return f"{words} ({unit})" if unit and unit not in ("1", "on/off", words) else words


def names_of_keys(keys: Sequence[str]) -> dict[str, str]:
    """Key -> words; the whole key in words where two would read alike."""
    found = {key: key_words(key) for key in keys}
    told = list(found.values())
    return {
        key: words if told.count(words) == 1 else key.replace(".", " ").replace("_", " ")
        for key, words in found.items()
    }


def value_words(value: Any) -> str:
    """A value of a factor in words."""
    if is_truth(value):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    return scenario_words(str(value))


def is_truth(value: Any) -> bool:
    """Whether a value is yes or no, of Python or of numpy."""
    return isinstance(value, bool) or type(value).__name__ in ("bool", "bool_")


def setting_words(key: str, name: str, value: Any) -> str:
    """One factor at one value: "kidnapping base rate 0.02", "army shield on", "al-Rastan".

    `name`: the words of the key, as `names_of_keys` gives them.
    """
    if "." not in key and isinstance(value, str):  # a config group
        return NONE if key == MEASURES and value in _NO_CHOICE else value_words(value)
    if is_truth(value):
        return f"{name} {'on' if value else 'off'}"
    return f"{name} {value_words(value)}"


def is_measure_key(key: str) -> bool:
    """Whether a key sets something about one protective measure."""
    parts = key.split(".")
    return len(parts) == 3 and parts[0] == MEASURES and parts[1] in FACTS


def measures_words(settings: Mapping[str, Any], fixed: Mapping[str, Any]) -> str:
    """The measures in force: "mediation team from day 10 and pact among factions"; "no measures".

    `settings`: key -> value of what is varied; `fixed`: measure -> its values, for what is not.
    """
    return list_words([_measure_words(name, values) for name, values in _find_taken(settings, fixed)]) or NONE


def strengths_of(settings: Mapping[str, Any], fixed: Mapping[str, Any]) -> list[float]:
    """The strengths of the measures in force; arguments as in `measures_words`."""
    return [float(values["strength"]) for _, values in _find_taken(settings, fixed)]


def _find_taken(
    settings: Mapping[str, Any], fixed: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The measures that are varied and taken here, with all their values."""
    for name in FACTS:
        above = f"{MEASURES}.{name}."
        if not any(key.startswith(above) for key in settings):
            continue
        usual = {**Measure().model_dump(), **dict(fixed.get(name, {}))}
        values = {each: settings.get(f"{above}{each}", usual[each]) for each in usual}
        if values["enabled"]:
            yield name, values


def _measure_words(name: str, values: Mapping[str, Any]) -> str:
    words = measure_name(name)
    start, end = values["start_day"], values["end_day"]
    if start is not None and start > 1:
        words += f" from day {int(start)}"
    if end is not None and end == end:
        words += f" until day {int(end)}"
    if values["strength"] != Measure().strength:
        words += f" at strength {values['strength']:g}"
    return words
