"""Records and towns that the tests of following share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.following.filter import Filtered, follow_record
from sim.following.follower import Follower
from sim.following.particles import draw_particles
from sim.following.record import ObservedClass, Record, Row, deadly
from sim.model import TruceModel
from sim.scenario import Scenario
from sim.study.draws import Uncertainty
from sim.world.incident import Cause
from tests.conftest import QUIET, merged, tiny

NOTHING_DRAWN = Uncertainty()
LOCALS = 14  # fighters of the faction `locals` of a tiny town, its two defectors among them
FIGHTERS = LOCALS + 6
# at the start its two factions have together the rate of two whose force is 1
REFERENCE_FIGHTERS = FIGHTERS / 2 * 65_000 / 500
HARMLESS = {"casualties": {"p_fatal": 0.0}}  # nobody falls, so that the rate stays as it is
FEW_SOLDIERS = {"army": {"troops": 7}}  # as many as a town of 500 has in proportion


def only(*changes: dict[str, Any]) -> Scenario:
    """A town in which nothing happens but what the changes switch on; nobody feels anything, nobody moves."""
    return tiny(QUIET, {"feelings": {"shock_scale": 0.0}}, *changes)


def switched_on(kind: str, **parameters: Any) -> dict[str, Any]:
    """A kind that factions begin, always kills and is never settled; each begins its base a day on average.

    Rates are proportional to the fighters left, and do not saturate.
    """
    flat = {"enabled": True, "opportunity": 0.0, "weights": {"rivalry": 0.0}, "answers": {}}
    flat |= {"fighters": REFERENCE_FIGHTERS, "most_per_day": 1e6, "answer_standing": 0.0}
    return {"events": {kind: merged(flat, {"casualties": {"p_fatal": 1.0}}, parameters)}}


def counts_record(counts: Sequence[int], seen: float = 1.0, least: int = 1, **of_class: Any) -> Record:
    """A record of events of at least so many deaths without more than their number by day."""
    rows = tuple(Row(day, "fatal") for day, n in enumerate(counts, start=1) for _ in range(n))
    return Record("test", len(counts), (ObservedClass("fatal", deadly(), least, seen, **of_class),), rows)


def follow(scenario: Scenario, record: Record, n: int = 1, seed: int = 0, **more: Any) -> Filtered:
    """The filter with `n` particles that all have the scenario's own parameters."""
    return follow_record(scenario, record, draw_particles(NOTHING_DRAWN, n, seed), seed=seed, **more)


def alone(scenario: Scenario, record: Record, seed: int) -> TruceModel:
    """One model that followed a record to its last day."""
    model = TruceModel(scenario, seed=seed)
    Follower(record).join(model)
    while model.day < record.days:
        model.step()
    return model


def recorded(model: TruceModel, classes: Sequence[ObservedClass], days: int) -> Record:
    """The record that a source of these classes makes of a history."""
    rows = []
    for incident in model.world.log:
        deaths = incident.deaths + round(incident.soldiers)
        for of in classes:
            if incident.kind in of.kinds and incident.cause != Cause.LAPSED and deaths >= of.least_deaths:
                rows.append(Row(incident.day, incident.kind, deaths, actor=incident.actor))
    return Record("of a history", days, tuple(classes), tuple(row for row in rows if row.day <= days))
