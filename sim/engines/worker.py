"""A dask worker of one thread: `python -m sim.engines.worker ADDRESS NAME FOLDER [MODULE]`.

It imports the module before its first job, so that the job is not charged for it.

It ends as soon as its standard input does, which is when the process that started it is gone, killed or not.
Ctrl-C at the terminal reaches it too and is left to that process.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import shutil
import signal
import sys
import threading
from importlib import import_module


def _end_with_parent(folder: str) -> None:
    while os.read(0, 1024):  # nothing is ever written; an end of file means that the writer is gone
        pass
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


async def _work(address: str, name: str, folder: str) -> None:
    from distributed import Worker

    async with Worker(
        address,
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
    """Serve the scheduler at this address until it closes us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
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
    asyncio.run(_work(address, name, folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
