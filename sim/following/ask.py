"""What is to be followed, with what left open; and what Python users call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sim.compose import Composer, compose_scenario
from sim.disk.results import check_target
from sim.engines.config import Engine
from sim.engines.start import started
from sim.errors import InputError
from sim.following.folder import write_followed
from sim.following.followed import Followed, join_islands
from sim.following.island import Island
from sim.following.particles import PACES, draw_particles
from sim.following.record import Record
from sim.following.towns import record_of
from sim.following.truces import FOLDER, read_truce
from sim.study.draws import Uncertainty, draws_of, read_uncertainty
from sim.study.priors import takes_whole_numbers
from sim.towns.folder import MARK, catalogue_names, read_town
from sim.towns.settings import quoted

PARTICLES = 1000
OF_AN_ISLAND = 250  # particles, about
_KEY = "uncertainty="


def follow(
    what: str | Record,
    overrides: Sequence[str] = (),
    *,
    until: str | None = None,
    particles: int = PARTICLES,
    islands: int | None = None,
    seed: int = 0,
    weigh_marks: bool = True,
    workers: int = 1,
    data: str | Path = FOLDER,
    config_dir: str | Path | None = None,
    out: str | Path | None = None,
    force: bool = False,
) -> Followed:
    """Let particles of the model follow the record of a real truce.

    `what`: the id of a truce of `data` (a folder with truces.csv and events.csv), the folder or name of
    a town (with `town=` before it or not), whose scenario is then used, or a Record. `overrides`
    change the scenario, as for `run`; `uncertainty=NAME` among them draws what that file holds beside the
    paces of violence. `until`: the last date followed. `islands`: groups of particles, each resampled among
    itself, one for about 250 particles if not given; results depend on their number and not on `workers`
    (0: one a core). With `out` the results are written to that folder.

    Raises InputError, with one line for each thing that is wrong.
    """
    if particles < 2:
        raise InputError(f"particles: {particles}; a filter needs at least 2")
    n_islands = max(1, round(particles / OF_AN_ISLAND)) if islands is None else islands
    if not 1 <= n_islands <= particles // 2:
        raise InputError(f"islands: {n_islands}; from 1 to half the number of particles, {particles // 2}")
    if out is not None:
        check_target(Path(out), force)
    record, of_town = _record(what, Path(data))
    overrides = [*of_town, *overrides]
    if until is not None:
        record = cut(record, until)
    names, plain = _parted(overrides)
    scenario = compose_scenario(plain, config_dir)
    uncertainty, whole = open_parameters(names, plain, config_dir)
    draws = draw_particles(uncertainty, particles, seed, whole)
    work = [
        Island(k, record, scenario, draws[k::n_islands], seed * 1_000_003 + k, weigh_marks)
        for k in range(n_islands)
    ]
    engine = Engine(name="serial", workers=1) if workers == 1 else Engine(workers=workers)
    found = []
    with started(engine, len(work)) as runner:
        waiting = 0
        for island in work:
            while not runner.has_room():
                found.append(runner.wait())
                waiting -= 1
            runner.submit(island)
            waiting += 1
        found += [runner.wait() for _ in range(waiting)]
    followed = join_islands(scenario, record, found, list(draws[0].values))
    if out is not None:
        write_followed(followed, Path(out), force=force)
    return followed


def _record(what: str | Record, data: Path) -> tuple[Record, list[str]]:
    """The record, and the override that makes the scenario of its town, if it is a town's."""
    if isinstance(what, Record):
        return what, []
    name = what.removeprefix("town=")
    if what.startswith("town=") or (Path(name) / MARK).is_file() or name in catalogue_names():
        return record_of(read_town(name)), [f"town={quoted(name)}"]
    return read_truce(what, data), []


def cut(record: Record, until: str) -> Record:
    """The record up to a date. Raises InputError if it lies outside."""
    if not record.start:
        raise InputError("until: this record has no dates; give a record of fewer days")
    try:
        last = date.fromisoformat(until)
    except ValueError:
        raise InputError(f"until: {until!r} is no date; write it as 2016-02-27") from None
    days = (last - date.fromisoformat(record.start)).days + 1
    if not 1 <= days <= record.days:
        raise InputError(
            f"until: {until} is outside the record, which runs {record.days} days from {record.start}"
        )
    rows = tuple(row for row in record.rows if row.day <= days)
    return Record(record.name, days, record.classes, rows, record.start)


def open_parameters(
    names: Sequence[str], given: Sequence[str], config_dir: str | Path | None
) -> tuple[Uncertainty, frozenset[str]]:
    """What is drawn for each particle: the paces of violence, and what the named files hold; keys that take
    whole numbers. A key that is `given` is not drawn. Raises InputError.
    """
    fixed = {line.lstrip("+~").partition("=")[0] for line in given}
    priors: dict[str, Any] = {key: prior for key, prior in PACES.items() if key not in fixed}
    draws = draws_of(read_uncertainty(names, Composer(config_dir).folders), 0, fixed) if names else None
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


def _parted(overrides: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names of uncertainty files, and the other overrides."""
    named = [line.removeprefix(_KEY) for line in overrides if line.startswith(_KEY)]
    names = [name for line in named for name in line.strip("[]").split(",") if name]
    return names, [line for line in overrides if not line.startswith(_KEY)]
