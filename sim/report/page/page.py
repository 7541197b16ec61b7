"""The report of a result as one HTML file: it fetches nothing, and everything from a config is escaped."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sim.disk.results import write_file
from sim.report.page.content import content_of
from sim.report.source import Source


def page_of(source: Source) -> str:
    """The report of a result as the text of one HTML file."""
    environment = Environment(
        loader=PackageLoader("sim.report.page", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    content = content_of(source)
    for figure in content["figures"]:
        figure["svg"], figure["phone"] = Markup(figure["svg"]), Markup(figure["phone"])
    style = Markup(environment.get_template("report.css").render())
    return environment.get_template("report.html").render(style=style, **content)


def is_partial(path: Path) -> bool:
    """Whether this is the report of an unfinished study, which is replaced without asking."""
    try:
        with open(path, encoding="utf-8") as stream:
            head = stream.read(20_000)
    except (OSError, ValueError):
        return False
    return '<p class="note">Unfinished: ' in head


def write_page(source: Source, out: Path, force: bool = False) -> None:
    """Write the report, all or nothing.

    Only `force` replaces an existing file, unless it is the report of an unfinished study. Raises
    InputError for a file that must not be replaced, or if nothing can be written.
    """
    force = force or is_partial(out)
    write_file(out, force, lambda aside: aside.write_text(page_of(source), encoding="utf-8"))
