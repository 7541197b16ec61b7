"""Python's search for garbage, put off in commands that end before it would find any."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 50_000  # that are made between two looks; Python's own number is 700, or 2,000 from 3.12 on


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage seldom within the block.

    Imports and a single history make next to none, and looking for it takes an eighth of their time.
    """
    first, *others = gc.get_threshold()
    gc.set_threshold(max(first, _OBJECTS), *others)
    try:
        yield
    finally:
        gc.set_threshold(first, *others)
