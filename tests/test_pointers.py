"""Comments, docstrings and pages that name a file or a module name one that is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LISTED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split("\n")
FILES = {path for path in LISTED if path and (ROOT / path).is_file()}
READ = sorted(
    path
    for path in FILES
    if path.endswith((".py", ".md", ".toml"))
    and path not in ("CHANGELOG.md", "tests/test_pointers.py")
    and not path.startswith("benchmarks/peers/")  # another library that is called sim there
)
ENDS = {"/".join(path.split("/")[k:]) for path in FILES for k in range(path.count("/") + 1)}
# written by tests into folders of their own, or files of other libraries
WRITTEN = ("sitecustomize.py", "script.py", "small.py", "numpy.py", "distributed.py")


def missing_files(text: str) -> list[str]:
    """Python files that a text names and that are nowhere in the repository."""
    named = re.findall(r"(?<![\w/.<>{}*-])((?:[\w-]+/)*[\w-]+\.py)\b", text)
    return [name for name in named if name not in ENDS and name not in WRITTEN]


def missing_modules(text: str) -> list[str]:
    """Dotted names under `sim` that lead to no module and to no name in one."""
    return [name for name in re.findall(r"(?<![\w.])sim(?:\.[A-Za-z_]\w*)+", text) if not _is_there(name)]


def _is_there(dotted: str) -> bool:
    place, *rest = dotted.split(".")
    for part in rest:
        if part.startswith("__"):
            return True  # what every module has
        if (ROOT / place / part).is_dir() or (ROOT / place / f"{part}.py").is_file():
            place = f"{place}/{part}"
            continue
        if place == "sim/figures":  # named after the files of sim/report/figures/
            known = (ROOT / "sim/report/figures/registry.py").read_text(encoding="utf-8")
            return part in known or part == "no_such_figure"
        file = ROOT / f"{place}.py" if (ROOT / f"{place}.py").is_file() else ROOT / place / "__init__.py"
        return re.search(rf"\b{part}\b", file.read_text(encoding="utf-8")) is not None
    return True


@pytest.mark.skipif(not FILES, reason="no git here to list the files")
def test_every_file_and_module_that_is_named_is_there():
    gone = {}
    for path in READ:
        text = (ROOT / path).read_text(encoding="utf-8")
        if found := [*missing_files(text), *missing_modules(text)]:
            gone[path] = found
    assert gone == {}


def test_what_is_not_there_is_found():
    assert missing_files("as in sim/study/errands.py, and see tables.py") == ["sim/study/errands.py"]
    assert missing_modules("as in sim.study.errands.run, sim.study.tables") == ["sim.study.errands.run"]
