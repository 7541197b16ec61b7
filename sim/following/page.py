"""Reports of a followed record and of scores, one HTML file each, which fetches nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.figure import Figure

from sim.following.figure import followed_figure
from sim.following.measures_figure import measures_figure
from sim.report.limits import LIMITS, STATEMENT
from sim.report.page.inline import inline_svg
from sim.report.words import kind_words
from sim.version import LIBRARIES, __version__, library_version

if TYPE_CHECKING:
    from sim.following.followed import Followed

OF_FOLLOWING = (
    "What is said of the weeks to come is a share of histories of the model, not the probability of what a "
    "real town will do. It is shown for looking back, beside simpler methods and the skill that was "
    "measured.",
    "A record of fatal events says little of kidnappings, insults, departures and fear; these are the "
    "model's.",
    "Published event data miss events, and date and place others wrongly; the filter takes them as given "
    "except for the share `seen`.",
)


@dataclass(frozen=True)
class Part:
    """One part of a page: sentences, figures (name, what it shows, figure) and tables (title, table)."""

    heading: str
    sentences: Sequence[str] = ()
    figures: Sequence[tuple[str, str, Figure]] = ()
    tables: Sequence[tuple[str, pd.DataFrame]] = field(default_factory=tuple)


def page_of(title: str, question: str, parts: Sequence[Part], command: str) -> str:
    """A page as text; all content is escaped."""
    environment = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("sim.following", "templates"),
                PackageLoader("sim.report.page", "templates"),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        title=title,
        question=question,
        parts=[_plain(part) for part in parts],
        limits=(*OF_FOLLOWING, *LIMITS),
        statement=STATEMENT,
        command=command,
        style=Markup(environment.get_template("report.css").render()),
        versions={"Hudna": __version__, **{name: library_version(name) for name in LIBRARIES}},
    )


def _plain(part: Part) -> Mapping[str, object]:
    return {
        "heading": part.heading,
        "sentences": [line for line in part.sentences if line],
        "figures": [
            {"name": name, "says": says, "svg": Markup(inline_svg(figure, name, says))}
            for name, says, figure in part.figures
        ],
        "tables": [_cells(title, table) for title, table in part.tables if len(table)],
    }


def _cells(title: str, table: pd.DataFrame) -> Mapping[str, object]:
    rows = [[_cell(value) for value in row] for row in table.itertuples(index=False)]
    return {"title": title, "head": list(table.columns), "rows": rows}


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:.3g}"
    return str(value)


def followed_page(found: Followed) -> str:
    """The report of a followed record."""
    record = found.record
    names = {"what": "", "says": "meaning", "low": "5 %", "high": "95 %"}
    names |= {"prior_low": "prior 5 %", "prior_high": "prior 95 %"}
    state = found.state.rename(columns=names)
    parts = [
        Part(
            "Answer",
            found.lines,
            [("follow", "The record and the model on one time axis.", followed_figure(found))],
            [("State on the last day followed, with 90 % bands", state)],
        ),
        Part(
            "Evidence by week",
            ["Log evidence, one day ahead, beside the simplest processes on the same days; more is better."],
            tables=[("", _weeks(found.weeks))],
        ),
    ]
    if found.prospects is not None:
        parts += _prospects(found)
    title = f"{record.name}: following the record"
    question = (
        f"How probable is the record of {record.name} under the model, in what state does it leave the town, "
        "and what would help from there?"
    )
    return page_of(title, question, parts, found.command)


def _prospects(found: Followed) -> list[Part]:
    assert found.prospects is not None
    ahead = found.prospects
    parts = [
        Part(
            "Breaks among model histories",
            ["Given that the truce is unbroken on the last day followed; beside them what the lengths of"
             " other truces alone would say."],
            tables=[("", _round(ahead.breaks))],
        )
    ]  # fmt: skip
    if len(ahead.measures):
        figure = measures_figure(ahead.measures)
        says = "Paired differences per history, measure against none under the same luck, 95 % intervals."
        table = ahead.measures.assign(measure=ahead.measures.measure.map(kind_words))
        parts.append(Part("Protective measures", (), [("measures", says, figure)], [("", _round(table))]))
    if len(ahead.explained):
        says = (
            "Histories with the event less the same histories without it, up to the horizon; the event's own "
            "deaths are not counted."
        )
        parts.append(Part("What the recorded events did", [says], tables=[("", _round(ahead.explained))]))
    return parts


def _weeks(weeks: pd.DataFrame) -> pd.DataFrame:
    return weeks.rename(
        columns={
            "log_counts": "model",
            "log_marks": "deaths, kinds, actors",
            "log_gamma_poisson": "gamma-Poisson",
            "log_hawkes": "Hawkes",
            "effective": "effective size",
            "draws_left": "draws left",
        }
    )


def _round(table: pd.DataFrame) -> pd.DataFrame:
    """The table with column names in words."""
    return table.rename(columns=lambda name: str(name).replace("_", " "))
