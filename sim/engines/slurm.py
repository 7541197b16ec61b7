"""Workers that Slurm starts as jobs, by dask-jobqueue; the scheduler is in this process.

It listens on one interface. Workers find their credentials in files of the user's cache folder, which is
shared by the nodes; nobody else can read them, and they are removed in the end.
"""

from __future__ import annotations

import shlex
import shutil
import tempfile
from pathlib import Path
from typing import Any

import platformdirs

from sim.disk.leftovers import owner, sweep
from sim.engines.cluster import Cluster
from sim.engines.config import Engine
from sim.errors import InputError

KEYS = "keys-"
WORKER = "sim.engines.private.PrivateWorker"


def slurm(engine: Engine, n_runs: int) -> Cluster:
    """Slurm jobs of one worker and one core each, at most `n_runs` (four unless the engine says otherwise).

    Jobs that end are replaced; none is waited for. Raises InputError without dask-jobqueue, without sbatch,
    or for an interface that is not there.
    """
    try:
        import dask_jobqueue
    except ImportError:
        raise InputError("engine=slurm needs dask-jobqueue; install hudna[slurm]") from None
    if shutil.which("sbatch") is None:
        raise InputError(
            "engine=slurm: there is no sbatch here; start the study on a login node of the cluster"
        )
    import distributed

    from sim.engines.private import PrivateScheduler, credentials, for_workers, own_address

    interface = engine.slurm.interface
    try:
        host = own_address(interface)
    except ValueError as error:
        raise InputError(f"engine.slurm.interface={interface}: {' '.join(str(error).split())}") from None
    logs = Path(platformdirs.user_cache_dir("hudna")) / "slurm"
    logs.mkdir(parents=True, exist_ok=True)
    sweep(logs, KEYS)
    keys = Path(tempfile.mkdtemp(prefix=f"{KEYS}{owner()}", dir=logs))
    security = credentials()
    for name, content in for_workers(security).items():
        path = keys / f"{name}.pem"
        path.touch(mode=0o600)
        path.write_text(content, encoding="utf-8")
        setattr(security, name, str(path))
    minutes = round(60 * engine.slurm.hours)
    tools: Any = dask_jobqueue  # untyped
    cluster: Any = tools.SLURMCluster(
        queue=engine.slurm.partition,
        account=engine.slurm.account,
        cores=1,
        processes=1,
        memory=f"{engine.slurm.memory_gb:g}GB",
        walltime=f"{minutes // 60:02d}:{minutes % 60:02d}:00",
        log_directory=str(logs),
        job_script_prologue=[
            f"export PYTHONPATH={shlex.quote(str(Path(__file__).resolve().parents[2]))}:$PYTHONPATH"
        ],
        security=security,
        interface=interface,
        nanny=False,
        scheduler_cls=PrivateScheduler,
        scheduler_options={"host": host, "dashboard": False, "allowed_failures": 2},
        worker_extra_args=[
            "--no-dashboard",
            "--worker-class",
            WORKER,
        ],
    )
    n = max(1, min(engine.workers or 4, n_runs))
    cluster.adapt(minimum=n, maximum=n)
    tools = distributed
    client = tools.Client(cluster, set_as_default=False)

    def stop() -> None:
        try:
            cluster.close(timeout=10)
        finally:
            shutil.rmtree(keys, ignore_errors=True)

    return Cluster(client, n, lambda: None, stop)
