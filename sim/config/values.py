"""Plain nested values between a composed config and a scenario: nothing runnable, removed entries gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from sim.config.document import RUNNABLE, runnable_complaint
from sim.config.references import resolve
from sim.errors import InputError, closest
from sim.schema_tree import Form, bare, entry_type, find, form


def settle(values: Mapping[str, Any], model: Any) -> dict[str, Any]:
    """A copy with references resolved and removed entries gone, not yet validated. Raises InputError.

    `model`: the pydantic class that the values are to fit.
    """
    result = resolve(values)
    refuse_runnable(result, "")
    drop_removed(result, model)
    return result


def refuse_runnable(value: Any, at: str) -> None:
    """Raise InputError if a key anywhere in the value would run something. `at`: the value's key, or ""."""
    if isinstance(value, dict):
        for key, entry in value.items():
            if key in RUNNABLE:
                raise InputError(f"{at or 'top level'}: {runnable_complaint(str(key))}")
            refuse_runnable(entry, f"{at}.{key}" if at else str(key))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            refuse_runnable(entry, f"{at}[{index}]")


def drop_removed(values: dict[str, Any], model: Any) -> None:
    """Take out of the values, in place, every entry of a mapping (a faction, say) that is null.

    YAML has no other word for a removal. `model`: the pydantic class that tells mappings from sections.
    """
    for key, value in list(values.items()):
        place = find(model, key)
        if place is None or not isinstance(value, dict):
            continue
        _drop_in(value, place.annotation)


def _drop_in(value: dict[str, Any], annotation: Any) -> None:
    kind = form(annotation)
    if kind is Form.MAPPING:
        for name in [name for name, entry in value.items() if entry is None]:
            del value[name]
    for name, entry in value.items():
        if isinstance(entry, dict):
            if kind is Form.MAPPING:
                _drop_in(entry, entry_type(annotation))
            elif kind is Form.SECTION and (field := bare(annotation).model_fields.get(name)):
                _drop_in(entry, field.annotation)


def name_removed(values: dict[str, Any], defaults: Mapping[str, Any]) -> None:
    """Write null, in place, for default entries that a scenario lacks, so that its YAML removes them too."""
    for name, default in defaults.items():
        if name not in values:
            values[name] = None
        elif isinstance(default, dict) and isinstance(values[name], dict):
            name_removed(values[name], default)


def with_settings(values: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of nested values with `settings` (dotted key -> value) set in their order; mappings are merged.

    Only what is changed is copied, so a thousand copies are cheap.
    """
    result = dict(values)
    for key, value in settings.items():
        *above, last = key.split(".")
        at = result
        for part in above:
            at[part] = dict(at.get(part) or {})
            at = at[part]
        at[last] = _merge(at.get(last), value)
    return result


def value_at(values: Mapping[str, Any], key: str) -> Any:
    """What stands at a dotted key of nested values. Raises KeyError if the key is not there."""
    at: Any = values
    for part in key.split("."):
        if not isinstance(at, Mapping):
            raise KeyError(key)
        at = at[part]
    return at


def numbers_at(values: Mapping[str, Any], keys: Iterable[str]) -> dict[str, float]:
    """Numbers at dotted keys of plain nested values; keys without one are left out."""
    found = {}
    for key in keys:
        with suppress(KeyError):
            value = value_at(values, key)
            if isinstance(value, int | float):
                found[key] = float(value)
    return found


def leaf_keys(key: str, value: Any) -> list[str]:
    """The dotted keys that an override sets: its own, or those inside the section that it gives.

    One that it removes stands there a second time with a dot at its end, for all that is inside.
    """
    if value is None:
        return [key, f"{key}."]
    if not isinstance(value, Mapping):
        return [key]
    return [leaf for name, entry in value.items() for leaf in leaf_keys(f"{key}.{name}", entry)]


def _merge(old: Any, new: Any) -> Any:
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return new
    return {**old, **{key: _merge(old.get(key), value) for key, value in new.items()}}


def check_there(values: Mapping[str, Any], key: str, may_add: bool, model: Any) -> None:
    """Raise InputError if a dotted key leads to nothing in these values, unless it may be added there.

    A value that is null may be set. `model`: the pydantic class of the values.
    """
    at: Any = values
    parts = key.split(".")
    for depth, part in enumerate(parts):
        if isinstance(at, Mapping) and at.get(part) is None:
            place = find(model, ".".join(parts[: depth + 1]))
            if place is not None and (place.form is Form.VALUE or may_add):
                return
            where = ".".join(parts[: depth + 1])
            hint = closest(part, [str(name) for name, entry in at.items() if entry is not None])
            raise InputError(f"{key}: there is no {where} in this scenario; {hint} (+{key}=... adds it)")
        at = at[part] if isinstance(at, Mapping) else None
