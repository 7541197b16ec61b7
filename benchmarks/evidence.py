"""Print the log evidence of recorded truces for the model, beside gamma-Poisson and Hawkes: the yardstick.

    python -m benchmarks.evidence --particles 200
    python -m benchmarks.evidence --set kinship.restraint=0 --truces SYR-13,BIH-03 --repeats 3
    python -m benchmarks.evidence --without answers --without feelings

`--set` changes the model of all runs; each `--without` adds the model with one mechanism switched off
(answers, elders, feelings, restraint, revenge, hostility). Paces of violence are learned from broad priors.
With `--repeats` the scatter of a run is shown: differences within it mean nothing.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from sim.compose import compose_scenario
from sim.errors import InputError
from sim.following.evidence import Evidence, Job, baselines_of, evidence_of, pool
from sim.following.knockouts import KNOCKOUTS, knock_out
from sim.following.record import Record
from sim.following.truces import FOLDER, YARDSTICK, YARDSTICK_DAYS, read_truce

COLUMN = 20


def jobs_of(args: argparse.Namespace) -> tuple[list[Record], list[str], list[Job]]:
    """Records, names of variants, and all filter runs, of one truce after the other."""
    truces = args.truces.split(",") if args.truces else list(YARDSTICK)
    records = [read_truce(truce, args.data, args.days) for truce in truces]
    scenario = compose_scenario([f"scenario={args.scenario}", *args.set])
    variants = {"model": scenario}
    variants |= {f"without {name}": knock_out(scenario, name) for name in args.without}
    jobs = [
        Job(
            record,
            variant,
            args.particles,
            args.seed + k,
            weigh_marks=args.marks,
            pilot=args.pilot,
            variant=name,
        )
        for record in sorted(records, key=lambda record: -record.days)  # long ones first, for an even finish
        for name, variant in variants.items()
        for k in range(args.repeats)
    ]
    return records, list(variants), jobs


def evidences(jobs: Sequence[Job], workers: int) -> Iterable[Evidence]:
    """All runs, as they are done."""
    if workers == 1:
        yield from map(evidence_of, jobs)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap_unordered(evidence_of, jobs)


def note(found: Evidence) -> str:
    """One line on a run that is done."""
    paces = ", ".join(f"{key} {value:.2g}" for key, value in found.medians.items())
    return (
        f"{found.record}, {found.variant}, seed {found.seed}: log evidence {found.log_evidence:.2f}"
        f" (marks {found.log_marks:.2f}), effective at least {found.least_effective:.0f},"
        f" {found.n_draws} draws left; {paces}; {found.n_unmet} tolls unmet, {found.n_lapsed} lapsed;"
        f" {found.seconds:.0f} s"
    )


def table(records: Sequence[Record], variants: Sequence[str], found: Sequence[Evidence]) -> Iterable[str]:
    """The lines of the table, and the sums."""
    names = [*variants, *baselines_of(records[0])]
    yield f"{'truce':<28}{'days':>6}{'events':>8}" + "".join(f"{name:>{COLUMN}}" for name in names)
    sums, variances = dict.fromkeys(names, 0.0), dict.fromkeys(variants, 0.0)
    for record in records:
        cells = ""
        for name in variants:
            runs = [e.log_evidence for e in found if e.record == record.name and e.variant == name]
            mean, spread = pool(runs)
            sums[name] += mean
            variances[name] += spread**2 / len(runs)
            cells += f"{cell(mean, spread / math.sqrt(len(runs))):>{COLUMN}}"
        for name, value in baselines_of(record).items():
            sums[name] += value
            cells += f"{value:>{COLUMN}.1f}"
        yield f"{record.name[:27]:<28}{record.days:>6}{len(record.rows):>8}{cells}"
    n = sum(len(record.rows) for record in records)
    cells = "".join(f"{cell(sums[x], math.sqrt(variances.get(x, 0.0))):>{COLUMN}}" for x in names)
    yield f"{'sum':<28}{sum(r.days for r in records):>6}{n:>8}{cells}"
    bits = [(sums[x] - sums["Hawkes"]) / math.log(2) / n for x in names]
    yield f"{'bits an event over Hawkes':<42}" + "".join(f"{x:>{COLUMN}.3f}" for x in bits)


def cell(value: float, error: float) -> str:
    """A value with its standard error, where it has one."""
    return f"{value:.1f}" + (f" +-{error:.1f}" if error > 0 else "")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--particles", type=int, default=200)
    parser.add_argument("--truces", help="ids, with commas; the nine of the yardstick if left out")
    parser.add_argument("--days", type=int, default=YARDSTICK_DAYS, help="at most so many days of each")
    parser.add_argument("--scenario", default="al_rastan")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--without", action="append", default=[], choices=list(KNOCKOUTS))
    parser.add_argument("--repeats", type=int, default=1, help="runs of each with seeds of their own")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--marks", action="store_true", help="deaths move the weights, too")
    parser.add_argument("--pilot", type=int, default=0, help="particles of a pilot run; 0: none")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--data", type=Path, default=FOLDER, help="folder with truces.csv and events.csv")
    args = parser.parse_args(arguments)
    try:
        records, variants, jobs = jobs_of(args)
        found = []
        for each in evidences(jobs, args.workers):
            found.append(each)
            print(note(each), file=sys.stderr, flush=True)
    except InputError as error:
        print(f"evidence: {error}", file=sys.stderr)
        raise SystemExit(2) from None
    print("\n".join(table(records, variants, found)))


if __name__ == "__main__":
    main()
