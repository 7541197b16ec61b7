"""`hudna town targets`: figures of a record, measured as in histories, written as a calibration file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.disk.files import write_whole
from sim.errors import InputError
from sim.patterns.figures import ONCE
from sim.patterns.record import measure_record
from sim.stats.hawkes import fit
from sim.towns.dates import date_of, day_of, read_date
from sim.towns.folder import Town, read_town

FILE = "calibration.yaml"
BEFORE_DAYS = 182  # 26 weeks before the truce
FEWEST_WEEKS = 4
FEWEST_EVENTS = 20  # fatal events from which a branching ratio is fitted

PRIORS = """\
  pace.factions: {distribution: log_uniform, low: 0.03, high: 3}
  pace.army: {distribution: log_uniform, low: 0.03, high: 3}
  grievances.memory_days: {low: 10, high: 60}
  events.checkpoint_attack.answers.shelling: {low: 0.2, high: 1.2}
  elders.settled_per_day: {distribution: log_uniform, low: 0.2, high: 1}
"""


@dataclass(frozen=True)
class Targets:
    """Figures of a window, and why others are not available.

    `figures`: value by name, those of `measure_record`, nan where there is none.
    """

    town: Town
    first: date
    weeks: int
    figures: dict[str, float]
    beside: tuple[str, ...]  # measured, but no target for histories
    cannot: tuple[str, ...]

    @property
    def asked(self) -> dict[str, float]:
        """The figures that can be targets of a calibration."""
        return {name: value for name, value in self.figures.items() if np.isfinite(value)}

    def lines(self) -> list[str]:
        """All of it in words."""
        last = self.first + timedelta(7 * self.weeks - 1)
        found = [f"{self.town.title}: {self.weeks} weeks from {self.first} to {last}"]
        found += [f"  {ONCE[name].what}: {value:.3g}" for name, value in self.asked.items()]
        found += [f"  {line}" for line in self.beside]
        if self.cannot:
            found += ["The record cannot say:", *(f"  {line}" for line in self.cannot)]
        if self.town.form.record.attribution:
            found.append(f"Events: {self.town.form.record.attribution}")
        return found

    def calibration(self) -> str:
        """A calibration file for the town's folder."""
        asked = "".join(f"  {name}: {{observed: {value:.6g}}}\n" for name, value in self.asked.items())
        return (
            f"# Written by `hudna town targets`: {self.weeks} weeks from {self.first}.\n"
            f"# hudna calibrate {FILE} --out DIR; it writes uncertainty.yaml here, for uncertainty=town.\n"
            f"question: Which paces and answers agree with the record?\n"
            f"base: [town=., days={7 * self.weeks}]\n"
            f"priors:\n{PRIORS}targets:\n{asked}"
            "trajectories: 2\nwaves: 1\npoints: 48\nruns: 8\nchecked: 8\ncentral: 8\ntimes: 2\ntruths: 0\n"
            "candidates: 20000\n"
        )


def measure_town(what: str, first: str | None = None, last: str | None = None) -> Targets:
    """The targets of a window of whole weeks of a town's record; `what` as for `check_town`.

    `first` and `last`: dates; by default day 1, and the end of the truce or of the record, whichever comes
    first. Raises InputError for a town without a day zero or a fatal event, and for a window of under four
    weeks.
    """
    town = read_town(what)
    form, zero = town.form, town.form.day_zero
    if zero is None:
        raise InputError(f"{town.folder}: has no day_zero, so its events have no days; give it in town.yaml")
    fatal = [each for each in town.events if each.is_fatal]
    if not fatal:
        raise InputError(
            f"{town.folder}: its record has no event with a death, so there is nothing to measure"
        )
    ends = [end for end in (form.truce.end, form.record.last) if end is not None] or [town.events[-1].date]
    start = read_date(first, "--from") if first else date.fromisoformat(date_of(1, zero))
    stop = read_date(last, "--to") if last else date.fromisoformat(min(ends))
    weeks = ((stop - start).days + 1) // 7
    if weeks < FEWEST_WEEKS:
        raise InputError(
            f"{start} to {stop}: {max(0, weeks)} whole weeks; targets need at least {FEWEST_WEEKS}, "
            "see --from and --to"
        )
    events, deaths = _by_day(town, start, 7 * weeks)
    cannot: list[str] = []
    figures = measure_record(events, deaths)
    if events.sum() < FEWEST_EVENTS:  # histories that quiet often have too few events to give it
        del figures["record_dispersion"]
        cannot.append(
            f"variance-to-mean ratio of weekly events: {events.sum()} fatal events; from {FEWEST_EVENTS} on"
        )
    beside = [*_branching(events, cannot), *_before(town, start, events, cannot)]
    cannot += ["captivities, answers, departures, passage: event data do not show them"]
    return Targets(town, start, weeks, figures, tuple(beside), tuple(cannot))


def _by_day(town: Town, start: date, days: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    events, deaths = np.zeros(days, np.int64), np.zeros(days)
    for each in town.events:
        day = day_of(each.date, start.isoformat())
        if each.is_fatal and 0 <= day < days:
            events[day] += 1
            deaths[day] += each.deaths or 1
    return events, deaths


def _branching(events: NDArray[np.int64], cannot: list[str]) -> list[str]:
    n = int(events.sum())
    if n < FEWEST_EVENTS:
        cannot.append(f"branching ratio and memory: {n} fatal events; from {FEWEST_EVENTS} on")
        return []
    found = fit(events[None, :], np.ones((1, events.size), bool))
    return [
        f"branching ratio of fatal events: {found.branching:.2f}, memory {found.memory_days:.0f} days "
        "(one series; not a target)"
    ]


def _before(town: Town, start: date, events: NDArray[np.int64], cannot: list[str]) -> list[str]:
    first = town.form.record.first or town.events[0].date
    days = min(BEFORE_DAYS, (start - date.fromisoformat(first)).days)
    if days < 7 * FEWEST_WEEKS:
        cannot.append("ratio to the weeks before: the record covers too little of them")
        return []
    before, _ = _by_day(town, start - timedelta(days), days)
    if not before.any():
        cannot.append("ratio to the weeks before: they had no fatal event")
        return []
    ratio = events.mean() / before.mean()
    return [f"fatal events per week relative to the {days // 7} weeks before: {ratio:.2f} (not a target)"]


def write_targets(found: Targets, out: Path | None, *, force: bool = False) -> Path:
    """Write the calibration file to the town's folder, or to `out`; return its path.

    Raises InputError if one exists and not `force`, and for a shipped town without `out`.
    """
    folder = out if out is not None else found.town.folder
    if out is None and found.town.is_shipped:
        raise InputError(f"{found.town.name}: a shipped town; copy it first: hudna town new DIR --like NAME")
    path, text = folder / FILE, found.calibration()
    if path.exists() and not force:
        raise InputError(f"{path}: exists already; add --force to replace it")
    if folder.resolve() != found.town.folder.resolve():
        text = text.replace("town=.,", f"town={found.town.name_in_results},")
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(path, text.encode())
    return path
