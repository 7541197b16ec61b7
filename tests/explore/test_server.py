"""The server: this machine alone, one browser an address, websockets of its own page only."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import tornado.httpclient
import tornado.websocket

from sim.errors import InputError
from sim.explore.desk import Desk
from sim.explore.server import Explorer
from tests.explore.conftest import BASE

Client = tornado.httpclient.AsyncHTTPClient
Response = tornado.httpclient.HTTPResponse


def with_server(work: Callable[[Explorer], Awaitable[None]]) -> None:
    async def run() -> None:
        explorer, until = Explorer(Desk(tuple(BASE))), asyncio.Event()
        serving = asyncio.create_task(explorer.serve(until))
        try:
            await work(explorer)
        finally:
            until.set()
            await serving
            explorer.desk.close()

    asyncio.run(run())


async def get(url: str, **headers: str) -> Response:
    return await Client().fetch(url, headers=headers, follow_redirects=False, raise_error=False)


def cookie_of(response: Response) -> str:
    return response.headers["Set-Cookie"].split(";")[0]


def test_an_address_opens_the_page_once_and_its_cookie_again_and_again() -> None:
    async def work(explorer: Explorer) -> None:
        address = explorer.address()
        root = address.split("?")[0]
        assert root.startswith("http://127.0.0.1:")
        first = await get(address)
        assert first.code == 302
        assert "HttpOnly" in first.headers["Set-Cookie"]
        assert "SameSite=Strict" in first.headers["Set-Cookie"]
        for name in ("", "explore.js", "explore.css", "icon.svg"):
            assert (await get(root + name, Cookie=cookie_of(first))).code == 200
        assert (await get(address)).code == 403
        assert (await get(root)).code == 403
        assert (await get(root, Cookie=f"{explorer.cookie}=guess")).code == 403
        assert (await get(root + "etc", Cookie=cookie_of(first))).code == 404
        page = await get(root, Cookie=cookie_of(first))
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "Exploratory, not predictive" in page.body.decode()
        assert explorer.address() != address

    with_server(work)


def test_another_host_name_is_refused_though_it_leads_here() -> None:
    async def work(explorer: Explorer) -> None:
        address = explorer.address()
        cookie = cookie_of(await get(address))
        assert (await get(address.split("?")[0], Cookie=cookie, Host="example.org")).code == 403
        assert (await get(address.split("?")[0], Cookie=cookie, Host="127.0.0.1:1")).code == 403

    with_server(work)


def test_a_websocket_needs_the_cookie_and_the_origin_of_the_page() -> None:
    async def work(explorer: Explorer) -> None:
        cookie = cookie_of(await get(explorer.address()))
        own = f"http://127.0.0.1:{explorer.port}"

        async def knock(**headers: str) -> Any:
            request = tornado.httpclient.HTTPRequest(f"ws://127.0.0.1:{explorer.port}/wire", headers=headers)
            return await tornado.websocket.websocket_connect(request)

        for headers in (
            {"Origin": own},
            {"Cookie": cookie},
            {"Cookie": cookie, "Origin": "http://example.org"},
            {"Cookie": cookie, "Origin": f"http://localhost:{explorer.port}"},
            {"Cookie": cookie, "Origin": "http://127.0.0.1:1"},
            {"Cookie": f"{explorer.cookie}=guess", "Origin": own},
        ):
            with pytest.raises(tornado.httpclient.HTTPClientError, match="403"):
                await knock(**headers)
        wire = await knock(Cookie=cookie, Origin=own)
        await wire.write_message(json.dumps({"id": 5, "do": "hello"}))
        reply = json.loads(await wire.read_message())
        assert (reply["id"], reply["ok"], reply["data"]["base"]) == (5, True, BASE)
        await wire.write_message("no json {")
        assert not json.loads(await wire.read_message())["ok"]
        assert len(explorer.tabs) == 1
        wire.close()
        while explorer.tabs:
            await asyncio.sleep(0.01)

    with_server(work)


def test_an_answer_that_cannot_be_sent_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.explore.tab import Tab

    async def say_nonsense(*_: Any) -> dict[str, Any]:
        return {"what": object(), "how": float("nan")}

    monkeypatch.setattr(Tab, "cancel", say_nonsense)

    async def work(explorer: Explorer) -> None:
        cookie = cookie_of(await get(explorer.address()))
        headers = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{explorer.port}"}
        request = tornado.httpclient.HTTPRequest(f"ws://127.0.0.1:{explorer.port}/wire", headers=headers)
        wire = await tornado.websocket.websocket_connect(request)
        await wire.write_message(json.dumps({"id": 7, "do": "cancel"}))
        reply = json.loads(await wire.read_message() or "")
        assert (reply["id"], reply["ok"]) == (7, False)
        assert "cannot be sent" in reply["errors"][0]["text"]

    with_server(work)


def test_a_port_that_is_taken_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        desk = Desk()
        with pytest.raises(InputError, match=f"--port {port}: cannot be used"):
            Explorer(desk, port)
        desk.close()
