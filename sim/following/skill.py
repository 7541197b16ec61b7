"""The measured skill of forecasts from followed records, which is printed beside each of them.

`hudna score` measures it; the results for the shipped truces are beside them in skill.json.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sim.following.truces import FOLDER

QUOTED = (" skill: ", "90 % band")  # parts of the lines that are quoted; the others stand in skill.json
HEAD = "Measured skill (1 less the model's mean score over a simple method's; above 0 the model is better)"
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
    lines = [line for line in found["lines"] if not line.startswith("Recorded events:")]
    first, *middle, verdict = lines
    quoted = [line for line in middle if any(word in line for word in QUOTED)]
    return [f"{HEAD}; {first}", *quoted, verdict]
