"""The server of the page: on 127.0.0.1 alone, for one browser, with websockets of its own page only."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import secrets
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import tornado.httpserver
import tornado.netutil
import tornado.web
import tornado.websocket

from sim.errors import InputError
from sim.explore import web
from sim.explore.desk import Desk
from sim.explore.side import GivenUp, Side

if TYPE_CHECKING:
    from sim.explore.tab import Tab

HOST = "127.0.0.1"
_NAMES = ("127.0.0.1", "localhost")
_MOST_BYTES = 64 * 2**20  # of a message: a page to be saved comes back with its figures
_PING_SECONDS = 20


class Keys:
    """Who may see the page: addresses that work once, and the cookies that were given for them."""

    def __init__(self) -> None:
        self._tokens: set[str] = set()
        self._cookie = secrets.token_urlsafe(32)

    def new_token(self) -> str:
        """The secret part of a new address."""
        token = secrets.token_urlsafe(24)
        self._tokens.add(token)
        return token

    def redeem(self, token: str) -> str | None:
        """The cookie for a token that was not used yet, else None."""
        for known in self._tokens:
            if secrets.compare_digest(known.encode(), token.encode()):
                self._tokens.discard(known)
                return self._cookie
        return None

    def fits(self, cookie: str | None) -> bool:
        """Whether a cookie is the one that was given."""
        return cookie is not None and secrets.compare_digest(cookie.encode(), self._cookie.encode())


class _Guarded(tornado.web.RequestHandler):
    """A request that is answered to the browser that redeemed an address, on this machine, alone."""

    def initialize(self, explorer: Explorer) -> None:
        self.explorer = explorer

    def prepare(self) -> None:
        name, _, port = self.request.host.partition(":")
        if name not in _NAMES or port != str(self.explorer.port):
            raise tornado.web.HTTPError(403, reason="Wrong host")
        token = self.get_query_argument("token", None)
        if self.explorer.keys.fits(self.get_cookie(self.explorer.cookie)):
            if token is not None:
                self.redirect("/")
            return
        cookie = self.explorer.keys.redeem(token) if token is not None else None
        if cookie is None:
            self.set_status(403)
            self.finish(_REFUSED)
            return
        self.set_cookie(self.explorer.cookie, cookie, httponly=True, samesite="Strict", path="/")
        self.redirect("/")

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.clear_header("Server")

    def write_error(self, status_code: int, **_: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}: {self._reason}\n")


_REFUSED = (
    "<!doctype html><html lang='en'><meta charset='utf-8'><title>Hudna explorer</title>"
    "<p>This address has been used or is incomplete. Each address works once, in one browser. "
    "Stop <code>hudna explore</code> with Ctrl-C and start it again for a new one.</p>"
)

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class _Page(_Guarded):
    """The page and its parts."""

    def get(self, name: str) -> None:
        parts: dict[str, tuple[str, Callable[[], str | bytes]]] = {
            "": ("text/html", web.live_page),
            "explore.js": ("text/javascript", web.script),
            "explore.css": ("text/css", web.style),
            "icon.svg": ("image/svg+xml", web.icon),
        }
        if name not in parts:
            raise tornado.web.HTTPError(404)
        kind, make = parts[name]
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.set_header("Content-Security-Policy", _POLICY.format(host=self.request.host))
        self.finish(make())


class _Wire(tornado.websocket.WebSocketHandler):
    """The websocket of one tab. Its page, and no other one, may open it."""

    def initialize(self, explorer: Explorer) -> None:
        self.explorer = explorer

    def prepare(self) -> None:
        name, _, port = self.request.host.partition(":")
        is_ours = name in _NAMES and port == str(self.explorer.port)
        if not is_ours or not self.explorer.keys.fits(self.get_cookie(self.explorer.cookie)):
            raise tornado.web.HTTPError(403)
        if "Origin" not in self.request.headers:  # every browser sends one
            raise tornado.web.HTTPError(403)

    def check_origin(self, origin: str) -> bool:
        return origin == f"http://{self.request.host}"

    async def open(self, *_: str, **__: str) -> None:
        tab = await self.explorer.open_tab(self._send)
        if self.ws_connection is not None:  # else the page is gone meanwhile
            self.tab = tab
            self.explorer.tabs.add(tab)

    def on_message(self, message: str | bytes) -> None:
        task = asyncio.create_task(self._answer(message))
        self.explorer.tasks.add(task)  # or it may be collected before it is done
        task.add_done_callback(self.explorer.tasks.discard)

    async def _answer(self, message: str | bytes) -> None:
        try:
            asked = json.loads(message)
        except (ValueError, RecursionError):
            asked = None
        self._send(await self.tab.answer(asked))

    def _send(self, reply: dict[str, Any]) -> None:
        try:
            text = _write(reply)
        except (TypeError, ValueError) as error:  # or the page would wait for ever
            why = {"key": "", "text": f"Internal error: the answer cannot be sent ({error})."}
            text = _write({"id": reply.get("id"), "ok": False, "errors": [why]})
        with contextlib.suppress(tornado.websocket.WebSocketClosedError):
            self.write_message(text)

    def on_close(self) -> None:
        tab = getattr(self, "tab", None)
        if tab is not None:
            self.explorer.tabs.discard(tab)
            task = asyncio.create_task(tab.close())
            self.explorer.tasks.add(task)
            task.add_done_callback(self.explorer.tasks.discard)


class Explorer:
    """A server that listens (on a free port for 0), and the tabs that are open.

    Raises InputError if the port is taken.
    """

    def __init__(self, desk: Desk, port: int = 0) -> None:
        self.desk, self.keys = desk, Keys()
        self.tabs: set[Tab] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self._socket = _listen(port)
        self.port: int = self._socket.getsockname()[1]
        self.cookie = f"hudna-explore-{self.port}"  # cookies do not know ports: each server has its own

    def address(self) -> str:
        """A new address of the page, which works once."""
        return f"http://{HOST}:{self.port}/?token={self.keys.new_token()}"

    async def serve(self, until: asyncio.Event, ready: Callable[[], None] = lambda: None) -> None:
        """Answer until the event is set, then end what the tabs began; `ready` is called once it answers."""
        given = {"explorer": self}
        application = tornado.web.Application(
            [(r"/wire", _Wire, given), (r"/([a-z.]*)", _Page, given)],
            websocket_ping_interval=_PING_SECONDS,
            websocket_max_message_size=_MOST_BYTES,
            compress_response=True,
            log_function=lambda _: None,
        )
        server = tornado.httpserver.HTTPServer(application)
        server.add_sockets([self._socket])
        try:
            ready()
            await until.wait()
        finally:
            server.stop()
            self.desk.is_closed = True  # histories under way are given up
            ends = [tab.close() for tab in list(self.tabs)]
            await asyncio.gather(*ends, *self.tasks, return_exceptions=True)

    async def open_tab(self, send: Callable[[dict[str, Any]], None]) -> Tab:
        """A tab, which pushes by `send`; its modules are imported aside, while the server answers."""

        def load() -> type[Tab]:
            from sim.explore.tab import Tab

            return Tab

        made = await asyncio.get_running_loop().run_in_executor(self.desk.errands, load)
        return made(self.desk, send)

    def warm_up(self) -> None:
        """Simulate the first history before anybody asks, so that the page finds it."""

        def work() -> None:
            with contextlib.suppress(InputError, GivenUp):
                self.desk.history(Side(self.desk.base, {}, (), self.desk.config_dir))
            gc.freeze()  # what is there now stays
            gc.enable()

        self.desk.simulation.submit(work)


def _write(reply: dict[str, Any]) -> str:
    return json.dumps(reply, allow_nan=False, separators=(",", ":"))


def _listen(port: int) -> socket.socket:
    try:
        return tornado.netutil.bind_sockets(port, HOST, family=socket.AF_INET)[0]
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"--port {port}: cannot be used ({why}); leave it out to use a free port") from None
