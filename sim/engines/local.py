"""Worker processes on this machine: a dask scheduler in this process, and workers that we look after.

Each worker is a process of its own, `python -m sim.engines.worker`: nothing of the caller's script is
run again in it, it ends when this process ends however that happens, and one that dies is replaced.
It is told its credentials through its standard input, which nobody else can read.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.disk.leftovers import owner
from sim.engines.cluster import Cluster
from sim.engines.config import Engine
from sim.engines.cores import cores
from sim.engines.start import WORKERS
from sim.errors import InputError, Unfinished

DEATHS_BEFORE_BLAME = 3
START_SECONDS = 120.0
MOST_FAILED_STARTS = 3


@dataclass
class _Worker:
    name: str
    process: subprocess.Popen[bytes]
    has_joined: bool = False


class Local:
    """A dask scheduler in this process and its worker processes on this machine.

    Each worker imports the module `preload` ("" for none) before its first job.
    """

    def __init__(self, n_workers: int, preload: str) -> None:
        import dask
        import distributed

        from sim.engines.private import PrivateScheduler, credentials, for_workers

        tools: Any = distributed  # untyped

        self.folder = Path(tempfile.mkdtemp(prefix=f"{WORKERS}{owner()}"))
        security = credentials()
        self.told = json.dumps(for_workers(security)).encode() + b"\n"
        self.n_started = self.n_failed_starts = 0
        self.preload = preload
        self.workers: list[_Worker] = []
        quiet = {
            "distributed.scheduler.allowed-failures": DEATHS_BEFORE_BLAME - 1,
            "distributed.scheduler.worker-saturation": 1.0,
            "distributed.admin.system-monitor.gil.enabled": False,
            "temporary-directory": str(self.folder),
        }
        with dask.config.set(quiet):
            options = {
                "protocol": "tls",
                "host": "127.0.0.1",
                "port": 0,
                "security": security,
                "dashboard": False,
            }
            scheduler = {"cls": PrivateScheduler, "options": options}
            self.cluster = tools.SpecCluster(
                workers={}, scheduler=scheduler, security=security, silence_logs=False
            )
        self.client = tools.Client(self.cluster, set_as_default=False)
        self.workers = [self.start() for _ in range(n_workers)]

    def start(self) -> _Worker:
        """Start a worker process."""
        self.n_started += 1
        name = f"hudna-{self.n_started}"
        home = str(Path(__file__).resolve().parents[2])
        paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
            environment[threads] = "1"
        address = self.cluster.scheduler_address
        with open(self.folder / f"{name}.log", "wb") as log:
            start = [sys.executable, "-P", "-m", "sim.engines.worker"]  # -P: no module of the current folder
            process = subprocess.Popen(
                [*start, address, name, str(self.folder), self.preload],
                stdin=subprocess.PIPE, stdout=log, stderr=log, env=environment,
            )  # fmt: skip
        assert process.stdin is not None
        with suppress(OSError):  # it is gone already; look_after sees that
            process.stdin.write(self.told)
            process.stdin.flush()
        return _Worker(name, process)

    def look_after(self) -> None:
        """Replace workers that have died. Raises Unfinished once three in a row died before they joined."""
        joined = {str(each.name) for each in list(self.cluster.scheduler.workers.values())}
        for k, worker in enumerate(self.workers):
            worker.has_joined = worker.has_joined or worker.name in joined
            if worker.process.poll() is None:
                continue
            if worker.has_joined:
                self.n_failed_starts = 0
            else:
                self.n_failed_starts += 1
            if self.n_failed_starts >= MOST_FAILED_STARTS:
                raise Unfinished(f"workers die as they start: {self.last_words(worker)}")
            self.workers[k] = self.start()

    def last_words(self, worker: _Worker) -> str:
        """The last line that a worker wrote, or its exit status."""
        text = (self.folder / f"{worker.name}.log").read_text(errors="replace")
        return (text.strip().splitlines() or [f"exit status {worker.process.returncode}"])[-1][:300]

    def wait_for_one(self) -> None:
        """Wait until a worker has joined. Raises InputError if none does within two minutes."""
        end = time.monotonic() + START_SECONDS
        while not self.cluster.scheduler.workers:
            if time.monotonic() > end:
                raise InputError("no worker has started in two minutes; try engine=serial")
            try:
                self.look_after()
            except Unfinished as error:
                raise InputError(f"{error}; try engine=serial") from None
            time.sleep(0.05)

    def stop(self) -> None:
        """End workers and scheduler, and remove what they left."""
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.process.kill()  # it holds nothing that counts: what counts has been committed
        for worker in self.workers:
            worker.process.wait()
            if worker.process.stdin is not None:
                with suppress(OSError):
                    worker.process.stdin.close()
        self.cluster.close(timeout=5)
        shutil.rmtree(self.folder, ignore_errors=True)


def local(engine: Engine, n_runs: int, preload: str = "") -> Cluster:
    """Worker processes on this machine, one a core unless the engine says otherwise, at most `n_runs`.

    Each imports the module `preload` before its first job, so that the job is not charged for it. Raises
    InputError if none starts.
    """
    n_workers = max(1, min(engine.workers or cores(), n_runs))
    here = Local(n_workers, preload)
    runner: Any = Cluster(here.client, n_workers, here.look_after, here.stop)
    try:
        here.wait_for_one()
    except BaseException:
        runner.close()
        raise
    cluster: Cluster = runner
    return cluster
