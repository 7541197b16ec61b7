"""What a result says of the town that it was made from, and what commands print of it."""

from __future__ import annotations

from typing import Any

from sim.errors import InputError
from sim.towns.folder import Town, read_town
from sim.towns.settings import derive


def town_facts(what: str) -> dict[str, Any]:
    """Name, dates, truce, attribution and assumptions of a town, for run.json; of a missing town its name.

    `what`: a town folder, or the name of a shipped town.
    """
    try:
        town = read_town(what)
        derived = derive(town)
    except InputError:
        return {"folder": what}
    form = town.form
    return {
        "name": town.name,
        "title": town.title,
        "folder": town.name_in_results,
        "day_zero": form.day_zero,
        "truce": form.truce.model_dump(mode="json"),
        "recorded_events": len(town.events),
        "attribution": form.record.attribution,
        "sources": dict(form.sources),
        "assumed": list(derived.assumed),
    }


def assumption_lines(town: Town) -> list[str]:
    """The lines that a command prints of a town before it begins."""
    derived = derive(town)
    head = f"{town.title}: {len(derived.assumed)} things are assumed (also listed in the results):"
    lines = [head, *(f"  {line}" for line in derived.assumed)]
    if town.form.record.attribution:
        lines.append(f"  events: {town.form.record.attribution}")
    return lines
