"""Do islands on an engine of studies; finished ones are kept, so the same command continues after a stop."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sim.explanation.kept import Kept, kept_in
from sim.explanation.spread import Execution, do_works
from sim.following.island import Island, IslandFound
from sim.version import __version__


@contextmanager
def done(islands: Sequence[Island], how: Execution) -> Iterator[list[IslandFound]]:
    """Let the islands follow their records, and give what each found, in their order.

    It does not depend on the engine, or on how often it was stopped. What was kept for resuming is dropped
    when the block is left without an error, since the results are then complete. Raises Unfinished or
    KeyboardInterrupt if it is stopped, and InputError for a record that no particle can follow.
    """
    if how.beside is None:
        yield _do(islands, how, None)
        return
    with kept_in(how.beside / f".follow-{digest_of(islands)[:16]}") as kept:
        yield _do(islands, how, kept)
        kept.drop()


def digest_of(islands: Sequence[Island]) -> str:
    """SHA-256 of everything that determines what these islands find."""
    sha = hashlib.sha256(f"hudna {__version__}".encode())
    for each in islands:
        asked = (each.record, each.scenario.model_dump_json(), each.draws, each.seed, each.weigh_marks)
        sha.update(repr((*asked, each.ahead)).encode())
    return sha.hexdigest()


def _do(islands: Sequence[Island], how: Execution, kept: Kept | None) -> list[IslandFound]:
    found = {place: IslandFound.of(plain) for place, plain in kept.done.items()} if kept else {}

    def add(place: int, island: IslandFound) -> None:
        if kept is not None:
            kept.add(place, island.plain())
        found[place] = island

    do_works(islands, [len(each.draws) for each in islands], found, how, add)
    return [found[place] for place in range(len(islands))]
