"""The measured skill of forecasts from followed records, which is printed beside each of them.

`hudna score` measures it; the results for the shipped truces are beside them in skill.json.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim.following.forecasts import CONSTANT, GAMMA_POISSON, HAWKES
from sim.following.truces import FOLDER

QUOTED = (
    GAMMA_POISSON,
    HAWKES,
    CONSTANT,
    "90 % band",
)  # whose lines are quoted; the others stand in skill.json
MEASURED = FOLDER / "skill.json"


def read_skill(path: Path = MEASURED) -> dict[str, Any] | None:
    """The content of a skill.json as `hudna score` leaves it, `lines` among it; None if there is none."""
    if not path.is_file():
        return None
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def skill_lines(path: Path = MEASURED) -> list[str]:
    """The measured skill in sentences. If none was measured, they say so."""
    found = read_skill(path)
    if found is None:
        return ["Skill: not measured; `hudna score` measures it. Read nothing into the figures above"]
    first, *middle, verdict = found["lines"]
    quoted = [line for line in middle if any(name in line for name in QUOTED)]
    return [f"Measured skill: {line}" for line in (first, *quoted, verdict)]
