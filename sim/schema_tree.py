"""Walks the schema: what can be set, where a dotted key leads, and which known key is nearest to a wrong one.

The YAML files, `show parameters`, the check of overrides and the tests all use this one walker, so that
none of them keeps a list of keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo


class Form(Enum):
    """What stands at a key."""

    VALUE = "value"
    SECTION = "section"
    MAPPING = "mapping"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a dotted key leads: its form, the model of a section or the type of a mapping's entries."""

    form: Form
    annotation: Any
    field: FieldInfo | None = None
    is_entry: bool = False  # a named entry of a mapping, which may be added and removed


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a scenario with its provenance. `range` and `unit` are text for readers."""

    key: str
    value: Any
    unit: str
    range: str
    source: str
    says: str


def bare(annotation: Any) -> Any:
    """The annotation without Annotated and without "or None"."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return bare(get_args(annotation)[0])
    if origin in (Union, UnionType):
        kept = [part for part in get_args(annotation) if part is not NoneType]
        if len(kept) == 1:
            return bare(kept[0])
    return annotation


def form(annotation: Any) -> Form:
    """Whether an annotation is a section, a mapping with named entries, or a value."""
    annotation = bare(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Form.SECTION
    origin = get_origin(annotation) or annotation
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return Form.MAPPING
    return Form.VALUE


def entry_type(mapping: Any) -> Any:
    """The type of a mapping's entries; Any if the annotation does not say it."""
    arguments = get_args(bare(mapping))
    return arguments[1] if len(arguments) == 2 else Any


def find(model: type[BaseModel], key: str) -> Place | None:
    """Where the dotted key leads in a scenario of this model, or None if the schema does not know it."""
    place = Place(Form.SECTION, model)
    for part in key.split("."):
        below = step(place, part)
        if below is None:
            return None
        place = below
    return place


def step(place: Place, part: str) -> Place | None:
    """Where one more name leads from a place, or None."""
    if place.form is Form.SECTION:
        field = bare(place.annotation).model_fields.get(part)
        return None if field is None else Place(form(field.annotation), field.annotation, field)
    if place.form is Form.MAPPING:
        kind = entry_type(place.annotation)
        return Place(form(kind), kind, place.field, is_entry=True)
    return None


def leaves(section: BaseModel, above: str = "") -> Iterator[Leaf]:
    """Every value of this section, in the order of the schema, under dotted keys."""
    for name, field in type(section).model_fields.items():
        yield from _leaves_at(f"{above}{name}", getattr(section, name), field)


def _leaves_at(key: str, value: Any, field: FieldInfo) -> Iterator[Leaf]:
    if isinstance(value, BaseModel):
        yield from leaves(value, f"{key}.")
    elif isinstance(value, Mapping) and value:
        for name, entry in value.items():
            yield from _leaves_at(f"{key}.{name}", entry, field)
    else:
        extra = extras(field)
        unit, source = extra.get("unit", ""), extra.get("source", "")
        yield Leaf(key, value, unit, range_text(field), source, field.description or "")


def extras(field: FieldInfo) -> dict[str, str]:
    """Unit and source of a field, and what else it carries, as text by name."""
    extra = field.json_schema_extra
    return {name: str(text) for name, text in extra.items()} if isinstance(extra, dict) else {}


def range_text(field: FieldInfo) -> str:
    """What a field admits, in words: "0 to 1", "above 0", "true or false", "a, b or c".

    For a mapping: what each entry admits, if the field says it.
    """
    is_value = form(field.annotation) is Form.VALUE
    text = _kind_text(field.annotation) if is_value else extras(field).get("range", "")
    bounds = _bounds_text(field)
    text = bounds if bounds else text
    if NoneType in get_args(field.annotation):
        text = f"{text} or null" if text else "or null"
    return text


def _bounds_text(field: FieldInfo) -> str:
    low = high = ""
    closed = True
    for rule in field.metadata:
        if isinstance(rule, Ge):
            low = short(rule.ge)
        elif isinstance(rule, Gt):
            low, closed = f"above {short(rule.gt)}", False
        elif isinstance(rule, Le):
            high = short(rule.le)
        elif isinstance(rule, Lt):
            high, closed = f"below {short(rule.lt)}", False
    if low and high:
        most = "" if high.startswith("below") else "at most "
        return f"{low} to {high}" if closed else f"{low}, {most}{high}"
    if low:
        return low if low.startswith("above") else f"at least {low}"
    return high if high.startswith("below") or not high else f"at most {high}"


def _kind_text(annotation: Any) -> str:
    kind = bare(annotation)
    if get_origin(kind) is Literal:
        return one_of(get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return one_of(member.value for member in kind)
    if get_origin(kind) in (tuple, list):
        return "a list"
    return {bool: "true or false", int: "a whole number", float: "a number", str: "text"}.get(kind, "")


def one_of(words: Any) -> str:
    """The words as "a, b or c"."""
    names = [str(word) for word in words]
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def short(number: Any) -> str:
    """A bound without needless digits: 1e9 instead of 1000000000.0."""
    text = str(number) if isinstance(number, int) and abs(number) < 1e9 else f"{number:.6g}"
    return text.replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")


def nearest(model: type[BaseModel], key: str, default: BaseModel) -> str:
    """A clause that names the known keys nearest to a wrong one, or those that are there.

    Empty for a key that is known. `default` is a scenario whose mapping entries count as known.
    """
    known = [leaf.key for leaf in leaves(default)]
    parts = key.split(".")
    place = Place(Form.SECTION, model)
    for depth, part in enumerate(parts):
        below = step(place, part)
        if below is None:
            return _nearest_here(place, parts, depth, model, known)
        place = below
    return ""


def _nearest_here(
    place: Place, parts: list[str], depth: int, model: type[BaseModel], known: list[str]
) -> str:
    wrong = parts[depth]
    above = "".join(f"{part}." for part in parts[:depth])
    here = list(bare(place.annotation).model_fields) if place.form is Form.SECTION else []
    for name in get_close_matches(wrong, here, n=3, cutoff=0.6):
        candidate = ".".join([*parts[:depth], name, *parts[depth + 1 :]])
        if find(model, candidate) is not None:
            return f"did you mean {candidate}?"
    tail = "." + ".".join(parts[depth:])
    ends = [name for name in known if name.endswith(tail)]
    if (
        ends and here and depth > 1 and depth + 1 == len(parts)
    ):  # its neighbours have it, and this one has not
        return f"known here: {', '.join(sorted(here)[:15])}"
    near = ends[:3] or get_close_matches(".".join(parts), known, n=3, cutoff=0.75)
    if not near:
        near = [above + name for name in get_close_matches(wrong, here, n=3, cutoff=0.6)]
    if near:
        return f"did you mean {one_of(near)}?"
    if not here:
        return f"{above[:-1]} is a value, without keys of its own"
    return f"known here: {', '.join(sorted(here)[:15])}{', ...' if len(here) > 15 else ''}"
