"""Print and write how much of a truce's fate could be known: python -m experiments.ceiling [--full].

It does so many truths of each kind of town, writes README.md and figure.png beside this file (with --out
elsewhere), and says how long it took. `--full` is the size that an answer needs.
"""

from __future__ import annotations

import argparse
import multiprocessing
from functools import partial
from pathlib import Path

from experiments.ceiling.page import draw, readme
from experiments.ceiling.scored import scored, summary
from experiments.ceiling.truths import CASES, Truth

HERE = Path(__file__).parent
KEPT = Path("build/ceiling")  # a file a truth: what was stopped goes on


def main() -> None:
    """Do it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="200 truths of each kind, 500 particles")
    parser.add_argument("--truths", type=int, default=24)
    parser.add_argument("--particles", type=int, default=24)
    parser.add_argument("--members", type=int, default=16)
    parser.add_argument("--origin", type=int, default=56, help="days of the record")
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
    ]
    KEPT.mkdir(parents=True, exist_ok=True)
    found = [job.kept(KEPT) for job in jobs]
    left = [job for job, there in zip(jobs, found, strict=True) if there is None]
    print(f"{len(jobs) - len(left)} of {len(jobs)} are there", flush=True)
    if not args.stop:
        with multiprocessing.get_context("spawn").Pool(args.workers) as pool:
            for n, _ in enumerate(pool.imap_unordered(partial(Truth.keep, folder=KEPT), left), start=1):
                print(f"{len(jobs) - len(left) + n} of {len(jobs)}", flush=True)
    found = [there for job in jobs if (there := job.kept(KEPT)) is not None]
    found.sort(key=lambda each: (each["case"], each["number"]))
    table = summary(scored(found))
    args.out.mkdir(parents=True, exist_ok=True)
    table.to_csv(args.out / "ceiling.csv", index=False)
    text = readme(table, found, cases, jobs[0])
    (args.out / "README.md").write_text(text, encoding="utf-8")
    draw(table, cases, args.out)
    print(table.round(2).to_string(index=False))


if __name__ == "__main__":
    main()
