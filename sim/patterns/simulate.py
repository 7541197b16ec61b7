"""The histories behind the patterns, as studies: those of one scenario, and a population of local truces."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.api import sweep
from sim.patterns import Pattern, Trace, patterns, traces_of
from sim.patterns.population import lives_of, local_truces, population
from sim.scenario import Scenario
from sim.study.build import build_plan


def simulate_patterns(
    overrides: Sequence[str],
    config_dir: str | Path | None,
    runs: int,
    truces: int,
    *,
    progress: bool = False,
) -> tuple[Scenario, list[Pattern], list[Trace]]:
    """The scenario of these overrides, all patterns of so many runs and local truces, and the runs' traces.

    The engine among the overrides does both. Raises InputError.
    """
    own = [*overrides, f"runs={runs}", "seed=0", "keep=events"]
    scenario = build_plan(own, config_dir=config_dir)[0].scenario(0)
    engine = [line for line in overrides if line.startswith("engine")]
    lives = (
        lives_of(
            sweep([*local_truces(), *engine, f"runs={truces}"], config_dir=config_dir, progress=progress).runs
        )
        if truces
        else None
    )
    study = sweep(own, config_dir=config_dir, progress=progress)
    assert study.events is not None
    found = list(population(lives)) if lives is not None else []
    traces = traces_of(study.runs, study.events)
    return scenario, [*found, *patterns(scenario, traces)], traces
