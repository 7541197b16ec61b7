"""Explanations on disk: the folder of the run that is explained, and that of the results."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.config.complaints import scenario_from
from sim.disk.results import MARK, manifest, read_run, write_folder, write_json
from sim.errors import InputError
from sim.scenario import Scenario
from sim.study.store import STATEMENT
from sim.version import LIBRARIES, __version__, library_version

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.explanation.history import Explanation
    from sim.explanation.study import StudyExplanation


def history_in(folder: str | Path) -> tuple[Scenario, dict[str, Any]]:
    """Scenario and run row of a run folder. Raises InputError for no run, or one of another version."""
    content = read_run(folder)
    if content["hudna"] != __version__:
        raise InputError(
            f"{folder}: made by hudna {content['hudna']}, and this is {__version__}: the same seed may give "
            "another history; run it anew, and explain that"
        )
    return scenario_from(content["scenario"]), dict(content["run"])


def write_history(found: Explanation, folder: Path, *, force: bool = False) -> None:
    """Write the explanation of one history: tables, words, figure and run.json; whole or not at all.

    `force` replaces an existing result. Raises InputError if the folder cannot be written.
    """
    from sim.explanation.history_figure import explain_figure

    page = manifest(found.scenario.model_dump(mode="json"), found.row)
    figure = explain_figure(found.table, found.row)
    tables = {"explain": found.table, "reruns": found.reruns}
    _write(folder, tables, figure, found.lines, {**page, "kind": "explanation"}, force)


def write_study(found: StudyExplanation, study: Path, folder: Path, *, force: bool = False) -> None:
    """Write the explanation of a study that lies in the folder `study`, as `write_history` does."""
    from sim.explanation.study_figure import study_figure

    page = {
        "hudna": __version__,
        "kind": "explanation of a study",
        "study": str(study),
        "question": found.sample.question,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "histories": [
            {"point": each.point, "run": each.run, "first_break_day": each.day, "ending": each.ending}
            for each in found.sample.histories
        ],
        "broke": found.sample.n_broke,
        "runs": found.sample.n_runs,
        "versions": {name: library_version(name) for name in LIBRARIES},
        "statement": STATEMENT,
    }
    tables = {"explain": found.table, "reruns": found.reruns}
    _write(folder, tables, study_figure(found.table, found.sample.n_broke), found.lines, page, force)


def _write(
    folder: Path,
    tables: dict[str, pd.DataFrame],
    figure: Figure,
    lines: list[str],
    page: dict[str, Any],
    force: bool,
) -> None:
    """Write tables, figure, words and run.json; whole or not at all."""
    from sim.report.files import save_figure

    def fill(aside: Path) -> None:
        tables["explain"].to_csv(aside / "explain.csv", index=False)
        for name, table in tables.items():
            table.to_parquet(aside / f"{name}.parquet", index=False)
        (aside / "explain.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        save_figure(figure, aside, "explain")
        write_json(aside / MARK, page)

    write_folder(folder, force, fill)
