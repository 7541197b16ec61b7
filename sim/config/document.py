"""Every YAML file that a user writes is read here: scenarios, studies, calibrations, samples of parameters.

A file is not trusted: it may be broken, endless (aliases that multiply), ambiguous, or try to run or read
something. All of it is found by looking at the bare YAML, never by building it, and told with file and line.
What is then built are the very values that Hydra reads from the same file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sim.errors import InputError

MAX_BYTES = 200_000
MAX_DEPTH = 50
MAX_NODES = 50_000

RUNNABLE = frozenset({"_target_", "_args_", "_partial_", "_recursive_", "_convert_"})
PLAIN_REFERENCE = re.compile(r"\$\{(\.*)([A-Za-z0-9_.\-\[\]]+)\}")

_YAML = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(f"{_YAML}{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq"))
_MERGE = f"{_YAML}merge"  # the key << of a mapping
_HEADER = re.compile(r"\s*#\s*@(.*)")
_COMMENT = re.compile(r"(^|\s)#.*")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9][0-9_]*")
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")
_TOLD = re.compile(r"([\w./@-]+(?:\[\d+\])?)( = |: )")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML 1.1 as Hydra reads it: 1e-3 is a number, a date is text."""


_Loader.yaml_implicit_resolvers = {
    sign: [(tag, form) for tag, form in forms if tag != f"{_YAML}timestamp"]
    for sign, forms in _Loader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    f"{_YAML}float",
    re.compile(r"[-+]?[0-9]+(?:_[0-9]+)*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)$"),
    list("-+0123456789"),
)


@dataclass(frozen=True)
class Document:
    """One file: its values, the line of every key in it, and its `# @package` ("" if it has none)."""

    file: Path
    package: str
    values: dict[str, Any]
    lines: dict[str, int]  # dotted key -> line
    title: str = ""  # what complaints about its values begin with

    def line_of(self, complaint: str) -> int | None:
        """The line of the key that a complaint begins with; None unless the file has it exactly once."""
        told = complaint.removeprefix(f"{self.title}: ") if self.title else complaint
        key, line = "", None
        while match := _TOLD.match(told):
            key = f"{key}.{match.group(1)}" if key else match.group(1)
            ends = [at for name, at in self.lines.items() if name == key or name.endswith(f".{key}")]
            found = [self.lines[key]] if key in self.lines else ends
            if len(found) != 1:
                break
            line = found[0]
            told = told[match.end() :] if match.group(2) == ": " else ""
        return line

    def place(self, complaint: str) -> str:
        """The complaint with file and, where it is known, line."""
        line = self.line_of(complaint)
        told = complaint.removeprefix(f"{self.title}: ") if self.title else complaint
        return f"{self.file}: {told}" if line is None else f"{self.file}, line {line}: {told}"


def read_document(file: Path, title: str = "") -> Document:
    """Read one YAML file of a user. Raises InputError with file, line and remedy.

    `title`: what complaints about its values begin with, before their keys.
    """
    text = _read(file)
    package = _package(file, text)
    _refuse_tabs(file, text)
    loader = _Loader(text)
    try:
        _check_depth(file, text)
        root = loader.get_single_node()
        if root is None:
            return Document(file, package, {}, {}, title)
        if not isinstance(root, yaml.MappingNode):
            raise InputError(f"{file}, line 1: a config is made of `key: value` lines")
        _check_size(file, root, {})
        lines: dict[str, int] = {}
        _check_nodes(file, root, "", lines)
        values = loader.construct_document(root)
    except yaml.YAMLError as error:
        raise InputError(yaml_complaint(error, file)) from None
    except ValueError as error:
        raise InputError(f"{file}: holds a value that cannot be read ({error})") from None
    finally:
        loader.dispose()
    return Document(file, package, values, lines, title)


@contextmanager
def placing(documents: Iterable[Document], overrides: Iterable[str] = ()) -> Iterator[None]:
    """Name file and line in complaints about what stands in one of these documents.

    What an override sets is not the fault of a file.
    """
    try:
        yield
    except InputError as error:
        given = [line.lstrip("+~").split("=")[0] for line in overrides]
        raise InputError(
            "\n".join(_place(line, documents, given) for line in str(error).splitlines())
        ) from None


def _place(complaint: str, documents: Iterable[Document], given: Iterable[str]) -> str:
    about = [each for each in documents if each.title and complaint.startswith(f"{each.title}: ")]
    if about:
        return about[0].place(complaint)
    match = _TOLD.match(complaint)
    if match is None or any(key == match.group(1) or key.startswith(f"{match.group(1)}.") for key in given):
        return complaint
    found = [each for each in documents if each.line_of(complaint) is not None]
    return found[0].place(complaint) if len(found) == 1 else complaint


def yaml_complaint(error: yaml.YAMLError, file: Path | str) -> str:
    """A line that says where YAML is broken, and how."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
    where = f"{file}, line {mark.line + 1}" if mark is not None else f"{file}"
    return f"{where}: broken YAML: {problem}; check indentation, colons and quotes there"


def runnable_complaint(key: str) -> str:
    """Why a key such as `_target_` is refused."""
    return f"the key {key} is refused: a config holds values and runs nothing"


def reference_complaint(text: str) -> str:
    """Why an interpolation is refused."""
    return (
        f"{text[:60]!r} is refused: a value may refer to another value of the scenario as ${{section.key}}, "
        "without environment, functions or text around it"
    )


def _read(file: Path) -> str:
    if not file.is_file():
        raise InputError(f"{file}: not a regular file")
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise InputError(f"{file}: {size} bytes is too large for a config; at most {MAX_BYTES}")
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{file}: not text in UTF-8; save it in this encoding") from None
    except OSError as error:
        raise InputError(f"{file}: not readable: {error.strerror}") from None
    if text.startswith("\ufeff"):
        raise InputError(f"{file}, line 1: begins with a byte order mark; save it as UTF-8 without BOM")
    return text


def _package(file: Path, text: str) -> str:
    """What a header `# @package NAME` names. Hydra reads it in the first line, so it must stand there."""
    package = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            break
        match = _HEADER.match(line)
        if match is None:
            continue
        named = re.fullmatch(r"package\s+([A-Za-z0-9_.]+)\s*", match.group(1))
        if named is None:
            raise InputError(
                f"{file}, line {number}: '# @{match.group(1)[:60]}' is not a header; write "
                "'# @package _global_', or nothing"
            )
        if number > 1:
            raise InputError(f"{file}, line {number}: the header '# @package' must be the first line")
        package = named.group(1)
    return package


def _refuse_tabs(file: Path, text: str) -> None:
    """YAML parsers differ about tabs between words, and none takes them as indentation."""
    if "\t" not in text:
        return
    for number, line in enumerate(text.splitlines(), 1):
        if "\t" in _COMMENT.sub("", line):
            raise InputError(f"{file}, line {number}: broken YAML: holds a tab; write spaces, in quotes \\t")


def _at(file: Path, thing: yaml.Node | yaml.Event) -> str:
    mark = thing.start_mark
    return f"{file}, line {mark.line + 1}" if mark is not None else str(file)


def _check_depth(file: Path, text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise InputError(f"{_at(file, event)}: nested deeper than {MAX_DEPTH} levels")


def _check_size(file: Path, node: yaml.Node, sizes: dict[int, int]) -> int:
    """Number of nodes once every alias is written out; aliases that go in a circle count as endless."""
    if isinstance(node, yaml.ScalarNode):
        return 1
    if id(node) in sizes:
        if sizes[id(node)] == 0:
            raise InputError(f"{_at(file, node)}: this alias contains itself")
        return sizes[id(node)]
    sizes[id(node)] = 0
    total = 1
    for child in node.value:
        for part in child if isinstance(child, tuple) else (child,):
            total += _check_size(file, part, sizes)
            if total > MAX_NODES:
                raise InputError(
                    f"{_at(file, node)}: aliases expand to more than {MAX_NODES} values; write them out"
                )
    sizes[id(node)] = total
    return total


def _check_nodes(file: Path, node: yaml.Node, at: str, lines: dict[str, int]) -> None:
    """Check tags, keys, references and numbers; note the line of every key, `at` is that of the node."""
    if node.tag not in _PLAIN_TAGS:
        tag = node.tag.replace(_YAML, "!!")
        raise InputError(f"{_at(file, node)}: the tag {tag} is not allowed; write the value without it")
    if isinstance(node, yaml.ScalarNode):
        _check_scalar(file, node, at)
    elif isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            lines.setdefault(f"{at}[{index}]", child.start_mark.line + 1)
            _check_nodes(file, child, f"{at}[{index}]", lines)
    elif isinstance(node, yaml.MappingNode):
        here: dict[str, int] = {}
        for key, value in node.value:
            if key.tag == _MERGE:
                _check_nodes(file, value, at, {})
                continue
            name = _name_of(file, key)
            line = key.start_mark.line + 1
            if name in here:
                raise InputError(
                    f"{_at(file, key)}: duplicate key {name}, it stands in line {here[name]}; keep one"
                )
            here[name] = line
            below = f"{at}.{name}" if at else name
            lines.setdefault(below, line)
            _check_nodes(file, value, below, lines)


def _name_of(file: Path, key: yaml.Node) -> str:
    if not isinstance(key, yaml.ScalarNode):
        raise InputError(f"{_at(file, key)}: a key is a plain word")
    if key.value in RUNNABLE:
        raise InputError(f"{_at(file, key)}: {runnable_complaint(key.value)}")
    if key.tag != f"{_YAML}str":
        kind = key.tag.removeprefix(_YAML)
        if key.tag not in _PLAIN_TAGS:
            raise InputError(f"{_at(file, key)}: the tag !!{kind} is not allowed; write the key without it")
        raise InputError(
            f"{_at(file, key)}: the key {key.value} is read as {kind}, not as text; quote it: '{key.value}'"
        )
    return str(key.value)


def _check_scalar(file: Path, node: yaml.ScalarNode, at: str) -> None:
    if "${" in node.value and not PLAIN_REFERENCE.fullmatch(node.value):
        raise InputError(f"{_at(file, node)}: {reference_complaint(node.value)}")
    if not node.style and (_LEADING_ZERO.fullmatch(node.value) or _SEXAGESIMAL.fullmatch(node.value)):
        raise InputError(
            f"{_at(file, node)}: {at}: {node.value} is another number to some readers "
            "of YAML (base 8 or 60); write it without leading zeros and colons, or in quotes if it is text"
        )
