"""Battle without luck: Lanchester's square law, solved here by the exponential of its matrix."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.linalg import expm

from sim.verify.answer import KnownAnswer, exact
from sim.verify.towns import QUIET, day_by_day, town

DAYS = 12
TROOPS, ARMOUR, ARMS, MORALE, WORKS = 60, 15, 0.5, 0.5, 0.4
SOLDIER, FIGHTER = 0.012, 0.03  # deaths a day that one soldier, one fully armed fighter inflicts
_STORM = {
    "army": {"start": "besieging", "troops": TROOPS, "armour": ARMOUR},
    "factions": {"locals": {"members": 40, "arms": ARMS, "morale": MORALE}},
    "city": {"n_officers": 0, "n_defectors": 0},
    "morale": {"from_losses": 0.0, "from_hunger": 0.0},
    "works": {"start": WORKS},
    "events": {
        "assault": {
            "enabled": True, "base": 0.0, "at": (1,),
            "soldier_breaking_share": 1.0, "fighter_breaking_share": 1.0,
            "committed_share": 1.0, "resolve_sigma": 0.0,
        },
        "battle": {
            "enabled": True, "luck": False, "civilians": {"p_fatal": 0.0},
            "soldier_lethality": SOLDIER, "armour_bonus": 1.0,
            "fighter_lethality": FIGHTER, "works_bonus": 1.0,
        },
    },
}  # fmt: skip


def attrition(runs: int) -> Iterator[KnownAnswer]:
    """Soldiers and fighters left each day of a battle, against dA/dt = -b D, dD/dt = -a A (Lanchester).

    The battle lasts 12 days for each of `runs`.
    """
    days = DAYS * runs
    losses = np.array(
        [
            [0.0, -FIGHTER * ARMS * (0.5 + MORALE) * (1 + WORKS)],
            [-SOLDIER * (1 + ARMOUR / TROOPS), 0.0],
        ]
    )
    off, last, known, killed = 0.0, np.zeros(2), np.zeros(2), []
    for model in day_by_day(town(QUIET, _STORM, {"days": days + 1})):
        battle = model.world.army.battle
        if battle is None:  # the assault is ordered on day 1; the first day of battle is day 2
            continue
        start = np.array([battle.soldiers_at_start, battle.fighters_at_start])
        known = expm(losses * (model.day - 1)) @ start
        last = np.array([battle.soldiers, battle.fighters_at_start - battle.fighters_lost])
        off = max(off, float(np.abs(last - known).max()))
        killed.append(sum(incident.deaths for incident in model.world.log) - round(start[1] - known[1]))
    sample = f"{len(killed) - 1} days, largest difference"
    formula = "exp(t [[0, -b], [-a, 0]]) (A, D)"
    for side, name in enumerate(("soldiers", "fighters")):
        yield exact(
            f"{name} left in a battle without luck", formula, sample,
            float(known[side]), float(last[side]), difference=off,
        )  # fmt: skip
    yield exact(
        "fighters killed, whole persons", "rounded from the same", sample,
        0.0, float(killed[-1]) if killed else float("nan"),
        difference=max((abs(n) for n in killed), default=float("nan")), allowed=0.0,
    )  # fmt: skip
