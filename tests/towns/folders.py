"""Town folders that tests write."""

from __future__ import annotations

from pathlib import Path

TOWN = """\
title: Two Rivers
day_zero: 2004-05-01
days: 12
residents: 1500
quarters: 4
clans: 10
camps: {loyalist: 0.1, uncommitted: 0.3}
officers: 0
defectors: 0
factions:
- {name: river_guard, members: 12}
- {name: hill_men, members: 4, outsiders: true, rival: true}
army: {troops: 20, armour: 5}
settings:
  burn_in_days: 3
"""
EVENTS = """\
date,kind,deaths,soldiers,actor,quarter,source_id
2004-04-20,fatal,2,,,,a1
2004-05-04,fatal,3,1,army,,a2
2004-05-04,ambush,1,,river_guard,2,a3
2004-05-06,gathering,,,,,a4
2004-05-09,kidnapping,,,hill_men,,a5
"""
KINDS = "source,kind\nambush,checkpoint_attack\ngathering,ignore\n"


def write_town(
    folder: Path, town: str = TOWN, events: str | None = EVENTS, kinds: str | None = KINDS
) -> Path:
    """A town folder; a text of None leaves the file out."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "town.yaml").write_text(town, encoding="utf-8")
    for name, text in (("events.csv", events), ("kinds.csv", kinds)):
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
    return folder
