"""The files that a calibration leaves in its folder."""

from __future__ import annotations

from pathlib import Path

import yaml

from sim.calibrate.calibrate import Calibration
from sim.calibrate.figure import posterior_figure, targets_figure
from sim.calibrate.problem import base_values
from sim.calibrate.words import lines_of
from sim.disk.files import write_whole
from sim.patterns.record import NAMES as RECORD
from sim.report.files import save_figure
from sim.towns.folder import CATALOGUE, UNCERTAINTY, find_town, read_town

DIGITS = 4
TABLES = (
    "screening", "waves", "parameters", "pairs", "proof", "check", "central", "shipped", "laws", "evidence",
)  # fmt: skip


def write_calibration(found: Calibration, folder: Path) -> list[str]:
    """Write tables, figures, words, and the sample as a file for configs/uncertainty/. Returns the words.

    The sample also goes into the folder of the town, if it is a user's own; see `write_for_town`.
    """
    for name in TABLES:
        table = getattr(found, name)
        if table is None:
            continue
        write_whole(folder / f"{name}.csv", table.to_csv(index=name == "screening").encode())
    write_whole(folder / "posterior.yaml", uncertainty_text(found).encode())
    lines = lines_of(found)
    lines += write_for_town(found)
    whose = attribution_of(found)
    if whose:
        lines.append(f"Recorded events: {whose}")
    write_whole(folder / "calibration.txt", ("\n".join(lines) + "\n").encode())
    save_figure(posterior_figure(found), folder, "posterior")
    if found.problem.all_targets:
        save_figure(targets_figure(found, whose), folder, "targets")
    return lines


def uncertainty_text(found: Calibration) -> str:
    """The posterior sample as configs/uncertainty/posterior.yaml: keys, and rows of values."""
    rows = [[float(f"{value:.{DIGITS}g}") for value in row] for row in found.sample.to_numpy().tolist()]
    head = yaml.safe_dump(
        {
            "says": f"a sample of {len(rows)} from the posterior of the calibration (docs/calibration.md)",
            "keys": list(found.sample.columns),
        },
        sort_keys=False,
        width=110,
    )
    body = "".join(f"- [{', '.join(f'{value!r}' for value in row)}]\n" for row in rows)
    return f"# Written by `hudna calibrate`.\n{head}sample:\n{body}"


def attribution_of(found: Calibration) -> str:
    """Whom to name for the recorded events behind the targets; "" if there are none."""
    if found.record is not None:
        return found.record.attribution
    town = base_values(found.problem).get("town")
    if not isinstance(town, str) or not set(RECORD) & set(found.problem.all_targets):
        return ""
    return read_town(town).form.record.attribution


def write_for_town(found: Calibration) -> list[str]:
    """Write the sample into the folder of the town, for uncertainty=town; return what was done."""
    town = base_values(found.problem).get("town")
    if not isinstance(town, str) or find_town(town).parent == CATALOGUE:
        return []
    path = find_town(town) / UNCERTAINTY
    write_whole(path, uncertainty_text(found).encode())
    return [f"The town's uncertainty is written: {path} (uncertainty=town)"]
