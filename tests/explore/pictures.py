"""The pictures of docs/explorer.md: `python -m tests.explore.pictures` takes them anew, in Chromium."""

from __future__ import annotations

from pathlib import Path

from tests.explore.browser import Visit, chromium, server

FOLDER = Path(__file__).parent.parent.parent / "docs" / "img"


def main() -> None:
    """Take both pictures."""
    with chromium() as browser:
        with server("seed=7") as (address, _):
            visit = Visit(browser.new_context(), address, height=1460)
            visit.change(lambda: visit.page.click("text=Take the kidnappings out"))
            visit.page.fill("#day", "104")
            visit.page.wait_for_timeout(300)
            visit.page.screenshot(path=FOLDER / "explorer.png")
            visit.check()
        with server("small_town") as (address, _):
            visit = Visit(browser.new_context(), address, height=1000)
            visit.change(lambda: visit.page.click("text=Bring mediators in"))
            visit.page.click("text=Run a hundred histories of each")
            visit.page.wait_for_selector("#view-many figure svg", timeout=600_000)
            visit.page.screenshot(path=FOLDER / "explorer-many.png")
            visit.check()


if __name__ == "__main__":
    main()
