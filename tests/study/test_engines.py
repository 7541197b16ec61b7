"""Every engine leaves the same store: this process, our workers, a cluster that was there, Slurm jobs."""

import logging
import os
import shutil
import stat
import subprocess
import sys
import time

import pytest

from sim.cli import main
from sim.engines.config import ENGINES, Engine
from sim.engines.start import _quiet, started
from sim.errors import InputError
from sim.study.build import build_plan
from sim.study.runner import job_of
from sim.study.study import begin
from tests.study.studies import ROOT, SMALL, STUDY, assert_same, command, done, plan_of, quiet, rows


def test_workers_of_our_own_leave_the_store_of_a_serial_study(undisturbed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done(tmp_path / "study", *STUDY, "engine.workers=3", engine="engine=dask")
    assert_same(tmp_path / "study", undisturbed)
    assert [path.name for path in tmp_path.iterdir()] == ["study"]


def test_the_size_of_chunks_leaves_no_trace_in_the_tables(undisturbed, tmp_path, monkeypatch):
    import sim.study.build as building

    monkeypatch.setattr(building, "runs_a_chunk", lambda *_: 50)  # chunks that reach over points
    done(tmp_path / "study", *STUDY)
    assert_same(tmp_path / "study", undisturbed)


@pytest.fixture(scope="module")
def cluster():
    """A dask scheduler and two workers, each a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    start = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    module = [sys.executable, "-m"]
    scheduler = subprocess.Popen(
        [*module, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"],
        **start,
    )
    address = ""
    for line in scheduler.stderr:
        if "Scheduler at:" in line:
            address = line.split()[-1]
            break
    workers = [
        subprocess.Popen(
            [*module, "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard"],
            **{**start, "stderr": subprocess.DEVNULL},
        )
        for _ in range(2)
    ]
    yield address
    for process in (*workers, scheduler):
        process.terminate()
        process.wait(30)


def test_a_cluster_that_is_there_is_joined_by_its_address_and_left_running(undisturbed, tmp_path, cluster):
    for name in ("one", "two"):  # the second would fail if the first had shut it down
        lines = [*STUDY, "engine=dask", f"engine.scheduler={cluster}"]
        assert main(["sweep", *lines, "--out", str(tmp_path / name)]) == 0
        assert_same(tmp_path / name, undisturbed)


def test_a_cluster_without_workers_is_told(tmp_path):
    from distributed import LocalCluster

    with LocalCluster(n_workers=0, processes=True, host="127.0.0.1", dashboard_address=":0") as empty:
        lines = [
            *SMALL,
            "engine=dask",
            f"engine.scheduler={empty.scheduler_address}",
            "engine.wait_seconds=0.3",
        ]
        plan, engine = build_plan(lines)
        with pytest.raises(InputError, match="no worker has joined"):
            begin(plan, engine, tmp_path / "out", quiet)
    assert not (tmp_path / "out").exists()


def test_workers_of_another_version_are_told(cluster, monkeypatch):
    import sim.engines.cluster as module

    monkeypatch.setattr(module, "__version__", "9.9")
    plan, engine = build_plan([*SMALL, "engine=dask", f"engine.scheduler={cluster}"])
    says = r"has hudna 0\.1\.0, and this is hudna 9\.9"
    with pytest.raises(InputError, match=says), started(engine, plan.most_runs):
        pass


def test_after_an_interrupt_libraries_have_nothing_to_say_while_the_process_ends():
    logger = logging.getLogger("distributed")
    for error, is_silent in ((InputError, False), (KeyboardInterrupt, True)):
        before = logger.level
        with pytest.raises(error), _quiet():
            raise error
        assert logger.isEnabledFor(logging.CRITICAL) != is_silent
        logger.setLevel(before)


def test_one_run_alone_needs_no_workers():
    assert build_plan([*SMALL, "runs=1"])[1] == ENGINES["serial"][1]
    assert build_plan([*SMALL, "runs=2"])[1] == ENGINES["dask"][1]
    assert build_plan([*SMALL, "runs=1", "engine=dask"])[1] == ENGINES["dask"][1]


def test_an_engine_of_the_user_s_own_is_a_file(tmp_path):
    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "ours.yaml").write_text(
        "defaults: [slurm]\nworkers: 30\nslurm: {partition: long}\n"
    )
    engine = build_plan([*SMALL, "engine=ours", "engine.slurm.hours=9"], config_dir=tmp_path)[1]
    assert (engine.name, engine.workers, engine.slurm.partition, engine.slurm.hours) == (
        "slurm",
        30,
        "long",
        9.0,
    )


def test_slurm_without_sbatch_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="no sbatch here"), started(Engine(name="slurm"), 2):
        pass


SBATCH = """#!/bin/sh
# Stands in for Slurm's sbatch: starts the job script here and prints a job id.
grep '^#SBATCH' "$1" >> "$HUDNA_TEST_JOBS"
cp "$1" "$1.kept"
setsid sh "$1.kept" >> "$HUDNA_TEST_JOBS.log" 2>&1 &
echo $! >> "$HUDNA_TEST_PIDS"
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/sh
kill -- -"$1" 2> /dev/null
exit 0
"""


@pytest.mark.slow
def test_slurm_jobs_leave_the_store_of_a_serial_study(undisturbed, tmp_path):
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (tools / name).write_text(text)
        (tools / name).chmod(stat.S_IRWXU)
    environment = {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "HUDNA_TEST_JOBS": str(tmp_path / "jobs"),
        "HUDNA_TEST_PIDS": str(tmp_path / "pids"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "HUDNA_CACHE": "off",
    }
    lines = [
        *STUDY,
        "engine=slurm",
        "engine.workers=2",
        "engine.slurm.partition=long",
        "engine.slurm.hours=1.5",
    ]
    process = command("sweep", *lines, "--out", tmp_path / "study", env=environment)
    _, err = process.communicate(timeout=180)
    assert process.returncode == 0, err
    assert_same(tmp_path / "study", undisturbed)
    asked = (tmp_path / "jobs").read_text()
    assert "-p long" in asked
    assert "-t 01:30:00" in asked


@pytest.mark.slow
def test_two_thousand_runs_in_one_worker_take_no_more_memory_than_two_hundred(tmp_path):
    code = """
import resource, sys
from sim.study.runner import job_of
from tests.study.studies import plan_of
plan = plan_of("runs=2000")
peaks = []
for start in range(0, 2000, 50):
    job_of(plan, tuple((0, run) for run in range(start, start + 50))).do()
    peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
print(peaks[3], peaks[-1])
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    early, late = map(float, ran.stdout.split())
    assert late - early < 12, (early, late)  # MiB


def test_a_job_is_complete_in_itself_and_small():
    import pickle

    plan = plan_of("events.kidnapping.base=0.1,0.2", "runs=50")
    job = job_of(plan, tuple((point, run) for point in (0, 1) for run in range(25)))
    assert len(pickle.dumps(job)) < 60_000


def test_seeds_are_those_that_are_documented(tmp_path):
    done(tmp_path / "a", *SMALL, "seed=7,100", "keep=rows")
    assert [(row["point"], row["run"], row["seed"]) for row in rows(tmp_path / "a")] == [
        (0, 0, 7),
        (1, 0, 100),
    ]
    done(tmp_path / "b", *SMALL, "seed=7", "runs=3", "keep=rows")
    assert [row["seed"] for row in rows(tmp_path / "b")] == [7, 8, 9]


def test_nothing_is_left_in_the_folder_for_temporary_files(tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with started(Engine(workers=1), 1):
        assert list(tmp_path.glob("hudna-workers-*"))
    end = time.monotonic() + 5
    while list(tmp_path.iterdir()) and time.monotonic() < end:
        time.sleep(0.1)
    assert list(tmp_path.iterdir()) == []
    assert shutil.which("sh")
