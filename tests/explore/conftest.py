"""A small town that all tests of the explorer share, and a tab without a browser."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("tornado", reason="the explorer needs its extra: pip install 'hudna[explore]'")

from sim.explore.desk import Desk
from sim.explore.tab import Tab

BASE = ["scenario=small_town", "days=40", "burn_in_days=10", "city.n_residents=1500"]


def heed_ctrl_c() -> None:
    """Run in a process to be: Ctrl-C ends it, also where tests run in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


Ask = Callable[..., dict[str, Any]]


def side(**values: Any) -> dict[str, Any]:
    """A side of the page, with values under keys whose dots are written as two underlines."""
    return {"base": BASE, "values": {key.replace("__", "."): value for key, value in values.items()}}


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """What the tabs of a module share."""
    made = Desk(tuple(BASE))
    yield made
    made.close()


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop for requests, one after the other."""
    made = asyncio.new_event_loop()
    yield made
    made.close()


@pytest.fixture
def pushed() -> list[dict[str, Any]]:
    """What a tab was sent unasked."""
    return []


@pytest.fixture
def tab(
    desk: Desk, loop: asyncio.AbstractEventLoop, pushed: list[dict[str, Any]]
) -> Iterator[tuple[Tab, Ask]]:
    """A tab, and a function that asks it and gives the whole reply."""
    made = Tab(desk, pushed.append)

    def ask(do: str, /, **given: Any) -> dict[str, Any]:
        return loop.run_until_complete(made.answer({"id": 1, "do": do, **given}))

    yield made, ask
    loop.run_until_complete(made.close())


@pytest.fixture
def ask(tab: tuple[Tab, Ask]) -> Ask:
    """The function alone."""
    return tab[1]
