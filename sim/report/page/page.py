"""The report of a result as one HTML file: nothing in it is fetched, all that a config says is escaped."""

from __future__ import annotations

import os
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sim.errors import InputError
from sim.report.page.content import content_of
from sim.report.source import Source


def page_of(source: Source) -> str:
    """The report as text."""
    environment = Environment(
        loader=PackageLoader("sim.report.page", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    content = content_of(source)
    for figure in content["figures"]:
        figure["svg"] = Markup(figure["svg"])
    style = Markup(environment.get_template("report.css").render())
    return environment.get_template("report.html").render(style=style, **content)


def write_page(source: Source, out: Path, force: bool = False) -> None:
    """Write the report whole or not at all. InputError if it is there already or cannot be written."""
    if out.is_dir():
        raise InputError(f"--out {out}: is a folder; name a file, e.g. {out / 'report.html'}")
    if out.exists() and not force:
        raise InputError(f"{out}: is there already; add --force, or name another file with --out")
    text = page_of(source)
    aside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(text, encoding="utf-8")
        aside.replace(out)
    except OSError as error:
        raise InputError(f"--out {out}: cannot be written ({error.strerror or error})") from None
    finally:
        aside.unlink(missing_ok=True)
