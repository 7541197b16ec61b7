"""The page in headless Chromium: a server in a process of its own, and tabs whose every request is logged."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.explore.conftest import heed_ctrl_c
from tests.figures.browser import CHROMIUM

__all__ = ["CHANGE_SEEDS", "CHROMIUM", "HARD_TO_READ", "MOVES_SIDEWAYS", "Visit", "chromium", "server"]

PATIENCE = 60_000  # milliseconds: machines that run tests may be busy
expect.set_options(timeout=PATIENCE)
_OURS = ("http://127.0.0.1:", "ws://127.0.0.1:", "blob:http://127.0.0.1:", "data:")

# scripts that the page runs: boxes whose content is wider than they are, texts too small or cut off, one seed
# after the other
MOVES_SIDEWAYS = "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.className)"
HARD_TO_READ = """all => all.flatMap(svg => {
  const frame = svg.getBoundingClientRect(), scale = svg.getScreenCTM().a;
  return [...svg.querySelectorAll("text")].filter(text => {
    const box = text.getBoundingClientRect(), size = parseFloat(getComputedStyle(text).fontSize) * scale;
    return box.width > 0 && (size < 10.95 || box.left < frame.left - 1 || box.right > frame.right + 1);
  }).map(text => text.textContent);
})"""
CHANGE_SEEDS = """async (seeds) => {
  const field = document.getElementById("f-seed");
  for (const seed of seeds) {
    const before = document.body.dataset.shown;
    field.value = seed;
    field.dispatchEvent(new Event("input"));
    while (document.body.dataset.shown === before) await new Promise((done) => setTimeout(done, 5));
  }
}"""


@contextmanager
def server(*given: str, cwd: Path | None = None) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """An explorer, by its address, which works once, and its process; ended by Ctrl-C."""
    command = [sys.executable, "-m", "sim", "explore", "--no-browser", *given]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=cwd, preexec_fn=heed_ctrl_c
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http\S+", process.stdout.readline())
        assert found, "it said no address"
        try:
            yield found.group(0), process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


class Visit:
    """A tab: its page, every request that left for elsewhere, and every complaint of the browser."""

    def __init__(self, context: BrowserContext, address: str, width: int = 1280, height: int = 900) -> None:
        self.elsewhere: list[str] = []
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.on("request", lambda request: self._note(request.url))
        self.page.on("websocket", lambda socket: self._note(socket.url))
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)
        self.page.wait_for_selector("#m-mediation", state="attached")
        self.set_at = time.perf_counter()  # when its settings were there
        self.wait_for_history()

    def _note(self, url: str) -> None:
        if not url.startswith(_OURS) and not url.startswith("file:"):
            self.elsewhere.append(url)

    @property
    def n_shown(self) -> int:
        """How many histories, or pairs of them, were put on the page since it was loaded."""
        return int(self.page.locator("body").get_attribute("data-shown") or 0)

    def wait_for_history(self, after: int = 0) -> None:
        """Wait until a history is shown that was not there `after` so many."""
        self.page.wait_for_selector(f'body[data-shown="{after + 1}"]')

    def change(self, action: Any) -> None:
        """Do something that asks for a history, and wait for it."""
        before = self.n_shown
        action()
        self.wait_for_history(before)

    def check(self) -> None:
        """Fail if anything was asked of another machine, or the browser complained."""
        assert self.elsewhere == []
        assert self.complaints == []
