"""Workers that Slurm starts as jobs, by dask-jobqueue; the scheduler is in this process."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from typing import Any

import platformdirs

from sim.engines.cluster import Cluster
from sim.engines.config import Engine
from sim.errors import InputError


def slurm(engine: Engine, n_runs: int) -> Cluster:
    """Slurm jobs of one worker and one core each; jobs that end are replaced. Waits for none of them."""
    try:
        import dask_jobqueue
    except ImportError:
        raise InputError("engine=slurm needs dask-jobqueue; install hudna[slurm]") from None
    if shutil.which("sbatch") is None:
        raise InputError(
            "engine=slurm: there is no sbatch here; start the study on a login node of the cluster"
        )
    import distributed

    logs = Path(platformdirs.user_cache_dir("hudna")) / "slurm"
    logs.mkdir(parents=True, exist_ok=True)
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
        scheduler_options={"dashboard_address": None, "allowed_failures": 2},
        worker_extra_args=["--no-dashboard"],
    )
    n = max(1, min(engine.workers or 4, n_runs))
    cluster.adapt(minimum=n, maximum=n)
    tools = distributed
    client = tools.Client(cluster, set_as_default=False)
    return Cluster(client, n, lambda: None, lambda: cluster.close(timeout=10))
