"""Makes the YAML files of all defaults from the schema; `make configs` writes them.

Each section becomes `configs/SECTION/default.yaml` with meaning, unit, range and source of every value as a
comment. A test says that the files are in step; nobody edits them by hand.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.config.overrides import sections
from sim.schema_tree import extras, range_text

WIDTH = 110
RECURS = 3  # a section that comes this often in one file is explained once, at the top

_RESERVED = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_HEAD = "# Written from the schema by `make configs`; change the schema, not this file.\n"
_HEAD_PRIMARY = (
    _HEAD
    + """#
# What is composed, in this order: the values below, the defaults of each section, then the scenario, which
# holds only what differs; values given on the command line come last. Every default list entry is a group:
# `scenario=small_town` chooses another file of configs/scenario/.

defaults:
  - _self_
"""
)
_HEAD_STUDY = """#
# Defaults of a study. A study file (`hudna sweep --study FILE`) holds what differs; the command line comes
# last. `engine=serial` chooses another file of configs/engine/.

defaults:
  - _self_
"""


def files(scenario: BaseModel) -> dict[str, str]:
    """Path under configs/ -> text, for all files written from this scenario of the schema's defaults."""
    names = sections(type(scenario))
    entries = "".join(f"  - {name}: default\n" for name in names)
    scalars = {name: field for name, field in type(scenario).model_fields.items() if name not in names}
    body = "".join(_value(name, getattr(scenario, name), field, "") for name, field in scalars.items())
    chosen = f"  - scenario: {getattr(scenario, 'name', 'default')}\n"
    texts = {"config.yaml": f"{_HEAD_PRIMARY}{entries}{chosen}\n{body}"}
    for name in names:
        field = type(scenario).model_fields[name]
        texts[f"{name}/default.yaml"] = _section_file(getattr(scenario, name), field)
    return texts


def _section_file(value: BaseModel | Mapping[str, Any], field: FieldInfo) -> str:
    recurring = {kind for kind, n in Counter(_kinds(value)).items() if n >= RECURS and _is_flat(kind)}
    legend = "".join(_legend(kind) for kind in sorted(recurring, key=lambda kind: kind.__name__))
    says = textwrap.fill(field.description or "", WIDTH, initial_indent="# ", subsequent_indent="# ")
    return f"{_HEAD}{says}\n\n{legend}{_body(value, field, '', frozenset(recurring))}"


def _kinds(value: Any) -> Iterator[type[BaseModel]]:
    """Models of all sections under a value, itself not counted."""
    for child in value.values() if isinstance(value, Mapping) else _children(value):
        if isinstance(child, BaseModel):
            yield type(child)
        if isinstance(child, BaseModel | Mapping):
            yield from _kinds(child)


def _children(section: BaseModel) -> list[Any]:
    return [getattr(section, name) for name in type(section).model_fields]


def _is_flat(kind: type[BaseModel]) -> bool:
    """Whether a section holds numbers and words alone, so that it can stand on a line."""
    return not any(
        isinstance(field.get_default(call_default_factory=True, validated_data={}), BaseModel | Mapping)
        for field in kind.model_fields.values()
    )


def _legend(kind: type[BaseModel]) -> str:
    lines = [_comment(f"{kind.__name__}: {_first_line(kind)}", "")]
    for name, field in kind.model_fields.items():
        lines.append(_comment(f"  {name}: {_meaning(field)}", "", hang="      "))
    return "".join(lines) + "\n"


def _first_line(kind: type[BaseModel]) -> str:
    return (kind.__doc__ or "").strip().split("\n")[0]


def _body(value: Any, field: FieldInfo, indent: str, recurring: frozenset[type[BaseModel]]) -> str:
    if isinstance(value, Mapping):
        entries = value.items()
        return "".join(
            _value(name, entry, field, indent, recurring, is_entry=True) for name, entry in entries
        )
    fields = type(value).model_fields
    return "".join(_value(name, getattr(value, name), fields[name], indent, recurring) for name in fields)


def _value(
    name: str,
    value: Any,
    field: FieldInfo,
    indent: str,
    recurring: frozenset[type[BaseModel]] = frozenset(),
    *,
    is_entry: bool = False,
) -> str:
    if isinstance(value, BaseModel) and type(value) in recurring and not is_entry:
        says = f"{type(value).__name__}: {field.description or ''}"
        return _flow(name, value.model_dump(mode="json"), indent, says)
    if isinstance(value, BaseModel):
        says = _first_line(type(value)) if is_entry or not field.description else field.description
        inner = _body(value, field, indent + "  ", recurring)
        return f"{_comment(says, indent)}{indent}{name}:\n{inner}"
    if isinstance(value, Mapping):
        if any(isinstance(entry, BaseModel) for entry in value.values()):
            inner = _body(value, field, indent + "  ", recurring)
            return f"{_comment(_meaning(field), indent)}{indent}{name}:\n{inner}"
        return _flow(name, dict(value), indent, _meaning(field))
    return f"{'' if is_entry else _comment(_meaning(field), indent)}{indent}{name}: {_scalar(value)}\n"


def _meaning(field: FieldInfo) -> str:
    """Description [unit; range; source]."""
    extra = extras(field)
    facts = [fact for fact in (extra.get("unit", ""), range_text(field), extra.get("source", "")) if fact]
    says = field.description or ""
    return f"{says} [{'; '.join(dict.fromkeys(facts))}]" if facts else says


def _comment(text: str, indent: str, hang: str = "") -> str:
    if not text:
        return ""
    start = f"{indent}# "
    return textwrap.fill(text, WIDTH, initial_indent=start, subsequent_indent=start + hang) + "\n"


def _flow(name: str, values: Mapping[str, Any], indent: str, says: str) -> str:
    """A flat section on one line, or on a few."""
    items = [f"{key}: {_scalar(entry)}" for key, entry in values.items()]
    line = f"{indent}{name}: {{{', '.join(items)}}}"
    if len(line) > WIDTH:
        inner = f"{indent}  "
        wrapped = textwrap.fill(
            ", ".join(items), WIDTH, initial_indent=inner, subsequent_indent=inner, break_on_hyphens=False
        )
        line = f"{indent}{name}: {{\n{wrapped}\n{indent}}}"
    return f"{_comment(says, indent)}{line}\n"


def _scalar(value: Any) -> str:
    """A value as YAML 1.1 and 1.2 read it alike."""
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, float):
        text = repr(value)
        return text if "." in text or "e" not in text else text.replace("e", ".0e")
    if isinstance(value, tuple | list):
        return f"[{', '.join(_scalar(entry) for entry in value)}]"
    word = str(getattr(value, "value", value))
    is_plain = re.fullmatch(r"[a-z][a-z0-9_]*", word) and word not in _RESERVED
    return word if is_plain else json.dumps(word)


def primary_file(study: BaseModel, chosen: Mapping[str, str]) -> str:
    """The primary config of studies: `chosen` are the defaults of its groups."""
    fields = type(study).model_fields
    body = "".join(
        _value(name, getattr(study, name), fields[name], "") for name in fields if name not in chosen
    )
    entries = "".join(f"  - {group}: {option}\n" for group, option in chosen.items())
    return f"{_HEAD}{_HEAD_STUDY}{entries}\n{body}"


def engine_file(says: str, engine: BaseModel) -> str:
    """The config of an engine."""
    fields = type(engine).model_fields
    return f"{_HEAD}# {says}\n\n" + "".join(_value(n, getattr(engine, n), fields[n], "") for n in fields)


def write(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write files (path under the folder -> text); returns those that changed. Raises OSError."""
    changed = []
    for name, text in texts.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
