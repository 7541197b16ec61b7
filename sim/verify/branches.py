"""The same person meets the same luck in every branch: what was not changed does not move."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.city.build import build_city
from sim.model import TruceModel
from sim.records import event_table
from sim.scenario import Scenario
from sim.verify.answer import KnownAnswer, exact
from sim.verify.towns import LIVELY, day_by_day, merge, town, with_one_more

DAY = 50
COLUMNS = ("susceptibility", "rest_fear", "role", "faction", "camp", "status", "fear", "anger")
MOVES = ("departure", "return")
# what strikes anybody at all might strike the one who is new instead; the mean fear of all, which she moves
# by a thousandth, is a covariate of defection
_OUT_OF_REACH = merge(
    LIVELY,
    {
        "events": {
            **{name: {"enabled": False} for name in ("shelling", "bombardment", "assault")},
            "defection": {"weights": {"fear": 0.0}},
        }
    },
)
# kin answer kin, no rate looks at means over all residents, and strangers stay fighters, whom nobody strikes
_APART = merge(
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
            **{name: {"enabled": False} for name in ("squeeze", "fortification", "desertion")},
            "inflow": {"base": 0.0, "at": (10,), "p_found": 1.0, "size_mean": 500.0},
        },
    },
)


def a_late_event(runs: int) -> Iterator[KnownAnswer]:
    """One more killing on day 50: the first day on which anything differs is day 50, in `runs` histories."""
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
        if [each.id for each in a.world.log] != [each.id for each in b.world.log] or _count_changed(a, b):
            return a.day
    return float("nan")


def one_more_resident(runs: int) -> Iterator[KnownAnswer]:
    """One more woman without kin: how many others, and events of theirs, differ."""
    scenario = town(_OUT_OF_REACH)
    city = build_city(scenario.city)
    for seed in range(runs):
        pair = day_by_day(scenario, seed, city), day_by_day(scenario, seed, with_one_more(city))
        yield _nobody_moved("one more resident without kin", *pair)


def one_more_wave(runs: int) -> Iterator[KnownAnswer]:
    """One more wave of newcomers, kept from acting: how many others, and events of theirs, differ."""
    for seed in range(runs):
        later = town(_APART, {"events": {"inflow": {"at": (10, 20)}}})
        yield _nobody_moved(
            "one more wave of inflow", day_by_day(town(_APART), seed), day_by_day(later, seed)
        )


def _nobody_moved(what: str, plain: Iterator[TruceModel], more: Iterator[TruceModel]) -> KnownAnswer:
    """Of those in both histories nobody differs on any day, and no event; only what is new may add events."""
    most = 0
    for one, other in zip(plain, more, strict=True):
        most = max(most, _count_changed(one, other))
    n = one.world.residents.status.size
    return exact(
        f"{what}: others whom it changes",
        "0, to the last bit",
        f"{n} residents, {len(one.world.log)} events",
        0.0,
        float(most + _events_changed(one, other)) if other.world.residents.status.size > n else float("nan"),
        allowed=0.0,
    )


def _events_changed(one: TruceModel, other: TruceModel) -> int:
    """Events of the first log that differ or lack in the second, and new ones that are not of who is new."""
    ours, theirs = event_table(one), event_table(other)
    for table in (ours, theirs):  # a line of a quarter counts who is new among the others
        table.loc[table.kind.isin(MOVES), "people"] = 0
    is_new = ~theirs.event.isin(set(ours.event))
    strangers = {faction.name for faction in other.world.factions}
    strangers -= {faction.name for faction in one.world.factions}
    own = theirs.kind.isin({*MOVES, "inflow"}) | theirs.actor.isin(strangers)
    same = ours.merge(theirs, how="inner", on=list(ours.columns))
    return len(ours) - len(same) + int((is_new & ~own).sum())


def _count_changed(one: TruceModel, other: TruceModel) -> int:
    """Number of residents of the first model who differ in anything in the second, or are not in it."""
    ours, theirs = one.world.city.resident_id, other.world.city.resident_id
    _, rows, places = np.intersect1d(ours, theirs, return_indices=True)
    differs = np.zeros(rows.size, np.bool_)
    for column in COLUMNS:
        a, b = getattr(one.world.residents, column), getattr(other.world.residents, column)
        differs |= a[rows] != b[places]
    return int(differs.sum()) + ours.size - rows.size
