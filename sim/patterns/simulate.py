"""The histories behind the patterns, as studies: a town in three states, and a population of local truces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

from sim.actors.postures import Posture
from sim.api import StudyResult, sweep
from sim.config.document import read_document
from sim.config.files import shipped_folder
from sim.patterns import Histories, Pattern, Trace, patterns, traces_of
from sim.patterns.population import lives_of, local_truces, population
from sim.scenario import Scenario
from sim.study.build import build_plan

BESIEGED, AT_WAR = "al_rastan_besieged", "al_rastan_at_war"
BESIEGED_DAYS = 400  # about as long as the record with seven offensives (P12)
BESIEGED_SHARE, AT_WAR_SHARE = 0.6, 0.4  # of the runs


def simulate_patterns(
    overrides: Sequence[str],
    config_dir: str | Path | None,
    runs: int,
    truces: int,
    *,
    progress: bool = False,
) -> tuple[Scenario, list[Pattern], list[Trace]]:
    """The scenario of these overrides, all patterns from `runs` runs and `truces` local truces, and traces.

    The town is run as it is `runs` times, besieged for 400 days 0.6 as often, and at war until a truce is
    agreed 0.4 as often. The engine in the overrides does all runs. Raises InputError.
    """
    own = [*overrides, f"runs={runs}", "seed=0", "keep=events"]
    scenario = build_plan(own, config_dir=config_dir)[0].scenario(0)
    town = [line for line in overrides if not line.startswith("days=")]
    besieged = [*town, *changes_of(BESIEGED), f"days={BESIEGED_DAYS}", *_size_blocks(BESIEGED_SHARE * runs)]
    at_war = [*town, *changes_of(AT_WAR), *_size_blocks(AT_WAR_SHARE * runs)]
    for asked in (besieged, at_war):  # errors are found before anything is run
        build_plan(asked, config_dir=config_dir)
    engine = [line for line in overrides if line.startswith("engine")]

    def study(asked: Sequence[str]) -> StudyResult:
        return sweep(asked, config_dir=config_dir, progress=progress)

    found: list[Pattern] = []
    if truces:
        found += population(lives_of(study([*local_truces(), *engine, f"runs={truces}"]).runs))
    histories = Histories(*(_traces(study(asked)) for asked in (own, besieged, at_war)))
    return scenario, [*found, *patterns(scenario, histories)], list(histories.plain)


def changes_of(scenario: str) -> list[str]:
    """What a shipped scenario (by its name) changes, as overrides that make the same changes to any town.

    Its name is left out.
    """
    file = shipped_folder() / "scenario" / f"{scenario}.yaml"
    return [line for line in _lines(read_document(file).values) if not line.startswith("name=")]


def _lines(values: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from _lines(value, f"{before}{key}.")
        else:
            yield f"{before}{key}={value}"


def _size_blocks(runs: float) -> list[str]:
    return [f"runs={max(2, ceil(runs - 1e-9))}", "seed=0", "keep=events"]


def _traces(study: StudyResult) -> list[Trace]:
    assert study.events is not None
    return traces_of(study.runs, study.events, Posture[study.plan.scenario(0).army.start.upper()])
