"""What sequential allocation would have saved on a finished study: python -m benchmarks.allocation FOLDER ...

The stored runs are replayed: the rule of `precision_of=difference` (sim/study/paired_queue.py) looks at the
first pairs, as it would have as they came. Beside it stand two ways to give all points equally many runs:
until every interval is narrow enough, and until the same rule would have stopped for every variant. The base
is point 0. Prints one line per folder and precision; with --variants N, medians over all choices of N.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.study.paired_queue import is_settled, next_step, paired_ends

Pairs = NDArray[np.int64]  # [runs, 2]: variant alone broke, base alone, counted up to and with each run


def pairs_of(folder: Path) -> list[Pairs]:
    """The discordant pairs of each variant with the base, added up run by run."""
    table = pd.read_parquet(folder / "runs.parquet", columns=["point", "run", "status", "broke"])
    if not (table["status"] == "ok").all():
        raise SystemExit(f"{folder}: holds runs that failed; replay a study without")
    wide = table.pivot(index="run", columns="point", values="broke")
    broke = wide.dropna().astype(bool).to_numpy()  # the runs that all points have
    base = broke[:, :1]
    up, down = broke[:, 1:] & ~base, base & ~broke[:, 1:]
    return [np.cumsum(np.column_stack(each), axis=0) for each in zip(up.T, down.T, strict=True)]


def is_narrow(up: int, down: int, n: int, precision: float) -> bool:
    """Whether the 95 % interval reaches at most `precision` to either side."""
    low, high = paired_ends(up, down, n)
    return (high - low) / 2 <= precision


def count_sequential(
    variants: Sequence[Pairs], precision: float, runs: int, batch: int, *, by_width: bool = False
) -> int | None:
    """Runs that the sequential rule takes of all points; None if the stored runs do not suffice.

    by_width: close a comparison for its width alone.
    """
    rule = is_narrow if by_width else is_settled
    longest = total = 0
    for pairs in variants:
        n = -(-runs // batch) * batch
        while n <= len(pairs):
            up, down = (int(x) for x in pairs[n - 1])
            if rule(up, down, n, precision):
                break
            n += next_step(up, down, n, precision, batch)
        else:
            return None
        total += n
        longest = max(longest, n)
    return total + longest


def count_equal(
    variants: Sequence[Pairs], precision: float, runs: int, batch: int, *, by_width: bool
) -> int | None:
    """Runs until a rule has held for every variant, where all points get a batch at a time."""
    rule = is_narrow if by_width else is_settled
    still_open = list(variants)
    for n in range(-(-runs // batch) * batch, len(variants[0]) + 1, batch):
        still_open = [
            pairs
            for pairs in still_open
            if not rule(int(pairs[n - 1, 0]), int(pairs[n - 1, 1]), n, precision)
        ]
        if not still_open:
            return n * (len(variants) + 1)
    return None


def replay(variants: Sequence[Pairs], precision: float, runs: int, batch: int) -> dict[str, int | None]:
    """Runs of each way to allocate them, by its name; None where the stored runs do not suffice."""
    return {
        "sequential": count_sequential(variants, precision, runs, batch),
        "sequential, by width": count_sequential(variants, precision, runs, batch, by_width=True),
        "equal, by width": count_equal(variants, precision, runs, batch, by_width=True),
        "equal, same rule": count_equal(variants, precision, runs, batch, by_width=False),
    }


def main() -> int:
    """Do it for each folder and precision."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--precision", nargs="+", type=float, default=[0.05, 0.04, 0.03])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=20)
    parser.add_argument("--variants", type=int, help="so many of the variants, in every choice")
    args = parser.parse_args()
    for folder in args.folders:
        variants = pairs_of(folder)
        if args.variants and args.variants > len(variants):
            raise SystemExit(f"--variants {args.variants}: {folder} has {len(variants)} beside the base")
        chosen = list(combinations(variants, args.variants)) if args.variants else [tuple(variants)]
        for precision in args.precision:
            found = [replay(each, precision, args.runs, args.batch) for each in chosen]
            print(f"{folder}, {100 * precision:g} points, {len(chosen)} choices: {words(found)}", flush=True)
    return 0


def words(found: Sequence[dict[str, int | None]]) -> str:
    """The medians in words, and sequential runs as shares of equal ones."""
    told = []
    for name in found[0]:
        counts = [each[name] for each in found]
        known = [count for count in counts if count is not None]
        told.append(
            f"{name} {statistics.median(known):,.0f}" if len(known) == len(counts) else f"{name} more"
        )
    for ours, theirs in (
        ("sequential", "equal, by width"),
        ("sequential", "equal, same rule"),
        ("sequential, by width", "equal, by width"),
    ):
        shares = [
            a / b for each in found if (a := each[ours]) is not None and (b := each[theirs]) is not None
        ]
        if len(shares) == len(found):
            told.append(f"{ours} / {theirs} {100 * statistics.median(shares):.0f} %")
    return "; ".join(told)


if __name__ == "__main__":
    sys.exit(main())
