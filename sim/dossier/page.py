"""`hudna town show`: one page about a town: people, groups, truce, recorded events, what is assumed."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.disk.results import statement, write_file
from sim.dossier.check import Findings, check_town
from sim.report.style import FAINT, INK, house_style
from sim.towns.folder import Town

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;margin:.5rem 0 1.5rem}td,th{text-align:left;padding:.2rem 1rem .2rem 0;"
    "border-bottom:1px solid #ddd;vertical-align:top}svg{max-width:100%;height:auto}small{color:#555}"
)


def town_page(what: str) -> str:
    """The page as self-contained HTML. `what` as for `check_town`. Raises InputError."""
    found = check_town(what)
    town, form = found.town, found.town.form
    parts = [f"<h1>{escape(town.title)}</h1>", _table("The town", _town_rows(found))]
    parts.append(_table("Armed groups", _groups(found), ("group", "fighters", "arms", "")))
    if form.truce.start is not None:
        parts.append(_table("Truce, as documented", _truce_rows(town)))
    if town.events:
        parts.append(f"<h2>Recorded events</h2>{_svg(timeline(town))}")
        parts.append(f"<p>{escape('; '.join(found.facts[1:]))}.</p>")
    for head, lines in (("To look at", found.doubts), ("Missing", found.missing), ("Assumed", found.assumed)):
        if lines:
            parts.append(f"<h2>{head}</h2><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>")
    if form.record.attribution:
        parts.append(f"<p><small>Events: {escape(form.record.attribution)}.</small></p>")
    parts.append(f"<p><small>{escape(statement())}</small></p>")
    head = f'<meta charset="utf-8"><title>{escape(town.title)}</title><style>{_STYLE}</style>'
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def write_page(what: str, path: Path, *, force: bool = False) -> None:
    """Write the page of a town to a file. Raises InputError, also if it exists and not `force`."""
    text = town_page(what)
    write_file(path, force, lambda aside: aside.write_text(text, encoding="utf-8"))


def timeline(town: Town) -> Figure:
    """Recorded events per week, fatal ones filled, with the truce as a band. Needs at least one event."""
    days = _numbers([each.date for each in town.events])
    is_fatal = np.array([each.is_fatal for each in town.events])
    edges = np.arange(days.min(), days.max() + 8, 7)
    with house_style():
        figure = Figure(figsize=(8, 2.6))
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.08, 0.2, 0.9, 0.68))
        fatal, others = (np.histogram(days[chosen], edges)[0] for chosen in (is_fatal, ~is_fatal))
        axes.bar(edges[:-1], fatal, 7, align="edge", color=INK, label="with deaths")
        if others.any():
            axes.bar(edges[:-1], others, 7, align="edge", bottom=fatal, color=FAINT, label="other")
            axes.legend(frameon=False, loc="upper right")
        truce = town.form.truce
        if truce.start is not None:
            end = truce.end or town.form.record.last or town.events[-1].date
            span = _numbers([truce.start, end]).tolist()
            axes.axvspan(*span, color="#56B4E9", alpha=0.35, zorder=0)
            axes.set_title("Events a week; the truce is shaded")
        else:
            axes.set_title("Events a week")
        axes.xaxis_date()
        axes.set_ylabel("events")
    return figure


def _numbers(dates: Sequence[str]) -> NDArray[np.float64]:
    """Days since 1970, as matplotlib counts them."""
    return np.array(dates, "datetime64[D]").astype(np.float64)


def _svg(figure: Figure) -> str:
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    text = stream.getvalue()
    return text[text.index("<svg") :]


def _town_rows(found: Findings) -> list[tuple[str, ...]]:
    town, scenario = found.town, found.scenario
    form, city = town.form, scenario.city
    camps = city.camps
    rows: list[tuple[str, ...]] = [("residents", f"{scenario.reference_residents:,}", "residents")]
    if city.residents is None:
        opposition = 1 - camps.loyalist - camps.uncommitted
        shares = (
            f"{camps.loyalist:.0%} loyalist, {camps.uncommitted:.0%} uncommitted, {opposition:.0%} opposition"
        )
        rows.append(("camps", shares, "camps"))
    rows += [
        ("officers, defectors", f"{city.n_officers:,}, {city.n_defectors:,}", "officers"),
        ("quarters", f"{city.n_quarters}", "quarters"),
        (
            "army near the town",
            f"{scenario.army.troops:,} soldiers, {scenario.army.armour:,} vehicles",
            "army.troops",
        ),
        ("day 0", form.day_zero or "no date", "day_zero"),
    ]
    return [(what, value, form.sources.get(key, "")) for what, value, key in rows]


def _groups(found: Findings) -> list[tuple[str, ...]]:
    return [
        (name, f"{each.members:,}", f"{each.arms:g}", "from outside" if each.outsiders else "")
        for name, each in found.scenario.factions.items()
    ]


def _truce_rows(town: Town) -> list[tuple[str, ...]]:
    truce = town.form.truce
    rows = (
        ("from", truce.start or ""),
        ("to", truce.end or "it stood when observation stopped"),
        ("sort", truce.kind),
        ("how it ended", truce.how_ended),
        ("grade", truce.grade),
        ("documents", truce.documents),
    )
    return [row for row in rows if row[1]]


def _table(title: str, rows: Iterable[Sequence[str]], heads: Sequence[str] = ()) -> str:
    top = f"<tr>{''.join(f'<th>{escape(head)}</th>' for head in heads)}</tr>" if heads else ""
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<h2>{escape(title)}</h2><table>{top}{body}</table>"
