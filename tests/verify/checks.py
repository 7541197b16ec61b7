"""What the tests of known answers share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.verify import CHECKS, KnownAnswer


def met(run: Callable[[int], Iterator[KnownAnswer]], *, about: str = "") -> bool:
    """Whether a check of `hudna verify` passes in its usual strength; `about` picks some of its lines."""
    usual = next(check.usual for check in CHECKS if check.run is run)
    lines = [answer for answer in run(usual) if about in answer.what]
    assert lines, f"nothing about {about!r}"
    missed = [answer for answer in lines if not answer.passes]
    assert not missed
    return True
