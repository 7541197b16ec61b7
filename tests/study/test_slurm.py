"""A real Slurm of one node, from Debian's packages, in a temporary folder: it does studies and loses jobs."""

import os
import shutil
import socket
import subprocess

import pytest

from tests.study.studies import STUDY, assert_same, command, n_parts, wait_until

TOOLS = ("slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.getuid() != 0 or not all(map(shutil.which, TOOLS)),
        reason="needs root and Debian's package slurm-wlm",
    ),
]

CONF = """ClusterName=hudna
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/none
CredType=cred/none
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
SlurmdParameters=config_overrides
SchedulerParameters=bf_interval=1,sched_interval=1
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=8000 State=UNKNOWN
PartitionName=short Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def free_port():
    with socket.socket() as here:
        here.bind(("127.0.0.1", 0))
        return here.getsockname()[1]


def ask(slurm, *words):
    """What a command of Slurm prints."""
    return subprocess.run(words, env=slurm, capture_output=True, text=True, timeout=60).stdout


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """The environment in which commands of Slurm talk to a cluster of this machine alone."""
    folder = tmp_path_factory.mktemp("slurm")
    host = socket.gethostname().partition(".")[0]
    for name in ("state", "spool"):
        (folder / name).mkdir()
    conf = folder / "slurm.conf"
    conf.write_text(CONF.format(host=host, folder=folder, ports=(free_port(), free_port())))
    environment = {
        **os.environ,
        "SLURM_CONF": str(conf),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "HUDNA_CACHE": "off",
    }
    daemons = []
    with (folder / "log").open("w") as log:
        for daemon in (["slurmctld", "-D", "-c"], ["slurmd", "-D", "-c", "-N", host]):
            daemons.append(subprocess.Popen(daemon, env=environment, stdout=log, stderr=log))
        try:
            wait_until(lambda: "idle" in ask(environment, "sinfo", "-h", "-o", "%T"), 60)
            yield environment
        finally:
            ask(environment, "scancel", "--full", "-u", "root")
            for daemon in reversed(daemons):
                daemon.terminate()
                daemon.wait(30)


def jobs(slurm):
    """Ids of jobs that run."""
    return ask(slurm, "squeue", "-h", "-t", "RUNNING", "-o", "%A").split()


def test_jobs_of_slurm_one_of_them_killed_leave_the_tables_of_a_serial_study(slurm, undisturbed, tmp_path):
    lines = [*STUDY, "engine=slurm", "engine.workers=2", "engine.slurm.partition=short"]
    out = tmp_path / "study"
    process = command("sweep", *lines, "--out", out, env=slurm)
    wait_until(lambda: n_parts(out) > 0 or process.poll() is not None, 240)
    victims = jobs(slurm)
    assert process.poll() is None, process.communicate()
    assert victims
    ask(slurm, "scancel", "--signal=KILL", "--full", victims[0])
    _, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert_same(out, undisturbed)
    wait_until(lambda: not jobs(slurm), 60)
