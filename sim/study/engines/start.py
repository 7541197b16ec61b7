"""From the engine section of a study to a running engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sim.study.engines.engine import Runner
from sim.study.engines.serial import Serial
from sim.study.settings import Engine


@contextmanager
def started(engine: Engine, n_runs: int) -> Iterator[Runner]:
    """The engine, closed in the end. `n_runs` bounds its workers. Raises InputError if it cannot start."""
    runner: Runner
    if engine.name == "serial":
        runner = Serial()
    else:
        from sim.study.engines.dask import joined, local, slurm

        if engine.scheduler is not None:
            runner = joined(engine)
        elif engine.name == "slurm":
            runner = slurm(engine, n_runs)
        else:
            runner = local(engine, n_runs)
    try:
        yield runner
    finally:
        runner.close()
