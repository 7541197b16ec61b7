"""Makes docs/gallery.md and its pictures: `make gallery`, or `python -m sim.dev.gallery`.

The figures of sim/report/figures/registry.py stand on the page, under the commands that made them; a list
names them all. The page itself is text from the code (a test keeps it in step); the pictures are made by
running the commands.
"""

from __future__ import annotations

import io
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sim.disk.files import write_whole
from sim.report.figures.registry import BY_NAME, KINDS
from sim.text_table import Table, write

MOST_COLOURS = 128


@dataclass(frozen=True)
class Show:
    """A result, the command that makes it, what it asks, and the figures that are shown of it."""

    folder: str
    asks: str
    command: str
    figures: tuple[str, ...]


SHOWS = (
    Show(
        "history",
        "What happened in one history?",
        "hudna run seed=7",
        ("timeline", "quarters", "causes"),
    ),
    Show(
        "pact",
        "Does a pact among the armed groups hold the truce, and at what cost?",
        "hudna sweep scenario=small_town measures.pact.enabled=false,true runs=100",
        ("break_curve", "comparison", "harms", "spells", "fan"),
    ),
    Show(
        "kidnappings",
        "How does the truce depend on one rate?",
        "hudna sweep scenario=small_town events.kidnapping.base=0.02,0.045,0.09,0.18 runs=40",
        ("response",),
    ),
    Show(
        "kin",
        "And on two things at once?",
        "hudna sweep scenario=small_town kinship.restraint=0.4,0.8,1.6,2.4 kinship.revenge=0,0.8,1.6 runs=25",
        ("heat_map",),
    ),
    Show(
        "screening",
        "Which assumed parameters decide, and how much of it is luck?",
        "hudna sweep scenario=small_town design=morris samples=8 runs=4 "
        "'events.kidnapping.base=tag(log,interval(0.063,0.126))' "
        "'elders.settled_per_day=interval(0.32,0.64)' 'kinship.restraint=interval(0.58,1.16)' "
        "'truce.feud.bar=interval(6,12)'",
        ("morris",),
    ),
    Show(
        "indices",
        "What share of the variance does each account for?",
        "hudna sweep scenario=small_town design=saltelli samples=16 runs=2 "
        "'events.kidnapping.base=tag(log,interval(0.063,0.126))' 'kinship.restraint=interval(0.58,1.16)'",
        ("sobol",),
    ),
)
EXPLAINED = "hudna explain scenario=small_town seed=7 --quick"  # the picture of docs/explain.md
_HEAD = "<!-- Written from the code by `make docs-tables`; change sim/dev/gallery.py, not this page. -->\n\n"
_INTRO = """# Gallery

Figures that `hudna plot` draws, each under the line that made it; [all of them](#all-figures) are listed at
the end. `--out FOLDER` chooses where the result goes; `hudna plot FOLDER` then draws every figure that fits.
"""


def gallery_page() -> str:
    """The page, in Markdown."""
    parts = [_HEAD + _INTRO]
    for show in SHOWS:
        parts.append(f"## {show.asks}\n\n```sh\n{show.command}\n```\n")
        for name in show.figures:
            shows = BY_NAME[name].shows
            parts.append(
                f"### `{name}`\n\n{shows[0].upper()}{shows[1:]}.\n\n![{shows}](img/gallery/{name}.png)\n"
            )
    parts.append(f"## All figures\n\n{_list_of_figures()}")
    return "\n".join(parts)


def _list_of_figures() -> str:
    rows = [(f"`{kind.name}`", kind.of, kind.shows, kind.needs) for kind in KINDS]
    text = io.StringIO()
    write(Table("", ("figure", "of a", "shows", "needs"), rows), "markdown", text)
    return text.getvalue()


def make_pictures(docs: Path, aside: Path) -> None:
    """Run the commands, with results in `aside`, and put their figures into the pictures of `docs`."""
    for show in SHOWS:
        folder = aside / show.folder
        if not folder.is_dir():
            _hudna(*shlex.split(show.command)[1:], "--out", str(folder))
        chosen = [word for name in show.figures for word in ("--figure", name)]
        _hudna("plot", str(folder), *chosen, "--format", "png", "--force")
        for name in show.figures:
            shrink(_picture(folder, name), docs / "img" / "gallery" / f"{name}.png")
    if not (aside / "explained").is_dir():
        _hudna(*shlex.split(EXPLAINED)[1:], "--out", str(aside / "explained"))
    shrink(aside / "explained" / "explain.png", docs / "img" / "explain.png")


def shrink(picture: Path, target: Path) -> None:
    """Write a picture small enough for the docs: fewer pixels, fewer colours."""
    from PIL import Image

    with Image.open(picture) as large:
        small = large.convert("RGB")
        small.thumbnail((1100, 1600))
        bytes_ = io.BytesIO()
        small.quantize(MOST_COLOURS, dither=Image.Dither.NONE).save(bytes_, "PNG", optimize=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, bytes_.getvalue())


def _picture(folder: Path, name: str) -> Path:
    found = sorted((folder / "figures").glob(f"{name}*.png"))
    return found[0]


def _hudna(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "sim", *arguments], check=True)


if __name__ == "__main__":
    make_pictures(Path("docs"), Path("build/gallery"))
