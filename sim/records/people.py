"""Who is there on day 0: what run.json says of them, and what a user of own tables should know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.city.build import build_city
from sim.city.columns import Camp, Role

if TYPE_CHECKING:
    from sim.model import TruceModel


def people_of(model: TruceModel) -> dict[str, Any]:
    """Counts of residents (by camp, role, faction), households, clans and ties of a model on day 0."""
    city = model.world.city
    return {
        "residents": city.n_residents,
        "households": city.n_households,
        "clans": int(np.unique(city.clan).size),
        "ties": city.neighbours.size // 2,
        "by_camp": {camp.name.lower(): int((city.camp == camp).sum()) for camp in Camp},
        "by_role": {role.name.lower(): int((city.role == role).sum()) for role in Role},
        "by_faction": {name: int((city.faction == k).sum()) for k, name in enumerate(city.faction_names)},
    }


def notes_on(model: TruceModel) -> list[str]:
    """What a user of own tables should know: what they lack, and what was put in its place.

    A line each; none for a generated city.
    """
    scenario = model.scenario
    config = scenario.city
    if config.residents is None:
        return []
    city = build_city(config)
    notes = [f"{city.n_residents:,} residents in {city.n_households:,} households from {config.residents}"]
    if city.neighbours.size == 0:
        lacking = "without city.ties" if config.ties is None else f"{config.ties} has no rows:"
        notes.append(f"{lacking} nobody has kin, and kinship does nothing: no restraint and no revenge")
    if not np.any(city.role != Role.CIVILIAN):
        counts = people_of(model)["by_role"]
        placed = ", ".join(f"{counts[role.name.lower()]:,} {role.name.lower()}s" for role in Role if role)
        notes.append(f"its people have no roles: {placed} are those of the scenario {scenario.name}")
    return notes
