"""The documentation is in step with the code, its links lead somewhere, and what it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.dev.docs_pages import pages
from sim.scenario import Scenario
from sim.schema_tree import find
from sim.verify import CHECKS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
GENERATED = pages()
SECTIONS = tuple(Scenario.model_fields)


def prose(page: Path) -> str:
    """The text of a page without blocks and spans of code."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(page: Path) -> set[str]:
    """What may follow `#`: the headings as GitHub and Sphinx make anchors of them."""
    heads = re.findall(r"^#+ +(.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def spans(page: Path) -> list[str]:
    """The spans of code of a page."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.findall(r"`([^`\n]+)`", text)


def is_file(span: str) -> bool:
    return span.endswith((".py", ".json", ".parquet", ".yaml", ".csv", ".md"))


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_in_step_with_the_code(name):
    assert (DOCS / name).read_text(encoding="utf-8") == GENERATED[name], "run `make docs-tables`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file_and_a_heading(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


def test_every_page_stands_in_the_table_of_contents():
    listed = re.findall(r"```\{toctree\}(.*?)```", (DOCS / "index.md").read_text("utf-8"), flags=re.DOTALL)
    named = {line for block in listed for line in block.split("\n") if line and not line.startswith(":")}
    assert named == {p.relative_to(DOCS).with_suffix("").as_posix() for p in DOCS.rglob("*.md")} - {"index"}


def test_every_page_is_linked_from_another_one():
    linked = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in re.findall(r"\]\(([^)\s#]+)", prose(page))
        if not re.match(r"[a-z]+:", target) and (page.parent / target).resolve() != page.resolve()
    }
    unlinked = {page.resolve() for page in DOCS.rglob("*.md")} - linked
    assert {str(page.relative_to(DOCS)) for page in unlinked} == set()


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: str(page.relative_to(DOCS)))
def test_what_a_page_names_exists(page):
    for span in spans(page):
        if re.fullmatch(r"(tests|sim|configs)/[\w/.]+", span):
            assert (ROOT / span).exists(), span
        elif re.fullmatch(rf"({'|'.join(SECTIONS)})\.[\w.]+(\.\*)?", span) and not is_file(span):
            assert find(Scenario, span.removesuffix(".*")) is not None, span


def test_the_model_names_every_section_of_parameters_and_every_known_answer():
    text = "".join(page.read_text("utf-8") for page in (DOCS / "model").glob("*.md"))
    without_submodel = {"name", "town", "day_zero", "seed", "days", "factions", "truce", "records", "events"}
    assert [name for name in SECTIONS if name not in without_submodel and f"`{name}" not in text] == []
    known = (DOCS / "verify.md").read_text("utf-8")
    cheap = [check for check in CHECKS if check.usual == 1]
    assert [line.what for check in cheap for line in check.run(1) if f"| {line.what} |" not in known] == []
