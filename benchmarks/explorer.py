"""The explorer in headless Chromium: how soon it is usable, how soon a change is on screen, what it leaves.

`python -m benchmarks.explorer` prints it; `--changes 20` is the number of changes of each sort. It needs the
extra `explore` and the tools of developers.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

import psutil
from playwright.sync_api import Browser

from tests.explore.browser import Visit, chromium, server

# sets a field as a user does, and resolves once what came of it was drawn and the browser painted it
_CHANGE = """([id, value]) => new Promise((done) => {
  const field = document.getElementById(id);
  const before = document.body.dataset.shown;
  const began = performance.now();
  const watch = new MutationObserver(() => {
    if (document.body.dataset.shown === before) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began), 0));
  });
  watch.observe(document.body, { attributes: true });
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
})"""


WARM = 20  # changes before the first that is measured, which fill what is held of earlier histories


class Measured(NamedTuple):
    """Seconds until the page can be set and until it shows a history, and of each change; the processor used.

    `measure`: the first day of a measure changes, `dial`: the pace of the army, with which the weeks before
    day 0 are lived through anew; each as pairs (seconds on screen, seconds of the server's processor).
    """

    settable: float
    usable: float
    measure: list[tuple[float, float]]
    dial: list[tuple[float, float]]
    grown_mib: float
    idle_share: float


def measure(browser: Browser, given: Sequence[str], n: int) -> Measured:
    """Open the explorer of these arguments, change two settings n times each, then leave it alone."""
    began = time.perf_counter()
    with server(*given) as (address, process):
        visit = Visit(browser.new_context(), address)
        settable, usable = visit.set_at - began, time.perf_counter() - began
        own = psutil.Process(process.pid)

        def spent() -> float:
            return sum(own.cpu_times()[:2])

        def change(field: str, value: float) -> tuple[float, float]:
            before = spent()
            took = visit.page.evaluate(_CHANGE, [field, str(value)])
            return took / 1000, spent() - before

        for k in range(1, 1 + WARM):
            change("f-pace.army", 1 + k / 1000)
        memory = own.memory_info().rss
        dial = [change("f-pace.army", 1 + k / 1000) for k in range(1 + WARM, 1 + WARM + n)]
        grown = (own.memory_info().rss - memory) / 2**20
        visit.change(lambda: visit.page.check("#m-mediation"))
        measured = [change("f-measures.mediation.start_day", k) for k in range(1, 1 + n)]
        before = spent()
        time.sleep(10)
        idle = (spent() - before) / 10
        visit.check()
    return Measured(settable, usable, measured, dial, grown, idle)


def main(given: Sequence[str] | None = None) -> None:
    """Print what was measured for a small town and for al-Rastan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=20)
    n = parser.parse_args(given).changes
    with chromium() as browser:
        for name in ("small_town", "al_rastan"):
            measure(browser, [name], 1)  # cities built, code compiled
            found = measure(browser, [name], n)
            print(
                f"{name}: can be set after {found.settable:.1f} s, shows a history after {found.usable:.1f} s"
            )
            for what, changes in (("a measure's day", found.measure), ("the army's pace", found.dial)):
                seconds, used = (sorted(each) for each in zip(*changes, strict=True))
                print(
                    f"  {what} changed, on screen after {median(seconds):.2f} s in the median "
                    f"({seconds[0]:.2f} to {seconds[-1]:.2f}); the server's processor {median(used):.2f} s"
                )
            print(
                f"  {n} changes leave {found.grown_mib:+.1f} MiB; idle uses {found.idle_share:.1%} of a core"
            )


if __name__ == "__main__":
    main()
