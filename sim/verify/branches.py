"""The same person meets the same luck in every branch: what was not changed does not move."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.city.build import build_city
from sim.model import TruceModel
from sim.records import event_table
from sim.scenario import Scenario
from sim.verify.answer import KnownAnswer, exact
from sim.verify.towns import LIVELY, day_by_day, history, merged, town, with_one_more

DAY = 50
COLUMNS = ("susceptibility", "rest_fear", "role", "faction", "camp", "status", "fear", "anger")
# kin answer kin, and no rate looks at means over all residents: then a wave of strangers moves nobody
_APART = merged(
    LIVELY,
    {
        "pressure": {"from_inflow": 0.0},
        "measures": {"containment": {"enabled": True, "start_day": 21, "strength": 1.0}},
        "events": {
            "kidnapping": {
                "weights": {"arms": 1.0, "pressure": 2.0, "restraint": -2.0, "command": -1.0},
                "answers": {"counter_abduction": 0.4, "revenge_killing": 0.2},
            },
            "counter_abduction": {"answers": {"revenge_killing": 0.2}},
            "revenge_killing": {"answers": {"revenge_killing": 0.2, "counter_abduction": 0.2}},
            "harassment": {"weights": {"pressure": 1.5, "restraint": -2.0}},
            "defection": {"weights": {"fear": 0.0}},
            **{
                name: {"enabled": False}
                for name in ("clash", "checkpoint_attack", "airbase_attack", "siege", "assault")
            },
            **{name: {"enabled": False} for name in ("squeeze", "fortification")},
            "inflow": {"base": 0.0, "at": (10,), "p_found": 1.0, "size_mean": 400.0},
        },
    },
)


def a_late_event(runs: int) -> Iterator[KnownAnswer]:
    """One more killing on day 50: the first day on which anything differs is day 50."""
    for seed in range(runs):
        plain = town(LIVELY)
        struck = town(LIVELY, {"events": {"revenge_killing": {"at": (DAY,)}}})
        first = _first_difference(plain, struck, seed)
        yield exact(
            f"first day that differs after one more event on day {DAY}",
            "the day of the event",
            "all residents and events of a history",
            DAY,
            first,
            allowed=0.0,
        )


def _first_difference(one: Scenario, other: Scenario, seed: int) -> float:
    """First day on which two histories differ in anybody's place or feelings or in an event; nan for none."""
    for a, b in zip(day_by_day(one, seed), day_by_day(other, seed), strict=True):
        if [each.id for each in a.world.log] != [each.id for each in b.world.log] or _changed(a, b):
            return a.day
    return float("nan")


def one_more_resident(runs: int) -> Iterator[KnownAnswer]:
    """One more woman without kin: how many others, and events of theirs, differ."""
    # the mean fear of all is the one rate that she moves, by a thousandth: it is left out here
    scenario = town(LIVELY, {"events": {"defection": {"weights": {"fear": 0.0}}}})
    for seed in range(runs):
        city = build_city(scenario.city)
        plain, more = history(scenario, seed, city), history(scenario, seed, with_one_more(city))
        yield _nobody_moved("one more resident without kin", plain, more, {"departure", "return"})


def one_more_wave(runs: int) -> Iterator[KnownAnswer]:
    """One more wave of newcomers, kept from acting: how many others, and events of theirs, differ."""
    for seed in range(runs):
        plain = history(town(_APART), seed)
        more = history(town(_APART, {"events": {"inflow": {"at": (10, 20)}}}), seed)
        yield _nobody_moved("one more wave of inflow", plain, more, {"inflow", "departure", "return"})


def _nobody_moved(what: str, plain: TruceModel, more: TruceModel, own: set[str]) -> KnownAnswer:
    """Of those who are in both histories, nobody and no event differs; kinds in `own` may be added."""
    ours, theirs = event_table(plain), event_table(more)
    added = theirs[~theirs.event.isin(set(ours.event)) & theirs.kind.isin(own)]
    entered = more.world.residents.status.size - plain.world.residents.status.size
    same_events = ours.equals(theirs.drop(added.index).reset_index(drop=True))
    moved = _changed(plain, more) + (0 if same_events else 1)
    return exact(
        f"{what}: others whom it changes",
        "0, to the last bit",
        f"{plain.world.residents.status.size} residents, {len(ours)} events",
        0.0,
        float(moved) if entered > 0 else float("nan"),
        allowed=0.0,
    )


def _changed(one: TruceModel, other: TruceModel) -> int:
    """Number of residents of the first model who differ in anything in the second, or are not in it."""
    ours, theirs = one.world.city.resident_id, other.world.city.resident_id
    _, rows, places = np.intersect1d(ours, theirs, return_indices=True)
    differs = np.zeros(rows.size, np.bool_)
    for column in COLUMNS:
        a, b = getattr(one.world.residents, column), getattr(other.world.residents, column)
        differs |= a[rows] != b[places]
    return int(differs.sum()) + ours.size - rows.size
