"""The command `show`: what can be set, and what comes out, generated from the code that uses it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Optional

import typer

from sim.cli.garbage import seldom_collected
from sim.cli.options import ConfigDir
from sim.errors import InputError
from sim.text_table import Style, Table, text_of, write
from sim.version import library_version


def parameters(config_dir: str | Path | None = None) -> Table:
    """Every value of a scenario with default, unit, range, source, meaning. InputError for bad configs."""
    from sim.compose import compose_scenario
    from sim.schema_tree import leaves

    rows = [
        (leaf.key, text_of(leaf.value), leaf.unit, leaf.range, leaf.source, leaf.says)
        for leaf in leaves(compose_scenario((), config_dir))
    ]
    return Table("Parameters", ("key", "default", "unit", "range", "source", "meaning"), rows)


def events(config_dir: str | Path | None = None) -> Table:
    """Every kind of event: layer, actor, what answers it by default, meaning."""
    from sim.compose import compose_scenario
    from sim.events import KINDS

    section = compose_scenario((), config_dir).events
    rows = []
    for name, kind in sorted(KINDS.items()):
        means = getattr(getattr(section, name), "answers", {}).items()
        answers = ", ".join(f"{answer} {text_of(mean)}" for answer, mean in means) or "nothing"
        rows.append((name, kind.layer.name.lower(), kind.actor, answers, first_paragraph(kind.__doc__)))
    return Table("Kinds of events", ("kind", "layer", "actor", "answered by (mean number)", "meaning"), rows)


def scenarios(config_dir: str | Path | None = None) -> Table:
    """Every scenario, the user's own too: days, residents, meaning (the comment at the head of its file)."""
    from sim.compose import catalogue, compose_scenario
    from sim.config.files import head_comment

    rows = []
    for name in catalogue("scenario", config_dir):
        scenario = compose_scenario([f"scenario={name}"], config_dir)
        says = head_comment(f"scenario/{name}.yaml", config_dir)
        rows.append((name, str(scenario.days), str(scenario.city.n_residents), says))
    return Table("Scenarios", ("scenario", "days", "residents", "meaning"), rows)


def covariates(config_dir: str | Path | None = None) -> Table:
    """Every covariate that a hazard may depend on, and its definition."""
    from sim.actors.covariates import COVARIATES

    return Table("Covariates", ("covariate", "definition"), [(name, says) for name, says in COVARIATES])


def columns(config_dir: str | Path | None = None) -> Table:
    """Every column of the tables that a run and a study leave: table, name, dtype, unit, meaning."""
    from sim.records.columns import TABLES
    from sim.study.differences import DIFFERENCE_COLUMNS
    from sim.study.sensitivity.table import MORRIS_COLUMNS, SOBOL_COLUMNS
    from sim.study.tables import POINT_COLUMNS

    tables = {
        **TABLES,
        "points": POINT_COLUMNS,
        "differences": DIFFERENCE_COLUMNS,
        "sensitivity, design morris": MORRIS_COLUMNS,
        "sensitivity, design saltelli": SOBOL_COLUMNS,
    }
    rows = [(table, *column) for table, listed in tables.items() for column in listed]
    return Table("Columns of results", ("table", "column", "dtype", "unit", "meaning"), rows)


def towns(config_dir: str | Path | None = None) -> Table:
    """Every shipped town: its truce with dates and grade, residents, recorded events, attribution."""
    from sim.towns.folder import catalogue_names, read_town

    rows = []
    for name in catalogue_names():
        town = read_town(name)
        truce = town.form.truce
        rows.append((
            name, town.title, truce.start or "", truce.end or "stood", truce.grade,
            str(town.form.residents), str(len(town.events)), town.form.record.attribution,
        ))  # fmt: skip
    heads = ("town", "title", "truce from", "to", "grade", "residents", "events", "source of the events")
    return Table("Towns under a truce", heads, rows)


def measures(config_dir: str | Path | None = None) -> Table:
    """Every protective measure: what it does, on whom, its harm, its strength, what is known of its size."""
    from sim.compose import compose_scenario
    from sim.world.measures import FACTS

    section = compose_scenario((), config_dir).measures
    rows = [
        (
            name,
            each.does,
            each.on_whom,
            each.harm,
            f"{getattr(section, name).strength:g}, assumed",
            each.known,
        )
        for name, each in FACTS.items()
    ]
    heads = ("measure", "what it does", "on whom", "its harm", "strength", "what is known of its size")
    return Table("Protective measures (measures.NAME.enabled=true takes one)", heads, rows)


def first_paragraph(doc: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((doc or "").strip().split("\n\n")[0].split())


TOPICS: dict[str, Callable[[str | Path | None], Table]] = {
    each.__name__: each for each in (parameters, events, scenarios, covariates, columns, measures, towns)
}
KEPT = tuple(topic for topic in TOPICS if topic != "towns")  # made of sources and configs, and nothing else
Topic = StrEnum("Topic", tuple(TOPICS))  # type: ignore[misc]


def _table_of(topic: str, config_dir: Path | None) -> Table:
    """The table of a topic; kept on disk where no files of the user are in it: to make it takes a second."""
    if config_dir is not None or topic not in KEPT:
        return TOPICS[topic](config_dir)
    from sim.config.files import fingerprint, shipped_folder
    from sim.disk import kept

    makers = [library_version(name) for name in ("hydra-core", "omegaconf", "pyyaml", "pydantic")]
    makers += [sys.version, str(sys.flags.optimize), kept.digest_of_code(), fingerprint(shipped_folder())]
    key = sha256(" ".join(["show", topic, *makers]).encode()).hexdigest()
    values = kept.recall(key)
    if values is None:
        table = TOPICS[topic](None)
        values = {"title": table.title, "heads": list(table.heads), "rows": [list(row) for row in table.rows]}
        kept.remember(key, values)
    return Table(values["title"], tuple(values["heads"]), [tuple(row) for row in values["rows"]])


@seldom_collected()
def show(
    topic: Annotated[Topic, typer.Argument(help="What to list.", show_default=False)],
    only: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(metavar="FILTER", help="Only lines with this word.", show_default=False),
    ] = None,
    style: Annotated[Style, typer.Option("--format", help="How to print it.")] = Style.TABLE,
    config_dir: ConfigDir = None,
) -> None:
    """List what can be set, with default, unit, range and source, and the columns of results."""
    table = _table_of(topic.value, config_dir).holding(only)
    if not table.rows:
        raise InputError(f"show {topic.value} {only}: no line has this word; leave it out to see all")
    write(table, style.value)


COMMANDS = (show,)
