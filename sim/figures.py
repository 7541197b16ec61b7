"""Figures for a notebook: `sim.figures.break_curve(study)`, from a result or from the tables themselves.

Every figure of `sim/report/figures/registry.py` is here under its name, imported when it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.report.figures.registry import Kind


def __getattr__(name: str) -> Callable[..., Figure]:
    from sim.report.figures.registry import BY_NAME

    if name not in BY_NAME:
        raise AttributeError(f"module 'sim.figures' has no figure {name!r}; there are {', '.join(BY_NAME)}")
    return _of_result(BY_NAME[name])


def __dir__() -> list[str]:
    from sim.report.figures.registry import BY_NAME

    return sorted(BY_NAME)


def _of_result(kind: Kind) -> Callable[..., Figure]:
    def figure(result: Any, *tables: Any, **options: Any) -> Figure:
        if tables or hasattr(result, "columns"):
            given = (result, *tables)
            names = (*kind.tables, *kind.optional)[: max(len(given), len(kind.tables))]
            return kind.draw(dict(zip(names, given, strict=True)), **options)
        wanted = (*kind.tables, *kind.optional)
        return kind.draw({name: getattr(result, name, None) for name in wanted}, **options)

    figure.__name__ = figure.__qualname__ = kind.name
    figure.__doc__ = f"{kind.shows[0].upper()}{kind.shows[1:]}. Needs {kind.needs}: {', '.join(kind.tables)}."
    return figure
