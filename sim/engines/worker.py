"""A dask worker of one thread: `python -m sim.engines.worker ADDRESS NAME FOLDER [MODULE]`.

It imports the module before its first job, so that the job is not charged for it.

Its standard input begins with a line of JSON: the credentials of the cluster. It ends as soon as that input
does, which is when the process that started it is gone, killed or not.
Ctrl-C at the terminal reaches it too and is left to that process.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import shutil
import signal
import sys
import threading
from importlib import import_module


def _end_with_parent(folder: str) -> None:
    while os.read(0, 1024):  # nothing more is ever written; an end of file means that the writer is gone
        pass
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _credentials() -> dict[str, str]:
    line = b""
    while not line.endswith(b"\n"):
        if not (block := os.read(0, 65_536)):
            raise SystemExit("the process that started this worker is gone")
        line += block
    told: dict[str, str] = json.loads(line)
    return told


async def _work(address: str, name: str, folder: str, told: dict[str, str]) -> None:
    from sim.engines.private import PrivateWorker, of_worker

    async with PrivateWorker(
        address,
        security=of_worker(told),
        name=name,
        nthreads=1,
        memory_limit=0,
        dashboard=False,
        host="127.0.0.1",
        local_directory=folder,
        death_timeout=60,
    ) as worker:
        await worker.finished()


def main(address: str, name: str, folder: str, preload: str = "") -> None:
    """Serve the dask scheduler at this address, as worker `name`, until it closes us.

    `folder` is for what the worker spills; it is removed when the process that started us is gone.
    `preload`: a module to import first.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    told = _credentials()
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    import dask

    if preload:
        import_module(preload)

    logging.getLogger("distributed").setLevel(logging.ERROR)
    dask.config.set(
        {
            "distributed.worker.profile.enabled": False,
            "distributed.worker.use-file-locking": False,
            "distributed.admin.system-monitor.gil.enabled": False,
            "distributed.admin.system-monitor.interval": "10s",
        }
    )
    gc.collect()
    gc.freeze()  # what is imported stays: collecting after each chunk need not look at it
    asyncio.run(_work(address, name, folder, told))


if __name__ == "__main__":
    main(*sys.argv[1:])
