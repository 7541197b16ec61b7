"""What is to be followed, with which parameters left open; and what Python users call."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sim.compose import Composer, compose_scenario
from sim.config.document import placing
from sim.disk.results import check_target
from sim.engines.config import Engine
from sim.errors import InputError
from sim.explanation.spread import Execution, say_nothing
from sim.following.ahead import WEEK, Ahead, measure_names
from sim.following.folder import write_followed
from sim.following.followed import Followed, join_islands
from sim.following.island import Island
from sim.following.particles import PACES, draw_particles
from sim.following.prospects import prospects
from sim.following.record import Record
from sim.following.towns import record_of
from sim.following.truces import FOLDER, date_of, read_truce, truce_ids
from sim.following.work import done
from sim.study.draws import Uncertainty, draws_of, read_uncertainty
from sim.study.priors import takes_whole_numbers
from sim.study.progress import Standing
from sim.towns.folder import MARK, catalogue_names, read_town
from sim.towns.quote import quote

PARTICLES = 1000
OF_AN_ISLAND = 250  # particles, roughly
WEEKS_AHEAD = 13
HISTORIES, MEASURE_HISTORIES, EXPLAIN_HISTORIES = 200, 40, 40  # histories that go on, over all islands
EXPLAINED = 15  # recorded events that are removed, one at a time
DELAYS = (0, 30)  # days until a measure begins
EMBARGO_DAYS = (
    365  # a record that ends later than this is of a present town: nothing is shown of the days ahead
)
_KEY = "uncertainty="


def follow(
    what: str | Record,
    overrides: Sequence[str] = (),
    *,
    start: str | None = None,
    until: str | None = None,
    particles: int = PARTICLES,
    islands: int | None = None,
    seed: int = 0,
    weigh_marks: bool = True,
    ahead: int = WEEKS_AHEAD,
    histories: int = HISTORIES,
    measures: bool = True,
    explain: int = EXPLAINED,
    workers: int = 1,
    data: str | Path = FOLDER,
    config_dir: str | Path | None = None,
    out: str | Path | None = None,
    force: bool = False,
    tell: Callable[[Standing], None] = say_nothing,
) -> Followed:
    """Let particles of the model follow the record of a real truce, and go on from where it leaves them.

    Args:
        what: the id of a truce of `data`, the folder or name of a town (with `town=` before it or not),
            whose scenario is then used, or a Record.
        overrides: changes to the scenario, as for `run`; with `uncertainty=NAME` the parameters in that
            file are drawn too, beside the paces of violence.
        start: first date followed; the first of the record if not given.
        until: last date followed; the last of the record if not given.
        particles: histories that follow the record.
        islands: groups of particles, each resampled separately; about one per 250 particles if not given.
        seed: seed of all draws.
        weigh_marks: whether deaths, kinds and actors enter the weights, or only the counts of events.
        ahead: weeks for which histories go on after the last day; 0 to look back only.
        histories: number of histories that go on.
        measures: whether they go on under each protective measure too.
        explain: number of recorded events that are removed, one at a time.
        workers: worker processes, 0 for one per core. Results depend on the number of islands, not on this.
        data: a folder with truces.csv and events.csv.
        config_dir: a folder with scenarios and option files of your own.
        out: folder for the results; finished islands are kept beside it, and after a stop the same call
            continues.
        force: whether existing results are replaced.
        tell: is called with the progress.

    Returns:
        Evidence by day and week, the state today with bands, particles with weight and lineage, and the
        tables of what comes after.

    Raises:
        InputError: with one line for each thing that is wrong.
        Unfinished: if it stops and can be continued.
    """
    if particles < 2:
        raise InputError(f"particles: {particles}; a filter needs at least 2")
    n_islands = max(1, round(particles / OF_AN_ISLAND)) if islands is None else islands
    if not 1 <= n_islands <= particles // 2:
        raise InputError(f"islands: {n_islands}; from 1 to half the number of particles, {particles // 2}")
    if histories < 1 or explain < 0 or ahead < 0:
        raise InputError(
            f"ahead: {ahead} weeks of {histories} histories, {explain} events taken out; weeks and events are"
            " 0 or more, histories at least 1"
        )
    if out is not None:
        check_target(Path(out), force)
    record, of_town = find_record(what, Path(data))
    overrides = [*of_town, *overrides]
    uncut, record = record, cut(record, start, until)
    asked = _ahead(record, ahead, histories, measures, explain, n_islands) if ahead else None
    names, plain = part(overrides)
    scenario = compose_scenario(plain, config_dir)
    uncertainty, whole = open_parameters(names, plain, config_dir, scenario.town)
    draws = draw_particles(uncertainty, particles, seed, whole)
    work = [
        Island(k, record, scenario, draws[k::n_islands], seed * 1_000_003 + k, weigh_marks, asked, k)
        for k in range(n_islands)
    ]
    engine = Engine(name="serial", workers=1) if workers == 1 else Engine(workers=workers)
    beside = Path(out).absolute().parent if out is not None else None
    with done(work, Execution(engine, tell, beside)) as found:
        followed = join_islands(scenario, record, found, draws)
        followed.later = cut(uncut, start, None)
        followed.command = _command(
            what if isinstance(what, str) else record.name,
            [line for line in overrides if line not in of_town],
            {
                "from": (start, None),
                "until": (until, None),
                "particles": (particles, PARTICLES),
                "islands": (islands, None),
                "seed": (seed, 0),
                "ahead": (ahead, WEEKS_AHEAD),
                "histories": (histories, HISTORIES),
                "explain": (explain, EXPLAINED),
                "data": (str(data), str(FOLDER)),
                "config-dir": (config_dir, None),
            },
            [*([] if weigh_marks else ["--counts-only"]), *([] if measures else ["--no-measures"])],
        )
        if asked is not None:
            others = other_records(uncut, Path(data))
            followed.look_ahead(prospects(record, found, asked, others, seed))
        if out is not None:
            write_followed(followed, Path(out), force=force)
    return followed


def _command(
    what: str, overrides: Sequence[str], options: Mapping[str, tuple[Any, Any]], flags: Sequence[str]
) -> str:
    """The line that asks the same; `options`: name -> (value, default)."""
    given = [[f"--{name}", str(value)] for name, (value, default) in options.items() if value != default]
    return shlex.join(
        ["hudna", "follow", what, *overrides, *(word for pair in given for word in pair), *flags]
    )


def find_record(what: str | Record, data: Path) -> tuple[Record, list[str]]:
    """The record, and the override that makes the scenario of its town, if it is a town's.

    `what` and `data` as for `follow`. Raises InputError.
    """
    if isinstance(what, Record):
        return what, []
    name = what.removeprefix("town=")
    if what.startswith("town=") or (Path(name) / MARK).is_file() or name in catalogue_names():
        return record_of(read_town(name)), [f"town={quote(name)}"]
    return read_truce(what, data), []


def _ahead(record: Record, weeks: int, histories: int, measures: bool, explain: int, n_islands: int) -> Ahead:
    """What is to be simulated after the last day, divided among the islands. Raises InputError."""
    if record.start:
        age = (datetime.now(UTC).date() - date.fromisoformat(record.start)).days - record.days + 1
        if age < EMBARGO_DAYS:
            raise InputError(
                f"ahead: the record ends {max(age, 0)} days ago, and nothing is said of the days to come of a"
                f" town within {EMBARGO_DAYS} days of now (docs/ethics.md); follow it up to an earlier date"
                " (--until), or with --ahead 0"
            )
    ranked = sorted(
        range(len(record.rows)), key=lambda k: (-(record.rows[k].deaths or 0), -record.rows[k].day)
    )
    asked = Ahead(
        origins=(record.days,),
        weeks=weeks,
        members=_share(histories, n_islands),
        measures=tuple(measure_names()) if measures else (),
        delays=tuple(delay for delay in DELAYS if delay < weeks * WEEK),
        measure_members=_share(min(MEASURE_HISTORIES, histories), n_islands),
        explained=tuple(sorted(ranked[:explain])),
        explain_members=_share(min(EXPLAIN_HISTORIES, histories), n_islands),
    )
    asked.check(record)
    return asked


def _share(n: int, n_islands: int) -> int:
    return max(1, -(-n // n_islands))


def other_records(record: Record, data: Path) -> list[Record]:
    """Records of the other truces of a folder, for the baselines that learn from them.

    One that begins on the same day as this record is taken to be the same. One of the same place is left out
    too, unless it was over before this record begins: the baselines may not see days that are to be forecast.
    """
    found = [read_truce(each, data) for each in truce_ids(data)]
    return [each for each in found if each.start != record.start and not _is_its_future(each, record)]


def _is_its_future(other: Record, record: Record) -> bool:
    """Whether a truce of the data is of the place of a record, and not over before it begins."""
    place = other.name.rpartition(" ")[0].casefold()  # as `read_truce` names it: place and year
    if not record.start or place not in record.name.casefold():
        return False
    return (
        date.fromisoformat(other.start).toordinal() + other.days
        > date.fromisoformat(record.start).toordinal()
    )


def cut(record: Record, start: str | None, until: str | None) -> Record:
    """The record between two dates (2016-02-27, both included). Raises InputError if one lies outside."""
    if until is not None:
        record = record.until(_day_of(record, "until", until))
    if start is not None:
        record = _beginning(record, _day_of(record, "from", start))
    return record


def _day_of(record: Record, option: str, given: str) -> int:
    if not record.start:
        raise InputError(f"{option}: this record has no dates; give a record of fewer days")
    try:
        day = (date.fromisoformat(given) - date.fromisoformat(record.start)).days + 1
    except ValueError:
        raise InputError(f"{option}: {given!r} is not a date; write it as 2016-02-27") from None
    if not 1 <= day <= record.days:
        raise InputError(
            f"{option}: {given} is outside the record, which runs from {record.start} to "
            f"{date_of(record, record.days)}"
        )
    return day


def _beginning(record: Record, first: int) -> Record:
    """The record from a day on, which becomes its day 1."""
    later = tuple(replace(row, day=row.day - first + 1) for row in record.rows if row.day >= first)
    day = date.fromordinal(date.fromisoformat(record.start).toordinal() + first - 1)
    classes = tuple(
        replace(
            each, spans=tuple((max(1, a - first + 1), b - first + 1) for a, b in each.spans if b >= first)
        )
        for each in record.classes
    )
    return replace(
        record,
        days=record.days - first + 1,
        rows=later,
        classes=classes,
        start=day.isoformat(),
        stood=record.stood + first - 1,
        _by_day={},
    )


def open_parameters(
    names: Sequence[str], given: Sequence[str], config_dir: str | Path | None, town: str | None = None
) -> tuple[Uncertainty, frozenset[str]]:
    """What is drawn for each particle (the paces of violence, and what the named files hold), and the keys
    that take whole numbers. A key in `given` is not drawn; `town` is the town that "town" stands for. Raises
    InputError.
    """
    fixed = {line.lstrip("+~").partition("=")[0] for line in given}
    priors: dict[str, Any] = {key: prior for key, prior in PACES.items() if key not in fixed}
    named = read_uncertainty(names, Composer(config_dir).folders, town)
    with placing(named.values()):
        draws = draws_of({name: each.values for name, each in named.items()}, 0, fixed)
    keys: tuple[str, ...] = ()
    sample: tuple[tuple[float, ...], ...] = ()
    for name, part in (draws.parts if draws is not None else {}).items():
        priors |= part.priors
        if part.sample and sample:
            raise InputError(f"uncertainty={name}: a second sample; particles take rows of one sample")
        keys, sample = (part.keys, part.sample) if part.sample else (keys, sample)
    priors = {key: prior for key, prior in priors.items() if key not in keys}
    whole = frozenset(key for key in (*priors, *keys) if takes_whole_numbers(key, "uncertainty"))
    return Uncertainty(priors=priors, keys=keys, sample=sample), whole


def part(overrides: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names of uncertainty files, and the other overrides."""
    named = [line.removeprefix(_KEY) for line in overrides if line.startswith(_KEY)]
    names = [name for line in named for name in line.strip("[]").split(",") if name]
    return names, [line for line in overrides if not line.startswith(_KEY)]
