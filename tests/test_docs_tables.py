"""The pages of claims and weights say what the code does: every claim, real tests, real keys, real values."""

from __future__ import annotations

import re
from pathlib import Path

from sim.scenario import Scenario
from sim.schema_tree import find

ROOT = Path(__file__).parents[1]
N_CLAIMS = 37


def rows(page: str) -> list[list[str]]:
    """Cells of the table rows of a page of docs/, heads and rules left out."""
    lines = (ROOT / "docs" / page).read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [row for row in cells if not set(row[0]) <= set("- ") and row[0] not in ("claim", "key")]


def test_every_claim_of_the_source_has_a_row():
    told = [int(number) for row in rows("claims.md") for number in re.findall(r"\d+", row[0])]
    assert sorted(told) == list(range(1, N_CLAIMS + 1))


def test_every_claim_with_a_mechanism_names_keys_and_tests_that_are_there():
    for claim, _, mechanism, keys, tests in rows("claims.md"):
        if not keys:
            assert mechanism.startswith("no mechanism"), claim
            continue
        for key in re.findall(r"`([^`]+)`", keys):
            assert find(Scenario, key) is not None, key
        named = re.findall(r"`([^`]+)`", tests)
        assert named, claim
        for name in named:
            assert (ROOT / "tests" / name).is_file(), name


def test_the_table_of_weights_is_that_of_the_shipped_defaults():
    shipped = {
        f"events.{name}.weights.{covariate}": getattr(kind.weights, covariate)
        for name, kind in Scenario().events.kinds().items()
        if hasattr(kind, "weights")
        for covariate in type(kind.weights).model_fields
        if getattr(kind.weights, covariate) != 0
    }
    told = {key: float(value) for key, value, reason in rows("weights.md") if reason}
    assert told == shipped
    assert len(told) <= 35
