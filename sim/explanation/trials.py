"""What is tried on every history of a study: kinds off, covariates without weight, measures by start."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sim.actors.covariates import NAMES
from sim.events import KINDS
from sim.explanation.changes import Change
from sim.explanation.sample import Broken
from sim.report.names import one_measure
from sim.report.words import kind_words
from sim.scenario import Scenario
from sim.world.measures import Measure

SORTS = ("kind", "covariate", "measure")
FROM_THE_START = 0  # in place of a number of days before the break
LEADS = (FROM_THE_START, 28)  # of kinds and covariates; days, assumed
MEASURE_LEADS = (FROM_THE_START, 56, 28, 14, 7)  # days, assumed


@dataclass(frozen=True)
class Trial:
    """One thing that is changed in every history, some days before its break; 0 for from day 1 on."""

    sort: str
    name: str
    lead: int

    @property
    def says(self) -> str:
        """What is changed, in words."""
        words = kind_words(self.name)
        return {
            "kind": f"without any {words}",
            "covariate": f"with no weight on {words}",
            "measure": f"with {one_measure(self.name)}",
        }[self.sort]

    def change(self, history: Broken) -> Change | None:
        """The change of one history; None where it cannot be made: too early, or nothing to change."""
        day = first_day(history, self.lead)
        values = self._values(history.scenario, day)
        if day < 1 or not values:
            return None
        return Change(self.sort, self.name, self.says, day, day, values=values)

    def _values(self, scenario: Scenario, day: int) -> dict[str, Any]:
        if self.sort == "kind":
            is_there = getattr(scenario.events, self.name).enabled
            return {f"events.{self.name}.enabled": False} if is_there else {}
        if self.sort == "covariate":
            return dict.fromkeys(weights_of(scenario).get(self.name, ()), 0.0)
        if getattr(scenario.measures, self.name).enabled:
            return {}
        place = f"measures.{self.name}"
        return {f"{place}.enabled": True, f"{place}.start_day": day, f"{place}.end_day": None}


def first_day(history: Broken, lead: int) -> int:
    """The first day of a change `lead` days before the break; below 1 if the history is too short."""
    return 1 if lead == FROM_THE_START else history.day - lead


def trials_of(histories: Sequence[Broken], only: Collection[str] = ()) -> list[Trial]:
    """Everything that is tried: whatever can be changed in at least two of the histories.

    `only`: the SORTS that are tried, all if empty.
    """
    return [
        trial
        for trial in _all(histories)
        if (not only or trial.sort in only) and sum(trial.change(each) is not None for each in histories) > 1
    ]


def _all(histories: Sequence[Broken]) -> Iterator[Trial]:
    scenarios = [each.scenario for each in histories]
    kinds = {name for scenario in scenarios for name, _ in scenario.events}
    for name in sorted(each for each in kinds if not (KINDS[each].is_part_of_storm or KINDS[each].is_end)):
        yield from (Trial("kind", name, lead) for lead in LEADS)
    covariates = {name for scenario in scenarios for name in weights_of(scenario)}
    for name in sorted(covariates, key=NAMES.index):
        yield from (Trial("covariate", name, lead) for lead in LEADS)
    measures = {name for each in scenarios for name, measure in each.measures if isinstance(measure, Measure)}
    for name in sorted(measures):
        yield from (Trial("measure", name, lead) for lead in MEASURE_LEADS)


def weights_of(scenario: Scenario) -> dict[str, list[str]]:
    """Covariate -> keys of its weights that are not zero, over all kinds of events."""
    found: dict[str, list[str]] = {}
    for kind, section in scenario.events.model_dump(mode="json").items():
        for name, weight in (section.get("weights") or {}).items():
            if weight:
                found.setdefault(name, []).append(f"events.{kind}.weights.{name}")
    return found
