"""`hudna town new`: a commented town folder that runs at once, new or like another town."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from sim.disk.results import write_file
from sim.errors import InputError
from sim.scenario import Scenario
from sim.towns.folder import EVENTS, KINDS_FILE, MARK, SOURCES, find_town

AL_RASTAN = "al_rastan"

_TOWN = """\
# A town of your own. `hudna town check` says what is wrong, and what is assumed.
# What is left out is as in al-Rastan; numbers of people are scaled to the town's size.

title: {title}
day_zero: {day_zero}  # date of day 0, on which the truce already holds; day 1 is the day after
days: {days}             # simulated after day 0

residents: {residents}       # or a table residents.csv in this folder, one row per person
quarters: {quarters}
clans: {clans}
camps:                # shares; the rest is opposition
  loyalist: {loyalist:g}
  uncommitted: {uncommitted:g}
officers: {officers}           # army officers who come from the town
defectors: {defectors}          # officers who went over to the groups of the town

# All armed groups: this list replaces those of al-Rastan.
# outsiders: came from elsewhere; rival: no friend of the others; arms, command, morale: 0 to 1
factions:
{factions}
army:                 # the army near the town
  troops: {troops}
  armour: {armour}
  hostility: {hostility:g}

elders:
  standing: {standing:g}       # how much both sides heed them, 0 to 1

truce:                # what is documented
  # start: 2012-06-01
  # end: 2012-09-30
  # grade: A          # A: both documented, B: one recalled, C: both recalled

record:               # what events.csv covers [default: from its first to its last event]
  # first: 2012-03-01
  # last: 2012-12-31
  # attribution: Uppsala Conflict Data Program, Georeferenced Event Dataset (CC BY 4.0)

# Any other value of a scenario (`hudna show parameters`), nested:
settings: {{}}
#  events: {{kidnapping: {{base: 0.09}}}}

sources:              # where a value comes from, or "assumed"
{sources}"""

_EVENTS = """\
date,kind,deaths,soldiers,actor,quarter,source_id
{rows}"""

_KINDS = """\
source,kind
armed clash,clash
abduction,kidnapping
protest,ignore
"""

_SOURCES = """\
# Sources of {title}

Say here where each number comes from. Name places by their town, never by coordinates,
and no living private person.

- Residents: ...
- Camps: assumed.
- Armed groups: ...
- Events: ...
"""


def write_new(folder: Path, like: str | None = None) -> None:
    """Write a new town folder: an example, or one like another town (its folder, or a shipped one's name).

    Raises InputError if something exists already, or if there is no such town.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: exists already; name a new folder")
    texts = _template(folder.name) if like in (None, AL_RASTAN) else _copy(str(like))
    if like == AL_RASTAN:
        texts[MARK] = _of_al_rastan("al-Rastan, Syria, 2012")
        texts[EVENTS] = _EVENTS.format(rows="")
        texts[SOURCES] = _SOURCES.format(title="al-Rastan").replace(
            "Residents: ...", "Residents: 65,000 [15]."
        )
    for name, text in texts.items():
        write_file(folder / name, False, partial(Path.write_text, data=text, encoding="utf-8"))
    if like not in (None, AL_RASTAN):
        for path in sorted(find_town(str(like)).glob("*.parquet")):  # residents, ties
            write_file(folder / path.name, False, partial(Path.write_bytes, data=path.read_bytes()))


def _template(name: str) -> dict[str, str]:
    title = name.replace("_", " ").capitalize() or "My town"
    return {
        MARK: _TOWN.format(
            title=_quote(title), day_zero="2012-06-01", days=180, residents=5000, quarters=6, clans=20,
            loyalist=0.15, uncommitted=0.35, officers=0, defectors=0, troops=70, armour=19, hostility=0.2,
            standing=Scenario().elders.standing,
            factions="- {name: local_brigade, members: 50, arms: 0.5}\n"
            "- {name: from_outside, members: 10, arms: 0.8, outsiders: true, rival: true}\n",
            sources="  residents: assumed\n  camps: assumed\n  factions: assumed\n  army.troops: assumed\n",
        ),
        EVENTS: _EVENTS.format(rows="2012-05-20,fatal,3,,,,\n2012-06-09,fatal,1,,,,\n"
                               "2012-07-02,armed clash,2,,,,\n"
                               "2012-07-02,abduction,,,,,\n2012-08-15,fatal,2,1,army,,\n"),
        KINDS_FILE: _KINDS,
        SOURCES: _SOURCES.format(title=title),
    }  # fmt: skip


def _of_al_rastan(title: str) -> str:
    usual = Scenario()
    groups = "".join(
        f"- {{name: {name}, members: {each.members}, arms: {each.arms:g}"
        f"{', outsiders: true' if each.outsiders else ''}{', rival: true' if each.rival else ''}}}\n"
        for name, each in usual.factions.items()
    )
    city = usual.city
    return _TOWN.format(
        title=_quote(title), day_zero="2012-06-01", days=usual.days, residents=city.n_residents,
        quarters=city.n_quarters, clans=city.kinship.n_clans, loyalist=city.camps.loyalist,
        uncommitted=city.camps.uncommitted, officers=city.n_officers, defectors=city.n_defectors,
        troops=usual.army.troops, armour=usual.army.armour, hostility=usual.army.hostility,
        standing=usual.elders.standing, factions=groups,
        sources='  residents: "[15]"\n  officers: "[16]"\n  defectors: "[17]"\n  camps: assumed\n'
        '  factions: assumed\n  army.troops: press and UN reports 2011\n  day_zero: assumed\n',
    )  # fmt: skip


def _copy(like: str) -> dict[str, str]:
    folder = find_town(like)
    names = [path.name for path in sorted(folder.iterdir()) if path.suffix in (".yaml", ".csv", ".md")]
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in names}
    lines = texts[MARK].splitlines(keepends=True)
    texts[MARK] = "".join(line for line in lines if not line.startswith("name:"))  # that of the new folder
    return texts


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
