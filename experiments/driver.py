"""Reruns the experiments and writes their READMEs and figures from the tables; no answer is typed by hand.

`python -m experiments.driver` does all at the size of their study files, `--full` at full size, and names of
folders do those alone.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from PIL import Image

HERE = Path(__file__).parent
STUDIES = Path("build/experiments")  # where the results go; not committed
MOST_BYTES = 120_000  # of a figure
COLOURS = 64  # enough for few colours with soft edges
DOTS_AN_INCH = (110, 90, 75, 60)  # the first that makes a figure small enough


@dataclass(frozen=True)
class Experiment:
    """A folder, its figure, the runs of a point at full size, and the point that is explained, if any."""

    name: str
    figure: str
    full_runs: int
    explained: int | None = None


EXPERIMENTS = (
    Experiment("baseline", "break_curve", 2000),
    Experiment("kidnappings", "comparison", 1000),
    Experiment("departures", "comparison", 1000),
    Experiment("siege", "harms", 1000),
    Experiment("kinship", "comparison", 1000),
    Experiment("newcomers", "heat_map", 1000),
    Experiment("measures", "harms", 1000),
    Experiment("portents", "comparison", 1000, explained=0),
)


def main(arguments: list[str] | None = None) -> int:
    """Run experiments; how long each took goes to the screen and into its README."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="folders to do [default: all]")
    parser.add_argument("--full", action="store_true", help="at full size; READMEs stay as they are")
    given = parser.parse_args(arguments)
    known = {each.name for each in EXPERIMENTS}
    if wrong := [name for name in given.names if name not in known]:
        print(f"no experiment is named {wrong[0]}; there are {', '.join(sorted(known))}", file=sys.stderr)
        return 2
    for each in EXPERIMENTS:
        if not given.names or each.name in given.names:
            perform(each, given.full)
    return 0


def perform(experiment: Experiment, full: bool) -> None:
    """Run one experiment anew and write its README and figure; a full one goes on where it stopped."""
    import sim

    folder = STUDIES / f"{experiment.name}{'_full' if full else ''}"
    if not full:
        shutil.rmtree(folder, ignore_errors=True)
    overrides = [f"runs={experiment.full_runs}"] if full else []
    start = time.monotonic()
    own = HERE / experiment.name / "configs"
    study = sim.sweep(
        overrides,
        study=HERE / experiment.name / "study.yaml",
        out=folder,
        config_dir=own if own.is_dir() else None,
        progress=True,
    )
    seconds = time.monotonic() - start
    print(f"{experiment.name}: {len(study.runs):,} histories in {seconds:.0f} s", flush=True)
    if not full:
        draw(experiment, study)
        text = readme(experiment, study, explanation(experiment, folder))
        (HERE / experiment.name / "README.md").write_text(text, encoding="utf-8")


def draw(experiment: Experiment, study: Any) -> None:
    """The figure, as small as it must be."""
    import sim
    from sim.report.files import save_figure

    figure = getattr(sim.figures, experiment.figure)(study)
    folder = HERE / experiment.name
    for dots in DOTS_AN_INCH:
        (path,) = save_figure(figure, folder, "figure", ("png",), dots)
        with Image.open(path) as picture:
            picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size < MOST_BYTES:
            return
    raise ValueError(f"{path}: is over {MOST_BYTES:,} bytes")


def explanation(experiment: Experiment, folder: Path) -> list[str]:
    """What the broken histories of the point that is explained hung on, as lines of the README."""
    if experiment.explained is None:
        return []
    import sim

    found = sim.explain(folder, point=experiment.explained, only=["kind"], workers=0)
    told = found.lines[1:]  # the question stands above
    command = f"python -m sim explain STUDY --point {experiment.explained} --only kind"
    return ["## Why they broke", "", *(f"- {line}" for line in told), "", "```sh", command, "```", ""]


def readme(experiment: Experiment, study: Any, explained: list[str] | None = None) -> str:
    """Question, answer, figure, what the broken histories hung on, command, sizes."""
    from sim.report.findings import endings, findings, headline
    from sim.report.limits import STATEMENT
    from sim.report.words import counted

    settings = yaml.safe_load((HERE / experiment.name / "study.yaml").read_text(encoding="utf-8"))
    points, n = study.points, len(study.runs)
    days = int(points["horizon_days"].iloc[0])
    found = findings(points, study.differences)
    path = f"experiments/{experiment.name}/study.yaml"
    configs = HERE / experiment.name / "configs"
    own = f" --config-dir experiments/{experiment.name}/configs" if configs.is_dir() else ""
    lines = [
        f"# {experiment.name.capitalize()}",
        "",
        "<!-- Written by experiments/driver.py from the study's tables; change study.yaml, not this. -->",
        "",
        "## Question",
        "",
        settings["question"],
        "",
        "## Answer",
        "",
        f"{headline(points)} In brackets: 95 % intervals.",
        "",
        *(f"- {each.label}: {each.often}{'; ' if each.against else ''}{each.against}." for each in found),
        "",
    ]
    if len(points) <= 12:
        rows = points.to_dict("records")
        lines += ["First endings, as shares of all histories:", ""]
        lines += [f"- {each.label}: {endings(row) or 'none'}." for each, row in zip(found, rows, strict=True)]
        lines.append("")
    lines += [
        f"![{settings['question']}](figure.png)",
        "",
        *(explained or ()),
        "## Command",
        "",
        "```sh",
        f"python -m sim sweep --study {path}{own}",
        "```",
        "",
        "## Size",
        "",
        f"Here: {counted(len(points), 'point')}, {n:,} histories of {days} days. "
        + full_size(experiment, study),
        "",
        f"*{STATEMENT}*",
    ]
    return "\n".join(lines) + "\n"


def full_size(experiment: Experiment, study: Any) -> str:
    """The full size, and its time from the seconds that a run of this study took on one core."""
    each = float(study.manifest["seconds_a_run"])
    n = len(study.points) * experiment.full_runs
    minutes = n * each / 60
    return (
        f"Full size: `runs={experiment.full_runs}`, {n:,} histories; a history took {each:.2f} s of one core "
        f"in this study, which makes about {max(1, round(minutes))} core minutes."
    )


if __name__ == "__main__":
    sys.exit(main())
