"""The content of a report, as plain values for the template."""

from __future__ import annotations

from typing import Any

import pandas as pd
import yaml

from sim.config.complaints import scenario_from
from sim.report.answer import answer_lines
from sim.report.decision import decision_lines
from sim.report.draw import draw_all, draw_narrow
from sim.report.figures.points import factors_of, labels_of, space_evenly
from sim.report.figures.registry import BY_NAME
from sim.report.figures.sheet import share_words
from sim.report.findings import MOST, MOST_NAMED, findings, headline_parts
from sim.report.limits import LIMITS, STATEMENT
from sim.report.names import key_words, value_words
from sim.report.page.inline import inline_svg
from sim.report.parameters import parameters, run_command
from sim.report.source import Source
from sim.report.words import count, list_words, scenario_words
from sim.study.dates import day_zero_of
from sim.study.file import study_values
from sim.study.plan import Plan
from sim.study.sensitivity import words
from sim.study.tables import OUTCOMES
from sim.towns.dates import date_of, with_dates

MOST_LINES = 200  # of the study file


def content_of(source: Source) -> dict[str, Any]:
    """Everything that the template needs, from the tables and the manifest of a result."""
    own = _of_run(source) if source.what == "run" else _of_study(source)
    scenario = own.pop("scenario_values")
    zero = scenario.day_zero if source.what == "run" else day_zero_of(source.store.plan)
    for name in ("others", "sentences"):
        own[name] = with_dates(own[name], zero)
    (own["lead"],) = with_dates([own["lead"]], zero)
    all_of_them = parameters(scenario)
    tally = pd.Series([each.status for each in all_of_them]).value_counts().to_dict()
    return {
        **own,
        "town": _town(source.manifest, zero),
        "what": source.what,
        "note": source.note,
        "figures": _figures(source),
        "changed": [each for each in all_of_them if each.default],
        "parameters": all_of_them,
        "tally": tally,
        "limits": LIMITS,
        "statement": STATEMENT,
        "manifest": source.manifest,
        "versions": source.manifest.get("versions", {}),
        "folder": source.folder.resolve().name,
    }


def _town(manifest: dict[str, Any], day_zero: str | None) -> dict[str, Any] | None:
    """What the report says of the town: its dates, assumptions, and the source of its events."""
    town = manifest.get("town")
    if not isinstance(town, dict) or "title" not in town:
        return None
    truce = town.get("truce") or {}
    lines = [f"Day 0 is {day_zero}."] if day_zero else []
    if truce.get("start"):
        end = truce.get("end") or "standing when observation stopped"
        lines.append(f"The documented truce: from {truce['start']} to {end}, grade {truce.get('grade', '')}.")
    return {
        "title": town["title"],
        "lines": lines,
        "assumed": town.get("assumed", []),
        "attribution": town.get("attribution", ""),
    }


def _figures(source: Source) -> list[dict[str, Any]]:
    figures, _ = draw_all(source)
    narrow = draw_narrow(source, [name for name, _ in figures])
    found = []
    for name, figure in figures:
        kind = BY_NAME.get(name) or BY_NAME["fan"]
        says = f"{kind.shows[0].upper()}{kind.shows[1:]}."
        phone = inline_svg(narrow[name], f"phone-{name}", says)
        found.append({"name": name, "says": says, "svg": inline_svg(figure, name, says), "phone": phone})
    return found


def _of_run(source: Source) -> dict[str, Any]:
    row, daily, events = (source.tables[name] for name in ("row", "daily", "events"))
    scenario = scenario_from(source.manifest["scenario"])
    lines = answer_lines(row, daily, events, scenario.truce)
    return {
        "title": f"One history of {scenario_words(scenario.name)}",
        "question": f"What happens to the truce in one possible history of {scenario_words(scenario.name)}?",
        "lead": lines[0],
        "others": [],
        "sentences": lines[1:],
        "table": None,
        "scenario_values": scenario,
        "command": run_command(scenario),
        "study_file": "",
        "seeds": f"seed {row['seed']}, seed of the city {row['city_seed']}",
    }


def _of_study(source: Source) -> dict[str, Any]:
    runs, points, differences = (source.tables[name] for name in ("runs", "points", "differences"))
    study, plan = source.store.plan.study, source.store.plan
    found = findings(points, differences)
    factors = factors_of(points)
    varied = list_words([key_words(key) for key in factors]) or "nothing"
    lead, *others = headline_parts(points, differences, runs)
    is_told = len(points) <= MOST_NAMED + 1  # each variant has its sentence in the lead already
    sentences = [
        f"{each.label}: {each.often}" + (f"; {each.against}." if each.against and not is_told else ".")
        for each in found
    ]
    if len(points) > len(found):
        sentences.append(f"{len(found)} of {len(points):,} points are listed, evenly spaced.")
    deciding = source.tables.get("sensitivity")
    if deciding is not None:
        lead, others, sentences = (
            words.headline(deciding),
            [],
            [f"{words.evidence(words.rank(deciding))}.", *words.sentences(deciding)],
        )
    decided = source.tables.get("decision")
    if decided is not None:
        sentences += decision_lines(decided, labels_of(points))
    failed = int(points["failed"].sum())
    if failed:
        sentences.append(f"{count(failed, 'history', 'histories')} failed and are not counted here.")
    return {
        "title": study.question or f"A study of the truce: {varied}",
        "question": study.question
        or f"How often does the truce break, and how does that change with {varied}?",
        "lead": lead,
        "others": others,
        "sentences": sentences,
        "table": _table(points, day_zero_of(plan)),
        "scenario_values": plan.scenario(0),
        "command": source.manifest.get("command", ""),
        "study_file": _study_file(plan),
        "seeds": _seeds(runs, study.luck),
    }


def _study_file(plan: Plan) -> str:
    """The study as a file, unless it is too long to read."""
    values = study_values(plan)
    text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=100) if values else ""
    return text if text.count("\n") <= MOST_LINES else ""


def _seeds(runs: pd.DataFrame, luck: str) -> str:
    how = "run k meets the same luck at every point" if luck == "common" else "every run has its own luck"
    seed, city = runs["seed"].dropna(), runs["city_seed"].dropna()
    if seed.empty:
        return how
    cities = f"{int(city.min())}" if city.nunique() == 1 else f"{int(city.min())} to {int(city.max())}"
    return f"seeds {int(seed.min())} to {int(seed.max())} ({how}), seed of the city {cities}"


def _table(points: pd.DataFrame, day_zero: str | None) -> dict[str, Any]:
    """One row per point: how often, by what, and what it cost."""
    shown = set(space_evenly([int(point) for point in points["point"]], MOST))
    labels = labels_of(points)
    head = ["point", "histories", "broke (95 % interval)", "median time to break, days"]
    outcomes = [
        ("deaths", "deaths"),
        ("departed", "left"),
        ("sieges", "sieges"),
        ("truce_share", "under truce"),
    ]
    says = {name: words for name, words, _ in OUTCOMES}
    rows = []
    for row in points[points["n"] > 0].to_dict("records"):
        if row["point"] not in shown:
            continue
        median = row["median_break_days"]
        cells = [labels[row["point"]], f"{row['n']:,}"]
        cells.append(share_words(row["p_break"], row["p_break_low"], row["p_break_high"]))
        when = f", {date_of(int(median), day_zero)}" if day_zero and median == median else ""
        cells.append(f"{value_words(float(median))}{when}" if median == median else "not reached")
        for name, _ in outcomes:
            mean = float(row[f"{name}_mean"])
            cells.append(f"{100 * mean:.0f} %" if name == "truce_share" else f"{mean:,.1f}")
        rows.append(cells)
    notes = "; ".join(f"{word}: mean of {says[name]}" for name, word in outcomes)
    return {"head": [*head, *(word for _, word in outcomes)], "rows": rows, "notes": notes}
