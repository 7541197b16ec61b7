"""How a study shows that it moves: a bar on a terminal, plain lines elsewhere, nothing when asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TextIO

from sim.study.agenda import Agenda
from sim.study.intervals import wilson

LINE_SECONDS = 10.0  # between two plain lines
BAR_SECONDS = 0.2

Told = Callable[[Agenda], None]


def running_answer(n_ok: int, n_broke: int, n_failed: int = 0) -> str:
    """The answer up to now: "broke 12 of 40, 30 % (18-45 %)"."""
    if not n_ok:
        return f"{n_failed} failed" if n_failed else ""
    low, high = wilson(n_broke, n_ok)
    told = f"broke {n_broke:,} of {n_ok:,}, {100 * n_broke / n_ok:.0f} % ({100 * low:.0f}-{100 * high:.0f} %)"
    return f"{told}, {n_failed} failed" if n_failed else told


def spoken(seconds: float) -> str:
    """A duration: "40 s", "12 min", "3.5 h"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


class Lines:
    """A line now and then: done, rate, time left, the answer up to now."""

    def __init__(self, out: TextIO, every: float = LINE_SECONDS) -> None:
        self.out, self.every = out, every
        self.begun = self.last = time.monotonic()
        self.at_start: int | None = None
        self.said = -1

    def __call__(self, agenda: Agenda) -> None:
        """Say how far it is, if it is time."""
        now = time.monotonic()
        if self.at_start is None:
            self.at_start = agenda.n_done
        elif agenda.n_done < agenda.expected and now - self.last < self.every:
            return
        if agenda.n_done == self.said:
            return
        self.last, self.said = now, agenda.n_done
        n_new = agenda.n_done - self.at_start
        line = f"{agenda.n_done:,} of {agenda.expected:,} runs"
        if n_new and now > self.begun:
            rate = n_new / (now - self.begun)
            line += f", {rate:.1f} a second, {spoken((agenda.expected - agenda.n_done) / rate)} left"
        answer = running_answer(agenda.n_ok, agenda.n_broke, agenda.n_failed)
        print(f"{line}; {answer}" if answer else line, file=self.out, flush=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Bar:
    """A bar of rich, with rate, time left and the answer up to now."""

    def __init__(self, out: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self.progress = Progress(
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[answer]}", markup=False),
            console=Console(file=out),
            refresh_per_second=1 / BAR_SECONDS,
        )
        self.task: Any = None
        self.begun, self.at_start = time.monotonic(), 0

    def __call__(self, agenda: Agenda) -> None:
        """Move the bar."""
        answer = running_answer(agenda.n_ok, agenda.n_broke, agenda.n_failed)
        if self.task is None:
            self.at_start = agenda.n_done
            self.task = self.progress.add_task("", total=agenda.expected, rate="", answer=answer)
        n_new = agenda.n_done - self.at_start
        rate = f"{n_new / max(1e-9, time.monotonic() - self.begun):.1f}/s" if n_new else ""
        self.progress.update(
            self.task, completed=agenda.n_done, total=agenda.expected, rate=rate, answer=answer
        )

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.progress.stop()


def shown_on(out: TextIO) -> Lines | Bar:
    """A bar if the stream is a terminal, else lines."""
    return Bar(out) if out.isatty() else Lines(out)
