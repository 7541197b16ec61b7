"""Reruns the experiments and writes their READMEs and figures from the tables; no answer is typed by hand.

`python -m experiments.driver` does all at the size of their study files, and names of folders do those alone.
What was stopped goes on, and what is finished is kept: `--anew` runs it from the start, as is right once the
model has changed. `--full` does them at full size and `--trial` with a few runs a point; then all goes to
build/experiments.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from experiments import tipping
from sim.errors import InputError, Unfinished

HERE = Path(__file__).parent
STUDIES = Path("build/experiments")  # where the results go; not committed
TRIAL = ("trial", ["runs=4"])
MOST_BYTES = 120_000  # of a figure
DOTS_AN_INCH = (110, 90, 75, 60)  # the first that makes a figure small enough


@dataclass(frozen=True)
class Experiment:
    """A folder, its figure, its full size, and the point that is explained, if any."""

    name: str
    figure: str
    full_runs: int  # of a point
    full_samples: int | None = None  # where the design has them
    explained: int | None = None

    @property
    def full(self) -> list[str]:
        """What makes its study one of full size."""
        samples = [] if self.full_samples is None else [f"samples={self.full_samples}"]
        return [f"runs={self.full_runs}", *samples]


EXPERIMENTS = (
    Experiment("baseline", "break_curve", 2000),
    Experiment("kidnappings", "comparison", 1000),
    Experiment("departures", "comparison", 1000),
    Experiment("siege", "harms", 1000),
    Experiment("kinship", "comparison", 1000),
    Experiment("newcomers", "heat_map", 1000),
    Experiment("measures", "harms", 1000),
    Experiment("measures_alone", "harms", 2000),
    Experiment("mechanisms", "comparison", 1000),
    Experiment("split", "comparison", 2000),
    Experiment("cities", "comparison", 1000),
    Experiment("resilience", "tipping", 1000),
    Experiment("portents", "comparison", 1000, explained=0),
    Experiment("sensitivity", "morris", 40, full_samples=50),
)


def main(arguments: list[str] | None = None) -> int:
    """Run experiments; how long each took goes to the screen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="folders to do [default: all]")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--full", action="store_true", help="at full size, into build/experiments")
    size.add_argument("--trial", action="store_true", help="a few runs a point, into build/experiments")
    parser.add_argument("--anew", action="store_true", help="run finished ones again")
    given = parser.parse_args(arguments)
    known = {each.name for each in EXPERIMENTS}
    if wrong := [name for name in given.names if name not in known]:
        print(f"no experiment is named {wrong[0]}; there are {', '.join(sorted(known))}", file=sys.stderr)
        return 2
    for each in EXPERIMENTS:
        if not given.names or each.name in given.names:
            try:
                size_asked = ("full", each.full) if given.full else TRIAL if given.trial else None
                perform(each, size_asked, anew=given.anew)
            except (InputError, Unfinished) as error:
                print(f"{each.name}: {error}", file=sys.stderr)
                return 2
    return 0


def perform(experiment: Experiment, size: tuple[str, list[str]] | None = None, *, anew: bool = False) -> None:
    """Run one experiment and write its README and figure beside its study file.

    At another size, a name and overrides, all of it goes to a folder of the studies. `anew`: from the start,
    whatever an earlier run has left there.
    """
    import sim
    from experiments.page import readme

    name, overrides = size or ("", [])
    home, folder = HERE / experiment.name, STUDIES / f"{experiment.name}{name and f'_{name}'}"
    if anew:
        for old in (folder, beside(folder)):
            shutil.rmtree(old, ignore_errors=True)
    own = home / "configs"
    start = time.monotonic()
    study = sim.sweep(
        overrides,
        study=home / "study.yaml",
        out=folder,
        config_dir=own if own.is_dir() else None,
        progress=True,
    )
    why = explained(experiment, folder)
    warned = long_ones(home, folder, overrides, own)
    seconds = time.monotonic() - start
    print(f"{experiment.name}: {len(study.runs):,} histories in {seconds:.0f} s", flush=True)
    target = folder if size else home
    draw(experiment, study, target)
    text = readme(home, study, experiment.full, why, warned)
    (target / "README.md").write_text(text, encoding="utf-8")


def long_ones(home: Path, folder: Path, overrides: list[str], own: Path) -> Any:
    """The study of long histories with their days that an experiment may have beside its own; else None."""
    if not (home / "long.yaml").is_file():
        return None
    import sim

    return sim.sweep(overrides, study=home / "long.yaml", out=beside(folder), config_dir=own, progress=True)


def beside(folder: Path) -> Path:
    """Where the long histories of a study go."""
    return folder.with_name(f"{folder.name}_long")


def explained(experiment: Experiment, folder: Path) -> list[str]:
    """What the broken histories of the point that is explained hung on, as lines of the README."""
    if experiment.explained is None:
        return []
    import sim

    found = sim.explain(folder, point=experiment.explained, only=["kind"], workers=0)
    command = f"hudna explain STUDY --point {experiment.explained} --only kind"
    told = [f"- {line.removeprefix(f'{folder}: ')}" for line in found.lines[1:]]  # question and folder apart
    return ["## Why they broke", "", *told, "", "```sh", command, "```", ""]


def draw(experiment: Experiment, study: Any, folder: Path) -> None:
    """The figure, as PNG, as small as it must be."""
    from experiments.page import ordered
    from sim.report.figures.registry import BY_NAME
    from sim.report.files import save_figure

    if experiment.figure == "tipping":
        figure = tipping.draw(study.points, study.runs)
    else:
        figure = BY_NAME[experiment.figure].draw({**vars(study), "points": ordered(study.points)})
    for dots in DOTS_AN_INCH:
        (path,) = save_figure(figure, folder, "figure", ("png",), dots)
        with Image.open(path) as picture:
            picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size < MOST_BYTES:
            return
    raise ValueError(f"{path}: is over {MOST_BYTES:,} bytes")


if __name__ == "__main__":
    sys.exit(main())
