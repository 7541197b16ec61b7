"""Print and write how much of a truce's fate could be known: python -m experiments.ceiling [--full].

It does so many truths of each kind of town (half as many of al-Rastan), says now and then what they decide
so far, and writes README.md, ceiling.csv and figure.png beside this file (with --out elsewhere). Each truth
that is done is kept in build/ceiling, so that the same command goes on after a stop. `--full` is the size
that an answer on each kind of town by itself needs.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from experiments.ceiling.page import draw, readme
from experiments.ceiling.scored import findings, scored, summary
from experiments.ceiling.truths import CASES, Truth

HERE = Path(__file__).parent
KEPT = Path("build/ceiling")  # a file a truth: what was stopped goes on
EVERY = 10  # truths, after which it is said what they decide


def main() -> int:
    """Do it; the exit status is 130 if it was stopped."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="200 truths of each kind, 500 particles")
    parser.add_argument("--truths", type=int, default=60)
    parser.add_argument("--particles", type=int, default=40)
    parser.add_argument("--members", type=int, default=40)
    parser.add_argument("--origin", type=int, default=42, help="days of the record")
    parser.add_argument("--cases", default=",".join(case.name for case in CASES))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--stop", action="store_true", help="write the page of what is there, and do no more")
    parser.add_argument("--out", type=Path, default=HERE)
    args = parser.parse_args()
    if args.full:
        args.truths, args.particles, args.members = 200, 500, 200
    cases = [case for case in CASES if case.name in args.cases.split(",")]
    jobs = [
        Truth(case, k, args.origin, 13, args.particles, args.members)
        for k in range(args.truths)
        for case in cases
        if args.full or k < args.truths * case.share
    ]
    KEPT.mkdir(parents=True, exist_ok=True)
    left = [job for job in jobs if job.kept(KEPT) is None]
    print(f"{len(jobs) - len(left)} of {len(jobs)} are there", flush=True)
    if not args.stop:
        try:
            _do(left, jobs, args.workers)
        except KeyboardInterrupt:
            print("stopped; the same command goes on", file=sys.stderr)
            return 130
    found = _found(jobs)
    table = summary(scored(found))
    args.out.mkdir(parents=True, exist_ok=True)
    table.to_csv(args.out / "ceiling.csv", index=False)
    text = readme(table, found, cases, jobs[0])
    (args.out / "README.md").write_text(text, encoding="utf-8")
    draw(table, args.out)
    print(table.round(2).to_string(index=False))
    return 0


def _do(left: Sequence[Truth], jobs: Sequence[Truth], workers: int) -> None:
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        for n, _ in enumerate(pool.imap_unordered(partial(Truth.keep, folder=KEPT), left), start=1):
            print(f"{len(jobs) - len(left) + n} of {len(jobs)}", flush=True)
            if n % EVERY == 0:
                print("\n".join(findings(summary(scored(_found(jobs))))), flush=True)


def _found(jobs: Sequence[Truth]) -> list[dict[str, Any]]:
    """What is there, in an order that no stop changes."""
    there = [each for job in jobs if (each := job.kept(KEPT)) is not None]
    return sorted(there, key=lambda each: (each["case"], each["number"]))


if __name__ == "__main__":
    sys.exit(main())
