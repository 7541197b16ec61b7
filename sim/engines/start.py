"""From the engine section of a study to a running engine."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sim.disk.leftovers import sweep
from sim.engines.config import Engine
from sim.engines.engine import Runner
from sim.engines.serial import Serial
from sim.errors import InputError

WORKERS = "hudna-workers-"  # how the folders of workers begin, in the temporary folder of the machine


def sweep_workers() -> None:
    """Remove the folders of workers whose study was killed."""
    sweep(Path(tempfile.gettempdir()), WORKERS)


@contextmanager
def started(engine: Engine, n_runs: int, preload: str = "") -> Iterator[Runner]:
    """Give the engine as a runner, closed in the end. `n_runs` bounds its workers.

    Workers on this machine import the module `preload` before their first job. Raises InputError if the
    engine cannot start.
    """
    sweep_workers()
    if engine.name == "serial":
        serial = Serial()
        try:
            yield serial
        finally:
            serial.close()
        return
    with _quiet():
        runner = _with_workers(engine, n_runs, preload)
        try:
            yield runner
        finally:
            runner.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Workers that come and go are our business: distributed says nothing of it meanwhile.

    After an interrupt it goes on saying nothing, for its threads end only with the process.
    """
    import logging

    import distributed  # noqa: F401 (sets its levels when it is imported)

    loggers = [
        logging.getLogger(name) for name in ("distributed", "distributed.client", "tornado", "asyncio")
    ]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    is_over = False
    try:
        yield
    except KeyboardInterrupt:
        is_over = True
        raise
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            if not is_over:
                logger.setLevel(level)


def _with_workers(engine: Engine, n_runs: int, preload: str) -> Runner:
    if engine.scheduler is not None:
        return _join(engine)
    if engine.name == "slurm":
        from sim.engines.slurm import slurm

        return slurm(engine, n_runs)
    from sim.engines.local import local

    return local(engine, n_runs, preload)


def _join(engine: Engine) -> Runner:
    """The workers of a cluster that exists already; it is left as it was found."""
    import distributed

    from sim.engines.cluster import Cluster

    address, tools = engine.scheduler, cast(Any, distributed)  # untyped
    try:
        client = tools.Client(address, timeout=engine.wait_seconds, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        text = " ".join(str(error).split())[:200]
        raise InputError(
            f"engine.scheduler={address}: no dask scheduler can be reached there ({text}); start one with "
            "`dask scheduler`, or leave engine.scheduler out"
        ) from None
    cluster = Cluster(client, 1, lambda: None, lambda: None)

    def count() -> None:
        cluster.n_workers = max(1, _n_threads(client))

    cluster._look_after = count
    try:
        _wait(lambda: _n_threads(client) > 0, engine.wait_seconds)
        if not _n_threads(client):
            raise InputError(
                f"engine.scheduler={address}: no worker has joined it; start some with `dask worker`"
            )
        cluster.check_workers()
        count()
    except BaseException:
        cluster.close()
        raise
    return cluster


def _n_threads(client: Any) -> int:
    return sum(worker["nthreads"] for worker in client.scheduler_info(n_workers=-1)["workers"].values())


def _wait(is_so: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so() and time.monotonic() < end:
        time.sleep(0.1)
