"""A dask scheduler and workers that are the user's alone.

Dask runs what it is sent, whoever sends it. So what we start takes connections with our certificate alone
(TLS both ways, made for each study and kept in memory), and serves no web pages, which would name
workers and addresses to everybody on the machine.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any, cast

import distributed
from distributed import Scheduler, Worker
from distributed.comm.addressing import get_address_host
from distributed.core import Status

LOST_SECONDS = 180.0  # above dask's own patience with a scheduler that is slow to answer
_tools = cast(Any, distributed)  # untyped


def credentials() -> Any:
    """New TLS credentials (distributed.Security), for one cluster."""
    return _tools.Security.temporary()


def for_workers(security: Any) -> dict[str, str]:
    """What a worker needs of the credentials, as plain data for `of_worker`: PEM texts by name."""
    return {
        "tls_ca_file": security.tls_ca_file,
        "tls_worker_cert": security.tls_worker_cert,
        "tls_worker_key": security.tls_worker_key,
    }


def of_worker(told: dict[str, str]) -> Any:
    """The credentials of a worker, from what `for_workers` gave."""
    return _tools.Security(require_encryption=True, **told)


def own_address(interface: str | None) -> str:
    """The IP address of this machine on an interface, None for the one that leads out.

    Raises ValueError for an interface that is not there.
    """
    address = _tools.utils.get_ip() if interface is None else _tools.utils.get_ip_interface(interface)
    return str(address)


def end_when_lost(
    is_at_work: Callable[[], bool],
    seconds: float = LOST_SECONDS,
    end: Callable[[int], Any] = os._exit,
    look_seconds: float = 5.0,
) -> None:
    """End this process, with status 1, once `is_at_work` has said no for so many `seconds` on end.

    It is asked every `look_seconds`. A job on a cluster must not outlive its study.
    """
    last = time.monotonic()
    while time.monotonic() - last < seconds:
        time.sleep(look_seconds)
        if is_at_work():
            last = time.monotonic()
    end(1)


class PrivateScheduler(Scheduler):
    """A scheduler without a web server."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """Start none."""


class PrivateWorker(Worker):
    """A worker without a web server, which listens where the scheduler can reach it and nowhere else."""

    def __init__(self, scheduler: str, *rest: Any, **more: Any) -> None:
        if more.get("host") is None and more.get("interface") is None:
            more["host"] = _tools.utils.get_ip(get_address_host(scheduler))
        super().__init__(scheduler, *rest, **more)
        threading.Thread(target=end_when_lost, args=(self._is_at_work,), daemon=True).start()

    def _is_at_work(self) -> bool:
        return self.status in (Status.running, Status.paused)

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """Start none."""
