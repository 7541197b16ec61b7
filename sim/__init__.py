"""Hudna: a scenario simulator of truce stability in a divided city.

import sim
result = sim.run(["scenario=small_town", "seed=7"])
result.row["broke"], result.daily, result.events
study = sim.sweep(["scenario=small_town", "events.kidnapping.base=0.01,0.03", "runs=50"])
study.points, study.differences, study.runs, study.bands
why = sim.explain(["scenario=small_town", "seed=7"], replicates=10)
why.table, why.lines
past = sim.follow("SYR-13", particles=200)
past.log_evidence, past.state, past.weeks
sim.figures.break_curve(study)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.version import __version__

if TYPE_CHECKING:
    from sim.api import Run, StudyResult, read_study, run, sensitivity, sweep
    from sim.errors import InputError, Unfinished
    from sim.explanation.ask import explain
    from sim.explanation.history import Explanation
    from sim.explanation.study import StudyExplanation
    from sim.following.ask import follow
    from sim.following.followed import Followed
    from sim.following.scoring import Scores, score
    from sim.model import TruceModel
    from sim.scenario import Scenario

__all__ = [
    "Explanation",
    "Followed",
    "InputError",
    "Run",
    "Scenario",
    "Scores",
    "StudyExplanation",
    "StudyResult",
    "TruceModel",
    "Unfinished",
    "__version__",
    "explain",
    "follow",
    "read_study",
    "run",
    "score",
    "sensitivity",
    "sweep",
]

_HOMES = {
    "run": "sim.api",
    "Run": "sim.api",
    "sweep": "sim.api",
    "read_study": "sim.api",
    "sensitivity": "sim.api",
    "StudyResult": "sim.api",
    "TruceModel": "sim.model",
    "Scenario": "sim.scenario",
    "explain": "sim.explanation.ask",
    "StudyExplanation": "sim.explanation.study",
    "Explanation": "sim.explanation.history",
    "follow": "sim.following.ask",
    "Followed": "sim.following.followed",
    "score": "sim.following.scoring",
    "Scores": "sim.following.scoring",
    "InputError": "sim.errors",
    "Unfinished": "sim.errors",
}


def __getattr__(name: str) -> Any:
    """Import on first use: `import sim` alone must stay cheap."""
    from importlib import import_module

    if name == "figures":
        return import_module("sim.figures")
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
