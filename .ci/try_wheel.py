"""Try the commands of an installed Hudna, with results in FOLDER and FOLDER-study: try_wheel.py FOLDER."""

from __future__ import annotations

import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

HUDNA = str(Path(sys.executable).with_name("hudna"))
TRIED = (
    ["run", "scenario=small_town", "days=60", "seed=4", "--out", "OUT"],
    [
        "sweep",
        "scenario=small_town",
        "days=20",
        "events.kidnapping.base=0.01,0.2",
        "runs=3",
        "--out",
        "OUT-study",
    ],
    ["plot", "OUT", "--format", "svg"],
    ["plot", "OUT-study", "--format", "svg"],
    ["report", "OUT"],
    ["report", "OUT-study"],
    ["verify"],
)


def main(out: str) -> None:
    """Run each command, and say how long it took; the first that fails ends it."""
    import sim

    assert Path(sim.__file__).is_relative_to(sys.prefix), f"{sim.__file__} is not the wheel's"
    for command in TRIED:
        start = time.monotonic()
        filled = [word.replace("OUT", out) for word in command]
        done = subprocess.run([HUDNA, *filled], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"hudna {' '.join(filled)} left with {done.returncode}:\n{done.stdout}{done.stderr}")
        print(f"   hudna {command[0]}: {time.monotonic() - start:.0f} s")
    print("   with " + ", ".join(f"{name} {version(name)}" for name in ("mesa", "numpy", "numba", "pandas")))


if __name__ == "__main__":
    main(sys.argv[1])
