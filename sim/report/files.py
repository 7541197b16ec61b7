"""Figures on disk: the same figure gives the same bytes, and a file is there whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from sim.disk.files import write_aside
from sim.report.style import DPI, house_style

# what differs from one run of the program to the next: dates, versions
_NO_METADATA: dict[str, dict[str, None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "ModDate": None, "Creator": None, "Producer": None},
}

# half the time of the default level, for files a little larger
_OPTIONS: dict[str, dict[str, Any]] = {"png": {"pil_kwargs": {"compress_level": 2}}}


def save_figure(
    figure: Figure,
    folder: str | Path,
    name: str,
    formats: Sequence[str] = ("png", "svg"),
    dots_an_inch: int = DPI,
) -> list[Path]:
    """Write `folder/name.<format>` for every format (png, svg, pdf) and return the paths.

    The folder is made if need be. An older file is replaced only by a complete new one. ValueError for a
    format that is not known; OSError if it cannot be written.
    """
    unknown = [format_ for format_ in formats if format_ not in _NO_METADATA]
    if unknown:
        raise ValueError(f"formats: unknown format {unknown[0]!r}; known: {', '.join(_NO_METADATA)}")
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    paths = []
    with house_style():
        for format_ in formats:
            path = target / f"{name}.{format_}"
            with write_aside(path) as aside:
                figure.savefig(
                    aside,
                    format=format_,
                    metadata=_NO_METADATA[format_],
                    dpi=dots_an_inch,
                    **_OPTIONS.get(format_, {}),
                )
            paths.append(path)
    return paths
