"""What can be taken along from the page, each as a file name and its bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from sim.disk.results import manifest
from sim.errors import InputError
from sim.explore.history import History
from sim.explore.web import saved_page
from sim.report.draw import draw_all
from sim.report.page.page import page_of
from sim.report.source import Source
from sim.report.style import DPI, house_style
from sim.towns.dates import dates_of

File = tuple[str, bytes]


def source_of(history: History, name: str) -> Source:
    """A history on the page as the source of figures and reports, which know results by their tables.

    `name` stands for the name of its folder.
    """
    scenario = history.scenario.model_dump(mode="json")
    zero = history.scenario.day_zero
    daily, events = history.daily.copy(), history.events.copy()
    if zero is not None:
        for table in (daily, events):
            table.insert(1, "date", dates_of(table["day"], zero))
    tables = {
        "row": history.row,
        "daily": daily,
        "events": events,
        "quarters": history.quarters,
        "scenario": scenario,
    }
    return Source(Path(name), "run", tables, manifest(scenario, history.row))


def take(source: Source, name: str, what: str, stem: str) -> File:
    """One file of a result: `what` is report, csv (of the table `name`), png or svg (of the figure `name`).

    `stem`: how its name begins. Raises InputError for what there is not.
    """
    makers: dict[str, Callable[[], bytes]] = {
        "report": lambda: page_of(source).encode(),
        "csv": lambda: _csv(source, name),
        "png": lambda: _picture(source, name, "png"),
        "svg": lambda: _picture(source, name, "svg"),
    }
    if what not in makers:
        raise InputError(f"{what}: no such kind of file; known: {', '.join(makers)}")
    ending = "html" if what == "report" else what
    middle = "report" if what == "report" else name
    return f"{stem}_{middle}.{ending}", makers[what]()


def save_page(content: Any, stem: str) -> File:
    """What is seen, as values of JSON, in one HTML page that opens without server and network."""
    return f"{stem}.html", saved_page(json.dumps(content, allow_nan=False)).encode()


def _csv(source: Source, name: str) -> bytes:
    import pandas as pd

    table = source.tables.get(name)
    if isinstance(table, dict):
        table = pd.DataFrame([table])
    if table is None:
        raise InputError(f"{name}: there is no such table here")
    text: str = table.to_csv(index=False)
    return text.encode()


def _picture(source: Source, name: str, ending: str) -> bytes:
    base = "fan" if name.startswith("fan_") else name
    figures, _ = draw_all(source, [base], [name.removeprefix("fan_")] if base == "fan" else ())
    return picture(figures[0][1], ending)


def picture(figure: Figure, ending: str) -> bytes:
    """A figure as the bytes of a file; `ending` is png or svg."""
    stream = io.BytesIO()
    with house_style():
        figure.savefig(stream, format=ending, dpi=DPI, metadata={"Date": None} if ending == "svg" else None)
    return stream.getvalue()
