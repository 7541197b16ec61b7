"""Explain one history: run it, rerun it with one thing changed at a time, and say what that shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim import __version__
from sim.compose import compose_scenario
from sim.config.complaints import scenario_from
from sim.counterfactual.changes import Change, changes_of
from sim.counterfactual.rerun import Row, done, jobs_of
from sim.counterfactual.table import explanation
from sim.counterfactual.words import paragraph
from sim.errors import InputError
from sim.model import TruceModel
from sim.records import daily_table, event_table, run_row
from sim.report.answer import verdict
from sim.report.causes import causes_of, nearest_to_a_break
from sim.report.history import breaks_of
from sim.results import MARK, manifest, read_run, write_folder, write_json
from sim.scenario import Scenario

REPLICATES = 50
QUICK = 10

Told = Callable[[int, int], None]  # jobs done, jobs in all


@dataclass
class Explanation:
    """What was changed in one history, and what became of it; `table` as in sim.counterfactual.table."""

    row: dict[str, Any]
    changes: list[Change]
    table: pd.DataFrame
    reruns: pd.DataFrame
    lines: list[str]


def explain(
    what: Sequence[str] | Scenario | str | Path,
    *,
    replicates: int = REPLICATES,
    workers: int = 1,
    config_dir: str | Path | None = None,
) -> Explanation:
    """Explain a history: a run folder, overrides as on the command line, or a composed Scenario.

    Raises InputError, with one line for each thing that is wrong.
    """
    if isinstance(what, str | Path):
        scenario = scenario_of_run(what)
    else:
        scenario = what if isinstance(what, Scenario) else compose_scenario(what, config_dir)
    return explain_scenario(scenario, replicates=replicates, workers=workers)


def explain_scenario(
    scenario: Scenario, *, replicates: int = REPLICATES, workers: int = 1, tell: Told | None = None
) -> Explanation:
    """Explain the history of a scenario and its seed. The result does not depend on `workers`."""
    model = TruceModel.of(scenario)
    model.run_model()
    row, daily, events = run_row(model), daily_table(model), event_table(model)
    breaks = breaks_of(daily, row)
    until = breaks[0].day if breaks else _most_strained(daily)
    changes = changes_of(model, until)
    jobs = jobs_of(scenario, changes, replicates)
    found: list[Row] = []
    for k, rows in enumerate(done(jobs, workers), start=1):
        found += rows
        if tell is not None:
            tell(k, len(jobs))
    reruns = pd.DataFrame(found).sort_values(["change", "day", "replicate"], ignore_index=True)
    table = explanation(changes, reruns)
    lines = [verdict(breaks, int(row["days"]))]
    if breaks:
        lines += causes_of(breaks[0], daily, events)
    else:
        lines += nearest_to_a_break(daily, events)
        lines.append(f"What follows looks at days 1-{until}, up to the greatest strain.")
    lines += paragraph(table, row)
    return Explanation(row, changes, table, reruns, lines)


def _most_strained(daily: pd.DataFrame) -> int:
    """The day on which the feud window was fullest; the last one of equal days."""
    feud = daily["feud"].iloc[1:]
    return int(daily["day"].iloc[1:][feud == feud.max()].iloc[-1]) if len(feud) else 0


def scenario_of_run(folder: str | Path) -> Scenario:
    """The scenario of a run folder. Raises InputError if it holds none, or one of another version."""
    content = read_run(folder)
    if content["hudna"] != __version__:
        raise InputError(
            f"{folder}: made by hudna {content['hudna']}, and this is {__version__}: the same seed may give "
            "another history; run it anew, and explain that"
        )
    return scenario_from(content["scenario"])


def write_explanation(found: Explanation, scenario: Scenario, folder: Path, *, force: bool = False) -> None:
    """Write table (CSV, Parquet), reruns, figure and words to a folder, whole or not at all."""
    from sim.counterfactual.figure import explain_figure
    from sim.report.files import save_figure

    def fill(aside: Path) -> None:
        found.table.to_csv(aside / "explain.csv", index=False)
        found.table.to_parquet(aside / "explain.parquet", index=False)
        found.reruns.to_parquet(aside / "reruns.parquet", index=False)
        (aside / "explain.txt").write_text("\n".join(found.lines) + "\n", encoding="utf-8")
        save_figure(explain_figure(found.table, found.row), aside, "explain")
        content = manifest(scenario.model_dump(mode="json"), found.row)
        write_json(aside / MARK, {**content, "kind": "explanation"})

    write_folder(folder, force, fill)
