"""The one error a user may see: a line that says where, what, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(Exception):
    """Something the user gave cannot be used. The command line prints it and exits with 2."""


def closest(word: str, known: Iterable[str]) -> str:
    """Return a clause naming the known words nearest to `word`, e.g. "did you mean 'seed'?"."""
    names = sorted(set(known))
    near = get_close_matches(word, names, n=3, cutoff=0.5)
    if near:
        return "did you mean " + " or ".join(repr(name) for name in near) + "?"
    if not names:
        return "there is none"
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"known: {shown}"
