"""Text as it is written in the grammar of overrides."""

from __future__ import annotations


def quote(text: str) -> str:
    """The text in single quotes, escaped, so that an override takes it word for word."""
    trailing = len(text) - len(text.rstrip("\\"))
    clean = text[: len(text) - trailing] + "\\" * (2 * trailing)
    return "'" + clean.replace("\\'", "\\\\'").replace("'", "\\'") + "'"
