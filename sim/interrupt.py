"""Ctrl-C that is not lost: some libraries swallow the KeyboardInterrupt that is raised while they compile."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_asked = threading.Event()


@contextmanager
def deferred_interrupts() -> Iterator[None]:
    """Remember an interrupt for the length of the block, besides raising KeyboardInterrupt as ever.

    SIGTERM is taken for one, so that what is half-written is removed then too.
    """
    _asked.clear()
    usual = signal.getsignal(signal.SIGINT)
    is_mine = usual is signal.default_int_handler and threading.current_thread() is threading.main_thread()
    told = sys.unraisablehook
    if is_mine:
        signal.signal(signal.SIGINT, _ask)
        ends = signal.signal(signal.SIGTERM, _ask)
        sys.unraisablehook = _unless_interrupted(told)
    try:
        yield
    finally:
        if is_mine:
            signal.signal(signal.SIGINT, usual)
            signal.signal(signal.SIGTERM, ends)
            # an interrupted process ends here, and what it was compiling complains as it is taken down
            sys.unraisablehook = _tell_nothing if _asked.is_set() else told
        _asked.clear()


def check_interrupt() -> None:
    """Raise KeyboardInterrupt if Ctrl-C came since `deferred_interrupts` began: to be called now and then."""
    if _asked.is_set():
        raise KeyboardInterrupt


def _unless_interrupted(told: Callable[[Any], Any]) -> Callable[[Any], None]:
    """Tell what could not be raised, but no interrupt: it is remembered, and heeded soon."""

    def tell(unraisable: Any) -> None:
        if unraisable.exc_type is not KeyboardInterrupt and not _asked.is_set():
            told(unraisable)

    return tell


def _tell_nothing(_unraisable: Any) -> None:
    return None


def _ask(_signal: int, _frame: FrameType | None) -> None:
    _asked.set()
    raise KeyboardInterrupt
