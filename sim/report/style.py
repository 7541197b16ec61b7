"""The one style of all figures. The colours are Okabe and Ito's, each with one meaning.

Within a group (camps, layers, endings, states of the truce) members also differ without colour: by
lightness where the palette allows, and by marker, line or hatch where it does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sim.core.sums import add_in_order

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE, GREY = "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#999999"

INK, FAINT, PALE = "#222222", "#666666", "#E6E6E6"  # text, lesser text, guides


@dataclass(frozen=True, slots=True)
class Look:
    """How one thing is drawn wherever it appears."""

    colour: str
    marker: str = "o"
    line: str = "-"
    width: float = 1.4
    hatch: str = ""
    area: float = 1.0  # of a marker: squares look larger than circles


CAMPS: Mapping[str, Look] = MappingProxyType(
    {
        "loyalist": Look(BLUE, "o", width=2.0),
        "uncommitted": Look(GREY, "s", width=1.1),
        "opposition": Look(ORANGE, "^", width=1.5),
    }
)

LAYERS: Mapping[str, Look] = MappingProxyType(
    {"social": Look(PURPLE, "o"), "standoff": Look(BLACK, "s", area=0.75)}
)

ENDINGS: Mapping[str, Look] = MappingProxyType(
    {
        "feud": Look(VERMILLION, "o", "-"),
        "passage": Look(YELLOW, "s", "--", hatch="//"),
        "exodus": Look(BLUE, "^", "-.", hatch=".."),
        "siege": Look(SKY, "D", ":", hatch="xx"),
        "assault": Look(BLACK, "v", (0, (5, 1, 1, 1, 1, 1))),  # type: ignore[arg-type]
    }
)

TRUCE: Mapping[str, Look] = MappingProxyType(
    {"holding": Look(SKY), "strained": Look(YELLOW), "broken": Look(VERMILLION)}
)

LOSSES: Mapping[str, Look] = MappingProxyType({"dead": Look(BLACK, "x"), "captive": Look(GREEN, "D")})

# from outside to inside the city, the harsher the darker; hatched where the fighting is over
POSTURES: Mapping[str, Look] = MappingProxyType(
    {
        "observing": Look("#F0F0F0"),
        "squeezing": Look("#D2D2D2"),
        "besieging": Look("#A3A3A3"),
        "bombarding": Look("#6E6E6E"),
        "storming": Look("#1A1A1A"),
        "holding": Look("#6E6E6E", hatch="////"),
        "withdrawn": Look("#F0F0F0", hatch="...."),
    }
)

SIZE_TITLE, SIZE_TEXT, SIZE_SMALL = 14.0, 9.0, 8.0
WIDTH_INCHES = 10.0
PHONE_INCHES = 3.4  # of a figure for a phone: on a page 390 px wide its smallest letters are 11 px
DPI = 150

_SETTINGS: Any = {  # Any: the stubs of matplotlib list every key
    "font.family": "sans-serif",
    # the first one ships with matplotlib, so every machine measures alike; the rest is for viewers of SVG
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial", "sans-serif"],
    "font.size": SIZE_TEXT,
    "text.color": INK,
    "text.parse_math": False,  # a dollar in a name is a dollar
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.labelsize": SIZE_TEXT,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": SIZE_TEXT,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 5.0,
    "axes.titley": 1.0,  # given, it need not be searched for: a tenth of a second
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SIZE_SMALL,
    "ytick.labelsize": SIZE_SMALL,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.frameon": False,
    "legend.fontsize": SIZE_SMALL,
    "legend.borderpad": 0,
    "legend.borderaxespad": 0.25,
    "legend.handletextpad": 0.4,
    "legend.columnspacing": 1.2,
    "legend.handlelength": 1.2,
    "savefig.dpi": DPI,
    "figure.dpi": DPI,
    "hatch.linewidth": 0.7,
    "svg.fonttype": "none",  # text stays text: it can be searched, and edited for a paper
    "svg.hashsalt": "hudna",  # ids in the file are the same in every run
    "pdf.fonttype": 42,
}


_is_for_phone: ContextVar[bool] = ContextVar("is_for_phone", default=False)


@contextmanager
def for_phone() -> Iterator[None]:
    """Inside the block, draw figures narrow, their panels one below the other."""
    before = _is_for_phone.set(True)
    try:
        yield
    finally:
        _is_for_phone.reset(before)


def is_for_phone() -> bool:
    """Whether figures are to be narrow now."""
    return _is_for_phone.get()


@contextmanager
def house_style() -> Iterator[None]:
    """Draw and save in this style, whatever the user's own settings are; they are restored afterwards."""
    import matplotlib  # the colours alone are wanted where nothing is drawn

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)
        yield


def lightness(colour: str) -> float:
    """Lightness of a colour "#RRGGBB" as it looks in grey: L* of CIELAB, 0 to 100."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = add_in_order(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    cube_root: float = luminance ** (1 / 3)
    return 116 * cube_root - 16 if luminance > 0.008856 else 903.3 * luminance


def ink_of(colour: str) -> str:
    """The colour, dark enough to be read as text on white."""
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    while lightness(colour) > 45:
        channels = [int(c * 0.94) for c in channels]
        colour = "#" + "".join(f"{c:02X}" for c in channels)
    return colour
