"""A command while it works: progress on the error stream, and how it is stopped."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import typer

from sim.errors import FailedFast, Unfinished

FAILED = 1  # exit status: some runs failed


@contextmanager
def watched(goes_on: str | Callable[[], str]) -> Iterator[Any]:
    """Show progress on the error stream; Ctrl-C or SIGTERM stops the runs and says what is kept, and how
    one `goes_on` (asked for then, if it is a function).
    """
    from sim.study.progress import show_on

    told: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        told.append(number)
        raise KeyboardInterrupt  # no Exception: a run that is under way must not take it for its own

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with show_on(sys.stderr) as shown:

            def tell(standing: Any) -> None:
                shown(standing)
                if told:  # compiled code may have swallowed what was raised
                    raise KeyboardInterrupt

            yield tell
    except KeyboardInterrupt:
        said = goes_on if isinstance(goes_on, str) else goes_on()
        if signal.SIGTERM in told:
            raise Unfinished(f"told to end (SIGTERM); {said}") from None
        print(f"hudna: {said}", file=sys.stderr)
        raise
    except FailedFast as error:
        print(f"hudna: {error}", file=sys.stderr)
        raise typer.Exit(FAILED) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
