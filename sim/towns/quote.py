"""Text as it is written in the grammar of overrides."""

from __future__ import annotations


def quote(text: str) -> str:
    """Text in the grammar of overrides."""
    trailing = len(text) - len(text.rstrip("\\"))
    clean = text[: len(text) - trailing] + "\\" * (2 * trailing)
    return "'" + clean.replace("\\'", "\\\\'").replace("'", "\\'") + "'"
