"""Compare tables that one Hudna made on several Pythons, integers to the last: compare_tables.py FOLDER..."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

TABLES = (("", "daily"), ("", "events"), ("-study", "runs"))
TOLERANCE = 1e-9  # of other numbers, which go through exp and log of different libraries
OWN = {"seconds"}  # columns that differ from run to run


def main(folders: list[str]) -> None:
    """Leave with 1, naming the first column that differs."""
    first, worst = folders[0], 0.0
    for suffix, name in TABLES:
        ours = pd.read_parquet(Path(first + suffix) / f"{name}.parquet")
        for folder in folders[1:]:
            theirs = pd.read_parquet(Path(folder + suffix) / f"{name}.parquet")
            if list(ours) != list(theirs) or len(ours) != len(theirs):
                sys.exit(f"{name}: {folder} has other columns or rows than {first}")
            for column in ours.columns.difference(OWN, sort=False):
                a, b = ours[column], theirs[column]
                if pd.api.types.is_float_dtype(a):
                    apart = np.nan_to_num(np.abs(a - b).to_numpy(), nan=0.0).max(initial=0.0)
                    worst = max(worst, float(apart))
                    same = bool((a.isna() == b.isna()).all()) and apart <= TOLERANCE
                else:
                    same = a.astype(str).equals(b.astype(str))
                if not same:
                    sys.exit(f"{name}.{column}: {folder} differs from {first}")
    print(f"-- the same integers on {len(folders)} Pythons; other numbers differ by {worst:g} at most")


if __name__ == "__main__":
    main(sys.argv[1:])
