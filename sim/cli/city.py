"""The command that writes a generated city: `city`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import ConfigDir, Overrides, expand_home
from sim.errors import InputError


class TableFormat(StrEnum):
    """File format of a city's tables."""

    CSV = "csv"
    PARQUET = "parquet"


def city(
    out: Annotated[
        Path, typer.Option(metavar="DIR", callback=expand_home, help="Folder to write the tables into.")
    ],
    overrides: Overrides = None,
    config_dir: ConfigDir = None,
    table_format: Annotated[
        TableFormat, typer.Option("--format", help="Format of the tables of residents and ties.")
    ] = TableFormat.CSV,
    force: Annotated[bool, typer.Option("--force", help="Replace existing tables.")] = False,
) -> None:
    """Write a generated city as tables, with its statistics.

    `city.residents=FILE city.ties=FILE` reads such tables.
    """
    from sim.city.build import build_city
    from sim.city.own_data import write_city
    from sim.city.statistics import statistics_page
    from sim.compose import compose_scenario
    from sim.disk.files import write_whole
    from sim.disk.target import check_place

    check_place(out)

    config = compose_scenario(overrides or (), config_dir).city
    suffix = f".{table_format.value}"
    page = out / "statistics.md"
    there = [path for path in (out / f"residents{suffix}", out / f"ties{suffix}", page) if path.exists()]
    if there and not force:
        raise InputError(f"{there[0]}: already there; --force replaces it, --out takes another folder")
    built = build_city(config)
    tables = write_city(built, out, suffix)
    write_whole(page, statistics_page(built).encode())
    print("\n".join(str(path) for path in (*tables, page)))


COMMANDS = (city,)
