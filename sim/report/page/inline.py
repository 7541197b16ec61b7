"""A figure as SVG that can stand in a page beside others: no header, no metadata, its own ids."""

from __future__ import annotations

import io
import re

from matplotlib.figure import Figure

from sim.report.style import house_style

_IDS = re.compile(r'\bid="([^"]+)"')
_USES = re.compile(r'(href="#|url\(#)')


def inline_svg(figure: Figure, name: str, says: str) -> str:
    """The figure as an <svg> element; `name` keeps its ids apart, `says` is the text for screen readers."""
    stream = io.StringIO()
    with house_style():
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    style = re.search(r'<style type="text/css">\*\{([^}]*)\}</style>', text)
    if style:  # it would hold for the whole page
        text = text.replace(style.group(0), "")
    text = _IDS.sub(rf'id="{name}-\1"', text)
    text = _USES.sub(rf"\g<1>{name}-", text)
    width, height = figure.get_size_inches() * 72
    head = (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{_escape(says)}" '
        'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    )
    return head + text[text.index(">") + 1 :]


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
