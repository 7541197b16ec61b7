"""Results on disk for the page: a run, a study, an explained history, a followed record; as plain data."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.city.columns import Column
from sim.config.complaints import scenario_from
from sim.disk.results import MARK
from sim.disk.target import target_of
from sim.errors import InputError
from sim.explore.history import History, payload
from sim.records.columns import RUN_COLUMNS
from sim.report.dates import DAY_ZERO
from sim.report.draw import draw_all, draw_narrow
from sim.report.effects import effect_sentence, effects_by_point
from sim.report.figures.points import labels_of
from sim.report.figures.registry import BY_NAME
from sim.report.findings import costs, findings, headline, headline_parts, often
from sim.report.page.inline import inline_svg
from sim.report.parameters import run_command
from sim.report.source import STUDY_MARK, Source, read
from sim.study.differences import DIFFERENCE_COLUMNS
from sim.study.sensitivity import words
from sim.study.tables import POINT_COLUMNS
from sim.towns.dates import with_dates

MOST_ROWS = 2000  # of a table on the page; the file has them all
_FOLLOWED = "follow.json"
_EXPLANATIONS = ("explanation", "explanation of a study")
_TABLES_OF_STUDY: dict[str, tuple[Column, ...]] = {
    "points": POINT_COLUMNS,
    "differences": DIFFERENCE_COLUMNS,
    "sensitivity": (),
    "runs": RUN_COLUMNS,
}


def open_result(folder: str | Path) -> dict[str, Any]:
    """What the page shows of a folder, as plain data; `what` is run, study, explanation or followed.

    Raises InputError if it holds no result that can be read.
    """
    path = target_of(folder)
    if not path.is_dir():
        raise InputError(f"{folder}: is not a folder; give the folder of a run, a study or an explanation")
    if (path / _FOLLOWED).is_file():
        return _read_followed(path)
    if (path / MARK).is_file() and _kind(path / MARK) in _EXPLANATIONS:
        return _read_explained(path)
    if (path / MARK).is_file() or (path / STUDY_MARK).is_file():
        source = read(path)
        return of_run(source) if source.what == "run" else of_study(source)
    raise InputError(f"{folder}: holds no result; give a folder that a command of hudna wrote")


def of_run(source: Source) -> dict[str, Any]:
    """A run as plain data for the page: what, title, history as it was written, and base, its overrides."""
    return {
        "what": "run",
        "title": f"The run in {source.folder.name}",
        "history": payload(history_of(source)),
        "base": _overrides_of(source.manifest),
    }


def history_of(source: Source) -> History:
    """The history in the folder of a run; its quarters are those days that were kept."""
    tables = source.tables
    return History(
        scenario_from(source.manifest["scenario"]),
        {name: math.nan if value is None else value for name, value in tables["row"].items()},
        tables["daily"],
        tables["events"],
        tables.get("quarters"),
    )


def of_study(source: Source) -> dict[str, Any]:
    """A study: headline, a sentence a point, its figures and tables, and the overrides of each point."""
    points, differences = source.tables["points"], source.tables["differences"]
    sensitivity = source.tables.get("sensitivity")
    found = findings(points, differences)
    lead = (
        headline_parts(points, differences, source.tables["runs"])
        if sensitivity is None
        else [words.headline(sensitivity)]
    )
    figures, left_out = draw_all(source)
    narrow = draw_narrow(source, [name for name, _ in figures])
    plan = source.store.plan
    labels = labels_of(points)
    return {
        "what": "study",
        "title": plan.study.question or f"The study in {source.folder.name}",
        "lines": with_dates(
            [
                *lead,
                *(
                    f"{each.label}: {each.often}{'; ' if each.against else ''}{each.against}."
                    for each in found
                ),
            ],
            points.attrs.get(DAY_ZERO),
        ),
        "note": source.note,
        "figures": [_figure(name, figure, narrow[name]) for name, figure in figures],
        "left_out": left_out,
        "tables": {
            name: table_of(table, columns)
            for name, columns in _TABLES_OF_STUDY.items()
            if (table := source.tables.get(name)) is not None
        },
        "variants": [
            {"label": labels[point], "base": list(plan.fixed), "values": _settings(plan, point)}
            for point in range(min(plan.n_points, 200))
        ],
    }


def answer_of(source: Source) -> list[str]:
    """What the study of two sides found: the paired differences in words, then how often each side broke."""
    points, differences, runs = (source.tables[name] for name in ("points", "differences", "runs"))
    labels = labels_of(points)
    told = [
        f"{name} ({labels[row['point']]}): {often(row)}{f'; {costs(row)}' if row['n'] else ''}."
        for name, row in zip("AB", points.sort_values("point").to_dict("records"), strict=False)
    ]
    effects = effects_by_point(differences)
    lead = (
        f"{effect_sentence('Compared with A, B', effects[1])}."
        if 1 in effects
        else headline(points, differences, runs)
    )
    return with_dates([lead, *(told if len(told) > 1 else [])], points.attrs.get(DAY_ZERO))


def _settings(plan: Any, point: int) -> dict[str, Any]:
    """The values of a point, and its group choices under the key "groups"."""
    told = plan.points.settings(point)
    groups = [each.key for each in plan.points.factors if each.is_group]
    return {
        "groups": [f"{key}={told[key]}" for key in groups],
        **{key: value for key, value in told.items() if key not in groups},
    }


def _figure(name: str, figure: Any, narrow: Any) -> dict[str, str]:
    kind = BY_NAME.get(name) or BY_NAME["fan"]
    says = f"{kind.shows[0].upper()}{kind.shows[1:]}."
    phone = inline_svg(narrow, f"phone-{name}", says)
    return {"name": name, "says": says, "svg": inline_svg(figure, name, says), "phone": phone}


def _read_explained(path: Path) -> dict[str, Any]:
    """An explanation: its words, its table, and for one history what each change sets on the page."""
    manifest = json.loads((path / MARK).read_text(encoding="utf-8"))
    try:
        table = pd.read_parquet(path / "explain.parquet")
        lines = (path / "explain.txt").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path}: this explanation cannot be read ({error}); run hudna explain again"
        ) from None
    is_one = manifest.get("kind") == "explanation"
    return {
        "what": "explanation",
        "title": f"The explanation in {path.name}",
        "lines": lines,
        "figures": _pictures(path, {"explain": "What each change does to the probability of a break."}),
        "tables": {"explain": table_of(table)},
        "base": _overrides_of(manifest) if is_one else [],
        "changes": _changes(table) if is_one else [],
    }


def _changes(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of an explanation as settings of the page: values, and ids of events that are taken out."""
    category = "category" if "category" in table else "sort"
    events = [str(name) for name in table.loc[table[category] == "event", "name"]]
    return [_change(row, str(row[category]), events) for row in table.to_dict("records")]


def _change(row: dict[Any, Any], category: str, events: list[str]) -> dict[str, Any]:
    """One of them; `events` are the ids of all events that are taken out one by one."""
    name = str(row["name"])
    values: dict[str, Any] = {}
    without: list[str] = []
    if category == "event":
        without = [name]
    elif category == "together":
        without = events
    elif category == "kind":
        values = {f"events.{name}.enabled": False}
    elif category == "measure":
        values = {f"measures.{name}.enabled": True}
    elif category == "switch":
        values = {f"army.{name}": False}
    elif category == "kinship":
        values = {f"kinship.{name}": 0.0}
    words_of = str(row["change"])
    return {
        "label": words_of[:1].upper() + words_of[1:],
        "values": values,
        "without": without,
        "broke": bool(row["broke"]),
    }


def _read_followed(path: Path) -> dict[str, Any]:
    """A followed record: its words and its tables."""
    try:
        manifest = json.loads((path / _FOLLOWED).read_text(encoding="utf-8"))
        lines = (path / "answer.txt").read_text(encoding="utf-8").splitlines()
        tables = {file.stem: table_of(pd.read_csv(file)) for file in sorted(path.glob("*.csv"))}
        name = str(manifest["record"]["name"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: this followed record cannot be read ({error}); follow it again") from None
    return {
        "what": "followed",
        "title": f"{name}, followed",
        "lines": [line for line in lines if line],
        "figures": _pictures(path, {"follow": "The record and the model on one time axis."}),
        "tables": tables,
    }


def _pictures(path: Path, names: dict[str, str]) -> list[dict[str, str]]:
    """The SVG files of these names in a folder, as pictures: what a file holds is shown and never run."""
    found = []
    for name, says in names.items():
        file = path / f"{name}.svg"
        if file.is_file():
            content = base64.b64encode(file.read_bytes()).decode()
            found.append({"name": name, "says": says, "src": f"data:image/svg+xml;base64,{content}"})
    return found


def table_of(table: pd.DataFrame, columns: Sequence[Column] = ()) -> dict[str, Any]:
    """A table as column names and rows of plain values; `more` rows are left out at the end.

    `says` has the meaning of each column that is known by `columns`, "" for others.
    """
    meanings = {each.name: each.meaning for each in columns}
    shown = table.head(MOST_ROWS)
    rows = [[_plain(value) for value in row] for row in shown.itertuples(index=False)]
    names = [str(name) for name in table.columns]
    says = [meanings.get(name, "") for name in names]
    return {"columns": names, "says": says, "rows": rows, "more": len(table) - len(shown)}


def _plain(value: Any) -> Any:
    if isinstance(value, float | np.floating):
        return None if math.isnan(value) else float(f"{value:.6g}")
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value) if abs(int(value)) < 2**53 else str(value)  # what a number of JavaScript holds
    return None if value is None else str(value)


def _overrides_of(manifest: dict[str, Any]) -> list[str]:
    """Overrides that make the scenario of a result again; empty where overrides alone cannot."""
    import shlex

    return shlex.split(run_command(scenario_from(manifest["scenario"])))[2:]


def _kind(path: Path) -> str:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    return str(content.get("kind", "")) if isinstance(content, dict) else ""
