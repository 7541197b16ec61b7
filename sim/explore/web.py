"""The page itself: its HTML, style and script, from the folder `page`, served apart or as one saved file."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from sim.report import style as house
from sim.report.limits import STATEMENT

_FOLDER = Path(__file__).parent / "page"

# in the order in which they need one another
SCRIPTS = (
    "elements",
    "wire",
    "look",
    "dates",
    "events",
    "timeline",
    "city",
    "settings",
    "guide",
    "pair",
    "tables",
    "many",
    "results",
    "take",
    "history",
    "main",
)


@cache
def script() -> str:
    """The whole script."""
    parts = [(_FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS]
    return f'"use strict";\nconst LOOK = {json.dumps(_look())};\n' + "\n".join(parts)


def _look() -> dict[str, Any]:
    """The colours of the house, so that the page and the figures agree."""
    groups = {
        "camps": house.CAMPS,
        "layers": house.LAYERS,
        "truce": house.TRUCE,
        "losses": house.LOSSES,
        "postures": house.POSTURES,
    }
    used = [look.colour for looks in groups.values() for look in looks.values()]
    return {
        **{
            name: {key: {"colour": look.colour, "width": look.width} for key, look in looks.items()}
            for name, looks in groups.items()
        },
        "colours": {"blue": house.BLUE, "green": house.GREEN, "vermillion": house.VERMILLION},
        "inks": {colour: house.ink_of(colour) for colour in used},
        "socialInk": house.ink_of(house.LAYERS["social"].colour),
        "barInk": house.ink_of(house.VERMILLION),
        "ink": house.INK,
        "faint": house.FAINT,
        "pale": house.PALE,
    }


@cache
def style() -> str:
    """The style sheet."""
    return (_FOLDER / "explore.css").read_text(encoding="utf-8")


@cache
def icon() -> bytes:
    """The icon of the tab."""
    return (_FOLDER / "icon.svg").read_bytes()


def live_page() -> str:
    """The page as it is served, its parts fetched from the same server."""
    links = '<link rel="icon" href="icon.svg"><link rel="stylesheet" href="explore.css">'
    return _page(links, '<script src="explore.js" defer></script>')


def saved_page(content: str) -> str:
    """The page with `content` (JSON, what is seen) in it: one file that fetches nothing."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:"
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}"><style>{style()}</style>'
    data = content.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return _page(
        head, f'<script type="application/json" id="saved">{data}</script><script>{script()}</script>'
    )


def _page(head: str, tail: str) -> str:
    text = (_FOLDER / "explore.html").read_text(encoding="utf-8")
    return (
        text.replace("<!-- head -->", head)
        .replace("<!-- statement -->", STATEMENT)
        .replace("<!-- tail -->", tail)
    )
