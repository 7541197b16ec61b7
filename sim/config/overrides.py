"""Which overrides are admitted, checked against the schema and the config groups before Hydra sees them.

Hydra alone takes `+typo=1`, drops a default when told `~events.kidnapping`, and explains a slip of the pen
in the words of its parser. Here every refusal says what would be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from sim.config.document import PLAIN_REFERENCE, RUNNABLE, reference_complaint, runnable_complaint
from sim.config.files import STUDY_GROUPS
from sim.config.hints import remedy
from sim.errors import InputError, closest
from sim.schema_tree import Form, Place, bare, find, form, leaves

MAX_LENGTH = 20_000
MAX_BRACKETS = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """One override as parsed: `line` is what the user wrote, `value` None for a sweep or a removal.

    `package` is what stands behind @; `removes`: it begins with ~; `adds`: with +; `sweeps`: it has several
    values.
    """

    line: str
    key: str
    package: str | None
    value: Any
    removes: bool
    adds: bool
    sweeps: bool
    sweep: Any = None  # what the parser made of a sweep


@dataclass(frozen=True)
class Rules:
    """What overrides are checked against."""

    model: type[BaseModel]
    options: Mapping[str, set[str]]  # of every config group
    listed: frozenset[str]  # groups of the primary defaults list

    @property
    def default(self) -> BaseModel:
        """The scenario of the schema's defaults, whose mapping entries count as known."""
        return _default(self.model)

    @property
    def known(self) -> frozenset[str]:
        """Every dotted key of the default scenario."""
        return _list_known(self.model)

    def unknown(self, key: str) -> str:
        """A line about a key that the schema does not know."""
        if "." not in key and "/" not in key:
            names = {*self.model.model_fields, *self.options}
            ends = [name for name in self.known if name.endswith(f".{key}")]
            hint = f"did you mean {ends[0]}?" if len(ends) == 1 else closest(key, names)
            return f"{key}: no such key or config group; {hint}"
        return f"{key}: no such key; {remedy(self.model, key, self.default)}"

    def not_there(self, key: str) -> str:
        """A line about a key that the composed config lacks: an entry of a mapping, or a group not chosen."""
        parts = key.split(".")
        for depth in range(1, len(parts)):
            above, entry = ".".join(parts[:depth]), parts[depth]
            place = find(self.model, above)
            if place is not None and place.form is Form.MAPPING:
                hint = closest(entry, self.entries(above))
                return f"{above}.{entry}: no such entry; {hint} (+{above}.{entry}=... adds one)"
        if find(self.model, key) is not None:
            return f"{key}: one of these entries is not there; +{key}={{...}} adds it"
        return self.unknown(key)

    def entries(self, key: str) -> list[str]:
        """Names of the default entries of the mapping at this key."""
        start = f"{key}."
        below = (name[len(start) :].split(".")[0] for name in sorted(self.known) if name.startswith(start))
        return list(dict.fromkeys(below))


@cache
def _default(model: type[BaseModel]) -> BaseModel:
    return model()


@cache
def _list_known(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(leaf.key for leaf in leaves(_default(model)))


def shorten(text: str) -> str:
    """What the user wrote, in quotes on one line, cut to 80 signs."""
    clean = text.encode("unicode_escape", "replace").decode("ascii")
    clean = clean if len(clean) <= 80 else f"{clean[:77]}..."
    return f"'{clean}'"


def grammar_complaint(line: str, reason: str = "") -> str:
    """A line about an override that cannot be read; empty if nothing is known to be wrong with it.

    `reason` is what Hydra's parser said, once it has refused: then the answer is never empty.
    """
    if len(line) > MAX_LENGTH:
        return f"{shorten(line)}: longer than {MAX_LENGTH} characters; put long lists into a config file"
    if _deepest(line) > MAX_BRACKETS:
        return f"{shorten(line)}: brackets nested deeper than {MAX_BRACKETS}"
    if "=" not in line and not line.startswith("~"):
        return f"{shorten(line)}: an override has the form key=value, e.g. seed=7 (no spaces around =)"
    key, _, value = line.partition("=")
    if not key.strip("+~ "):
        return f"{shorten(line)}: the key before = is missing"
    if not reason:
        twice = _find_double_key(value)
        return f"{shorten(line)}: the key {twice} is given twice; keep one" if twice else ""
    if key != key.strip():
        return f"{shorten(line)}: write key=value without spaces before the key or around ="
    if not re.fullmatch(r"[+~]{0,2}[\w./@$:-]+", key):
        return f"{shorten(line)}: a key is made of names and dots, e.g. events.kidnapping.base"
    if value.count("[") != value.count("]") or value.count("{") != value.count("}"):
        return f"{shorten(line)}: a bracket is not closed; a list is [1,2], a mapping '{{a: 1}}'"
    if (value.count("'") - value.count("\\'")) % 2 or (value.count('"') - value.count('\\"')) % 2:
        return f"{shorten(line)}: a quote is not closed"
    if value.startswith("="):
        return f"{shorten(line)}: one = is enough"
    if "while evaluating" in reason or "Unknown function" in reason:
        return f"{shorten(line)}: a value is written out; quote text that holds brackets"
    return f"{shorten(line)}: the value cannot be read; quote special characters, key=\"'text'\""


def _find_double_key(value: str) -> str:
    """A key that stands twice in one mapping of a value, of which the parser would keep the last alone."""
    levels: list[tuple[str, set[str]]] = []
    quote = word = ""
    for k, sign in enumerate(value):
        if quote:
            quote = "" if sign == quote and value[k - 1] != "\\" else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "([{":
            levels.append((sign, set()))
            word = ""
        elif sign in ")]}":
            levels = levels[:-1]
        elif sign == ",":
            word = ""
        elif sign == ":" and ":" not in word and levels and levels[-1][0] == "{":
            if word.strip() in levels[-1][1]:
                return word.strip()
            levels[-1][1].add(word.strip())
        if sign not in "{,":
            word += sign
    return ""


def _deepest(line: str) -> int:
    depth = deepest = 0
    for sign in line:
        depth += (sign in "([{") - (sign in ")]}")
        deepest = max(deepest, depth)
    return deepest


def admit(asked: Asked, rules: Rules) -> str:
    """The override in the form in which Hydra is to have it. Raises InputError if it is not admitted."""
    top = re.split(r"[./]", asked.key)[0]
    if top == "hydra" or (asked.package or "").split(".")[0] == "hydra":
        raise InputError(f"{shorten(asked.line)}: Hydra itself cannot be changed; --config-dir adds configs")
    if asked.sweeps:
        is_group = asked.key in rules.options and names_group(asked, rules)
        listed = "" if is_group else f"; a list is written {asked.key}=[1,2], text with a comma in quotes"
        raise InputError(
            f"{shorten(asked.line)}: this asks for several values, and one run has one; `hudna sweep` runs "
            f"them all{listed}"
        )
    _check_value(asked.value, asked.line)
    if top in STUDY_GROUPS:
        raise InputError(f"{shorten(asked.line)}: this belongs to a study; `hudna sweep` takes it")
    if asked.removes:
        return _removal(asked, rules)
    if names_group(asked, rules):
        return _group_choice(asked, rules)
    place = find(rules.model, asked.key)
    if place is None:
        raise InputError(rules.unknown(asked.key))
    return _assignment(asked, place, rules)


def _check_value(value: Any, line: str) -> None:
    """Nothing in a value may run, or read anything but the scenario."""
    if isinstance(value, str):
        if "${" in value and not PLAIN_REFERENCE.fullmatch(value):
            raise InputError(f"{shorten(line)}: {reference_complaint(value)}")
    elif isinstance(value, dict):
        for key, entry in value.items():
            if key in RUNNABLE:
                raise InputError(f"{shorten(line)}: {runnable_complaint(str(key))}")
            _check_value(entry, line)
    elif isinstance(value, list):
        for entry in value:
            _check_value(entry, line)


def names_group(asked: Asked, rules: Rules) -> bool:
    """Whether the key stands for a config group here. A section and its group share a name."""
    if isinstance(asked.value, dict):
        return False
    if "/" in asked.key or asked.package is not None:
        return True
    if asked.key not in rules.options:
        return False
    if find(rules.model, asked.key) is None:
        return True
    return isinstance(asked.value, (str, list)) or str(asked.value) in rules.options[asked.key]


def _group_choice(asked: Asked, rules: Rules) -> str:
    if asked.key not in rules.options:
        raise InputError(f"{asked.key}: no such config group; {closest(asked.key, rules.options)}")
    if asked.package is not None and find(rules.model, asked.package) is None and asked.package != "_global_":
        raise InputError(f"{shorten(asked.line)}: after @ comes a section; {rules.unknown(asked.package)}")
    place = find(rules.model, asked.key)
    if place is not None and place.form is Form.VALUE:
        raise InputError(f"{asked.key}: a value of the scenario, and a folder of yours; rename that")
    if asked.key == "scenario" and isinstance(asked.value, list):
        raise InputError(
            f"{shorten(asked.line)}: one run has one scenario; `hudna sweep scenario=A,B` compares them"
        )
    chosen = asked.value if isinstance(asked.value, list) else [asked.value]
    for option in chosen:
        if str(option) not in rules.options[asked.key]:
            known = rules.options[asked.key]
            hint = closest(str(option), known)
            also = f"; a single value is set by {asked.key}.KEY=VALUE" if place is not None else ""
            raise InputError(f"{asked.key}={str(option)[:60]}: no such option of {asked.key}; {hint}{also}")
    names = [f"'{option}'" for option in chosen]
    value = f"[{','.join(names)}]" if isinstance(asked.value, list) else names[0]
    package = f"@{asked.package}" if asked.package is not None else ""
    plus = "" if asked.key in rules.listed and not package else "+"
    return f"{plus}{asked.key}{package}={value}"


def _assignment(asked: Asked, place: Place, rules: Rules) -> str:
    is_nested = isinstance(asked.value, dict)
    if place.form is not Form.VALUE and not is_nested and not (place.is_entry and asked.value is None):
        is_section = place.form is Form.SECTION
        keys = list(bare(place.annotation).model_fields) if is_section else rules.entries(asked.key)
        options = rules.options.get(asked.key)
        group = f"{asked.key}=OPTION chooses a config ({', '.join(sorted(options))}), " if options else ""
        raise InputError(
            f"{asked.key}: a section, not a value; {group}{asked.key}.KEY=VALUE sets a value "
            f"(keys: {', '.join(keys[:12])}{', ...' if len(keys) > 12 else ''})"
        )
    if is_nested and not asked.value:
        raise InputError(f"{asked.key}={{}} changes nothing, values are merged; to remove: ~{asked.key}.NAME")
    for below in _keys_of(asked.value):
        if find(rules.model, f"{asked.key}.{below}") is None:
            raise InputError(rules.unknown(f"{asked.key}.{below}"))
    may_be_new = asked.adds or _is_scalar_entry(asked, place, rules)
    plus = "++" if may_be_new and (is_nested or _is_new_entry(asked.key, rules)) else ""
    return f"{plus}{asked.key}={asked.line.split('=', 1)[1]}"


def _keys_of(value: Any) -> Iterator[str]:
    """Dotted keys of everything in a nested value."""
    for name, entry in value.items() if isinstance(value, dict) else ():
        yield str(name)
        yield from (f"{name}.{below}" for below in _keys_of(entry))


def _is_new_entry(key: str, rules: Rules) -> bool:
    """Whether the key lies in a mapping entry that the defaults lack."""
    parts = key.split(".")
    for depth in range(1, len(parts)):
        above = ".".join(parts[:depth])
        place = find(rules.model, above)
        if place is not None and place.form is Form.MAPPING:
            return parts[depth] not in rules.entries(above)
    return False


def _is_scalar_entry(asked: Asked, place: Place, rules: Rules) -> bool:
    """Whether the key is a number in a mapping of numbers: it may be set without a plus."""
    above = find(rules.model, asked.key.rpartition(".")[0])
    return place.form is Form.VALUE and above is not None and above.form is Form.MAPPING


def _removal(asked: Asked, rules: Rules) -> str:
    place = find(rules.model, asked.key)
    if place is None:
        if asked.key in rules.options:
            return asked.line
        raise InputError(f"~{rules.unknown(asked.key)}")
    if place.is_entry:
        return asked.line
    switch = _switch_of(place)
    hint = f"{asked.key}.{switch}=false switches it off" if switch else f"set it instead: {asked.key}=..."
    if place.form is not Form.VALUE and not switch:
        hint = f"set the values under it instead, e.g. {_first_under(asked.key, rules)}=..."
    raise InputError(f"~{asked.key}: part of every scenario, it cannot be removed; {hint}")


def _switch_of(place: Place) -> str:
    """The name of a section's first on/off value, if it has one."""
    if place.form is not Form.SECTION:
        return ""
    fields = bare(place.annotation).model_fields
    return next((name for name, field in fields.items() if field.annotation is bool), "")


def _first_under(key: str, rules: Rules) -> str:
    return next((leaf.key for leaf in leaves(rules.default) if leaf.key.startswith(f"{key}.")), key)


def sections(model: type[BaseModel]) -> Sequence[str]:
    """Names of the top-level fields that are sections or mappings: each has a config group of its name."""
    return [name for name, field in model.model_fields.items() if form(field.annotation) is not Form.VALUE]
