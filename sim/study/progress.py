"""How a study shows its progress: a bar on a terminal, plain lines elsewhere, nothing if so asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, Self, TextIO

from sim.stats.intervals import wilson

LINE_SECONDS = 10.0  # between two plain lines
BAR_SECONDS = 0.2


class Standing(Protocol):
    """The progress of a study, or of anything else made of runs."""

    @property
    def n_done(self) -> int:
        """Runs that are done."""
        ...

    @property
    def expected(self) -> int:
        """Total number of runs."""
        ...

    @property
    def n_ok(self) -> int:
        """Runs that succeeded and count in the answer so far; 0 if there is no such answer."""
        ...

    @property
    def n_broke(self) -> int:
        """Those of them in which the truce broke."""
        ...

    @property
    def n_failed(self) -> int:
        """Runs that failed."""
        ...


Told = Callable[[Standing], None]


def running_answer(n_ok: int, n_broke: int, n_failed: int = 0) -> str:
    """The answer so far: "broke 12 of 40, 30 % (18-45 %)"."""
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
    """A line now and then, to `out`: done, rate, time left, the answer so far.

    `every`: the least number of seconds between two lines; the first and the last are always printed.
    """

    def __init__(self, out: TextIO, every: float = LINE_SECONDS) -> None:
        self.out, self.every = out, every
        self.begun = self.last = time.monotonic()
        self.at_start: int | None = None
        self.said = -1

    def __call__(self, standing: Standing) -> None:
        """Print the progress, if it is time."""
        now = time.monotonic()
        if self.at_start is None:
            self.at_start = standing.n_done
        elif standing.n_done < standing.expected and now - self.last < self.every:
            return
        if standing.n_done == self.said and now - self.last < self.every:
            return
        is_new = standing.n_done != self.said
        self.last, self.said = now, standing.n_done
        n_new = standing.n_done - self.at_start
        line = f"{standing.n_done:,} of {standing.expected:,} runs"
        if n_new and now > self.begun:
            rate = n_new / (now - self.begun)
            line += f", {rate:.1f} a second, {spoken((standing.expected - standing.n_done) / rate)} left"
        answer = running_answer(standing.n_ok, standing.n_broke, standing.n_failed)
        under_way = "" if is_new else getattr(standing, "under_way", "")
        print("; ".join(filter(None, (line, answer, under_way))), file=self.out, flush=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Bar:
    """A progress bar (rich), with rate, time left and the answer so far."""

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

    def __call__(self, standing: Standing) -> None:
        """Move the bar."""
        answer = running_answer(standing.n_ok, standing.n_broke, standing.n_failed)
        if self.task is None:
            self.at_start = standing.n_done
            self.task = self.progress.add_task("", total=standing.expected, rate="", answer=answer)
        n_new = standing.n_done - self.at_start
        rate = f"{n_new / max(1e-9, time.monotonic() - self.begun):.1f}/s" if n_new else ""
        answer = answer or getattr(standing, "under_way", "")
        self.progress.update(
            self.task, completed=standing.n_done, total=standing.expected, rate=rate, answer=answer
        )

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.progress.stop()


def show_on(out: TextIO) -> Lines | Bar:
    """A bar if the stream is a terminal, else lines."""
    return Bar(out) if out.isatty() else Lines(out)
