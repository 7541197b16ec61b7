"""The errors a user may see, each a line or a few: what is wrong with the input, or why a study stopped."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(Exception):
    """Something the user gave cannot be used. The command line prints it and exits with 2."""


class NoTruce(InputError):  # noqa: N818 (named for what is not there)
    """No truce can stand on day 0 under these settings, whatever the luck of a run."""


class Unfinished(Exception):  # noqa: N818 (no mistake of anybody: what is done so far is kept)
    """A study stopped before its end and can be resumed. The command line prints it and exits with 3."""


class FailedFast(Unfinished):
    """It stopped because a run failed and that was asked for. The command line exits with 1."""


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
