"""The last word on a scenario: pydantic's, told as one line a problem."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from sim.config.hints import remedy
from sim.errors import InputError
from sim.schema_tree import Form, bare, extras, find, range_text

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from sim.scenario import Scenario

MAX_LINES = 20

M = TypeVar("M", bound=BaseModel)

_SHOULD_BE = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text; quote it twice for the shell, key=\"'text'\"",
    "tuple_type": "a list, e.g. [12,40]",
    "list_type": "a list, e.g. [12,40]",
    "dict_type": "a section with keys of its own",
    "model_type": "a section with keys of its own",
    "model_attributes_type": "a section with keys of its own",
    "none_required": "null",
}
_OUT_OF_RANGE = {
    "greater_than",
    "greater_than_equal",
    "less_than",
    "less_than_equal",
    "literal_error",
    "enum",
}


def scenario_from(values: dict[str, Any]) -> Scenario:
    """The validated scenario of plain nested values.

    Raises InputError with one line for each value that is unknown, of a wrong type, out of range, or that
    contradicts another.
    """
    from sim.scenario import Scenario

    return section_from(values, Scenario, "the scenario")


def section_from(values: dict[str, Any], model: type[M], what: str) -> M:
    """The validated section of plain nested values; `what` names it. Raises InputError like scenario_from."""
    try:
        # As JSON, because strict JSON takes a list for a tuple and a word for an enum, and nothing looser.
        return model.model_validate_json(json.dumps(values))
    except ValidationError as error:
        problems = error.errors(include_url=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"{what} holds something that is neither number nor text: {error}") from None
    default = model()
    lines = [_line(problem, model, default) for problem in problems[:MAX_LINES]]
    if len(problems) > MAX_LINES:
        lines.append(f"and {len(problems) - MAX_LINES} more problems")
    raise InputError("\n".join(lines))


def _line(problem: ErrorDetails, model: type[BaseModel], default: BaseModel) -> str:
    key = _join_location(problem["loc"])
    kind = problem["type"]
    if kind == "extra_forbidden" and find(model, key) is not None:
        return f"{key}: no such key; {nest(key)}"
    if kind == "extra_forbidden":
        return f"{key}: no such key; {remedy(model, key, default)}"
    if kind == "missing":
        return f"{key}: has no default; give it a value"
    if kind in ("value_error", "assertion_error"):
        text = problem["msg"].partition(", ")[2] or problem["msg"]
        return f"{key}: {text}" if key else text
    given = f"{key} = {_describe_value(problem['input'])}"
    if kind in _OUT_OF_RANGE:
        return f"{given}: out of range; {_right(key, model)}"
    if kind in _SHOULD_BE:
        return f"{given}: should be {_SHOULD_BE[kind]}{_with_range(key, model, kind)}"
    message = problem["msg"]
    return f"{given}: {message[:1].lower()}{message[1:]}"


def nest(key: str) -> str:
    """A clause that shows how a dotted key is written in YAML: "in a file, nest it: city: {seed: ...}"."""
    *above, last = key.split(".")
    text = f"{last}: ..."
    for part in reversed(above):
        text = f"{part}: {{{text}}}"
    return f"in a file, nest it: {text}"


def _join_location(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        if isinstance(part, str) and " " in part:  # the tag of a union, no key
            continue
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _describe_value(value: Any) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _right(key: str, model: type[BaseModel]) -> str:
    """What the schema admits at a key."""
    place = find(model, key.partition("[")[0])
    if place is None or place.field is None:
        return "see `hudna show parameters`"
    unit = extras(place.field).get("unit", "")
    words = range_text(place.field)
    return f"right would be {words}" + (f" ({unit})" if unit and unit not in ("1", words) else "")


def _with_range(key: str, model: type[BaseModel], kind: str) -> str:
    place = find(model, key.partition("[")[0])
    if place is None or place.field is None or place.form is not Form.VALUE:
        return ""
    if not (kind.startswith(("int", "float", "finite")) and bare(place.field.annotation) in (int, float)):
        return ""
    return f", {range_text(place.field)}"
