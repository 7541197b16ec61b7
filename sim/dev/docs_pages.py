"""Writes the generated pages of docs/: `make docs-tables`, or `python -m sim.dev.docs_pages`.

`docs/parameters.md` comes from the schema, `docs/columns.md` from the tables of result columns,
`docs/posterior.md` from the shipped calibration and its sample, `docs/gallery.md` from gallery.py. A test
says that the pages are in step; nobody edits them by hand.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.problem import read_problem
from sim.city.columns import (
    FILLED_IN,
    NEEDED_OF_RESIDENTS,
    PARENT_COLUMNS,
    RESIDENT_COLUMNS,
    TIE_COLUMNS,
    Column,
)
from sim.cli.show import covariates, events, measures
from sim.config.files import shipped_folder
from sim.dev.gallery import gallery_page
from sim.kinds.kind import EventKind
from sim.records.columns import (
    DAILY_COLUMNS,
    EVENT_COLUMNS,
    QUARTER_COLUMNS,
    RUN_COLUMNS,
    SNAPSHOT_COLUMNS,
)
from sim.scenario import Scenario
from sim.schema_tree import Leaf, leaves
from sim.study.differences import DIFFERENCE_COLUMNS
from sim.study.draws import draws_of, read_uncertainty
from sim.study.priors import Prior
from sim.study.sensitivity.table import MORRIS_COLUMNS, SOBOL_COLUMNS
from sim.study.tables import POINT_COLUMNS
from sim.text_table import Table, text_of, write

HEADS = ("key", "default", "unit", "range", "source", "meaning")
EVERY_KIND = ("enabled", "at", "start_day", "end_day")
_HEAD = "<!-- Written from the code by `make docs-tables`; change the code, not this page. -->\n\n"
_PARAMETERS = """# Parameters

Every value of a scenario: its key, default, unit, range and source. A number in brackets is a claim of the
source article ([its place in the model](claims.md)); "assumed" means that no source is known. The same list,
for a scenario of your own: `hudna show parameters`.

Two things are said once here and left out below. Every kind of event has `enabled` (true), `at` (no days:
when one such event is scheduled), `start_day` (1) and `end_day` (null: no end). Every weight of a
[covariate](#covariates) that is not listed is 0.
"""
_OWN_TABLES = """\
## Tables of your own people

CSV with a header, in UTF-8, or Parquet: `city.residents=FILE city.ties=FILE`, or `residents.csv` and
`ties.csv` in a [town folder](towns.md). `hudna city --out DIR` writes both of a generated city. States are
written as names or numbers; a column that is not listed is refused. `father` and `mother` tie the houses of
parents, children, brothers and sisters: close through men, affine through women; a parent who is dead or
lives elsewhere has an id and no row.
"""
_COLUMNS = """# Columns of the result files

What stands in `daily.parquet`, `events.parquet`, `quarters.parquet`, `snapshots.parquet` and the run row of
`run.json`, in the tables of a study, and in those of a city.
[How to read a result](reading.md) says what may be concluded from them.

With `day_zero` set, a column `date` (text, 2004-05-01) stands beside `day` in all of them,
`first_break_date` in the runs and `median_break_date` in the points of a study.
"""
_POSTERIOR = """# What is known of uncertain parameters

The [calibration](calibration.md) weighs values of the assumed parameters by how well al-Rastan then agrees
with P3, P4, P7 to P14, P16 and T1 to T4 ([patterns](patterns.md)). `uncertainty=posterior` draws from the
sample of 200 below (configs/uncertainty/posterior.yaml). *Narrower by*: how much the standard deviation is
below the prior's. Where that is near 0, nothing is known but the prior, which is assumed. The defaults are
the point in the posterior's middle that agreed best when it was run, rounded; a single default is no
estimate. On synthetic truths the intervals held the parameter in 93 % of cases.
"""
POSTERIOR_HEADS = ("key", "prior", "posterior median", "95 %", "narrower by", "default", "source")
SD_OF_PRIOR = (1 / 12) ** 0.5  # where it is even


def parameters_page(scenario: Scenario) -> str:
    """The page of all parameters: a table a section, a table a kind of event; then covariates and kinds."""
    page = [_HEAD + _PARAMETERS, "## The run\n"]
    fields = type(scenario).model_fields
    all_leaves = list(leaves(scenario))
    page.append(_table(leaf for leaf in all_leaves if "." not in leaf.key))
    for section, field in fields.items():
        inside = [leaf for leaf in all_leaves if leaf.key.startswith(f"{section}.")]
        if section == "events" or not inside:
            continue
        page += [f"## {section}\n", _sentence(field.description), _table(inside)]
        if section == "measures":
            page += ["### Protective measures\n", _markdown(measures())]
    page += ["## events\n", "One section a kind; the [kinds](#kinds-of-events) are listed below.\n"]
    for name, kind in scenario.events.kinds().items():
        inside = [leaf for leaf in all_leaves if leaf.key.startswith(f"events.{name}.")]
        about = f"The {kind.layer.name.lower()} layer; begun by: {kind.actor}."
        page += [
            f"### {name}\n",
            f"{about}\n",
            _table(leaf for leaf in inside if not _is_said_above(leaf, kind)),
        ]
    page += [
        "## Covariates\n",
        "What a hazard may depend on; each lies in [0, 1].\n",
        _markdown(covariates()),
    ]
    page += ["## Kinds of events\n", _markdown(events())]
    return "\n".join(page)


def columns_page() -> str:
    """The page of all columns of result files and city tables."""
    tables: tuple[tuple[str, Sequence[Column]], ...] = (
        ("Daily table", DAILY_COLUMNS),
        ("Event log", EVENT_COLUMNS),
        ("Run row", RUN_COLUMNS),
        ("Quarters", QUARTER_COLUMNS),
        ("Snapshots", SNAPSHOT_COLUMNS),
        ("Points of a study", POINT_COLUMNS),
        ("Differences of a study", DIFFERENCE_COLUMNS),
        ("Sensitivity, design morris", MORRIS_COLUMNS),
        ("Sensitivity, design saltelli", SOBOL_COLUMNS),
    )
    page = [_HEAD + _COLUMNS]
    for title, columns in tables:
        page += [f"## {title}\n", _markdown(Table(title, Column._fields, [tuple(each) for each in columns]))]
    page += _city_tables()
    return "\n".join(page)


def _city_tables() -> list[str]:
    """The tables of a user's own people, with what is needed, and what stands for a column left out."""
    residents = [
        (*each, "needed" if each.name in NEEDED_OF_RESIDENTS else FILLED_IN[each.name])
        for each in (*RESIDENT_COLUMNS, *PARENT_COLUMNS)
    ]
    ties = [(*each, "needed") for each in TIE_COLUMNS]
    page = [_OWN_TABLES]
    for title, rows in (("Residents of a city", residents), ("Ties of a city", ties)):
        page += [f"### {title}\n", _markdown(Table(title, (*Column._fields, "if left out"), rows))]
    return page


def posterior_page() -> str:
    """The page of the shipped calibration: prior, posterior and default of each parameter."""
    problem = read_problem("al_rastan")
    draws = draws_of(
        {"posterior": read_uncertainty(["posterior"], [shipped_folder()])["posterior"].values}, 0
    )
    assert draws is not None
    (part,) = draws.parts.values()
    sample = dict(zip(part.keys, np.array(part.sample).T, strict=True))
    there = {leaf.key: leaf for leaf in leaves(Scenario())}
    rows = []
    for key, prior in problem.priors.items():
        low, middle, high = np.percentile(sample[key], [2.5, 50, 97.5]) if key in sample else [np.nan] * 3
        rows.append(
            (
                f"`{key}`",
                f"{prior.low:g} to {prior.high:g}{', log' if prior.is_log else ''}",
                f"{middle:.3g}" if key in sample else "not fitted",
                f"{low:.3g} to {high:.3g}" if key in sample else "",
                f"{_narrower(prior, sample[key]):.0%}" if key in sample else "",
                text_of(_value(there, key)),
                _source(there, key),
            )
        )
    return _HEAD + _POSTERIOR + "\n" + _markdown(Table("", POSTERIOR_HEADS, rows))


def _narrower(prior: Prior, values: NDArray[np.float64]) -> float:
    """1 less the standard deviation of a sample over that of its prior, where the prior is even."""
    return max(0.0, 1.0 - float(np.std([prior.share(value) for value in values.tolist()])) / SD_OF_PRIOR)


def _value(there: dict[str, Leaf], key: str) -> object:
    if key in there:
        return there[key].value
    above, _, entry = key.rpartition(".")  # an entry of a mapping that is a leaf as a whole
    values = there[above].value
    assert isinstance(values, dict)
    return values[entry]


def _source(there: dict[str, Leaf], key: str) -> str:
    return (there.get(key) or there[key.rpartition(".")[0]]).source


def _is_said_above(leaf: Leaf, kind: EventKind) -> bool:
    """Whether the head of the page already says it: a weight of 0, or the default that every kind has."""
    section, _, name = leaf.key.rpartition(".")
    if section.endswith(".weights"):
        return bool(leaf.value == 0)
    fields = EventKind.model_fields
    return name in EVERY_KIND and section.count(".") == 1 and leaf.value == fields[name].default


def _sentence(text: str | None) -> str:
    text = text or ""
    return f"{text[:1].upper()}{text[1:]}.\n"


def _table(found: Iterable[Leaf]) -> str:
    rows = [
        (f"`{leaf.key}`", text_of(leaf.value), leaf.unit, leaf.range, leaf.source, leaf.says)
        for leaf in found
    ]
    return _markdown(Table("", HEADS, rows)) if rows else "Nothing of its own.\n"


def _markdown(table: Table) -> str:
    text = io.StringIO()
    write(table, "markdown", text)
    return text.getvalue()


def pages() -> dict[str, str]:
    """Text of each generated page, by its file name under `docs/`."""
    return {
        "parameters.md": parameters_page(Scenario()),
        "columns.md": columns_page(),
        "posterior.md": posterior_page(),
        "gallery.md": gallery_page(),
    }


if __name__ == "__main__":
    for name, text in pages().items():
        path = Path(__file__).resolve().parents[2] / "docs" / name
        path.write_text(text, encoding="utf-8")
        print(f"written: {path}")
