"""Whatever is killed in the middle of a study, the finished store is that of an undisturbed one."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap

import pytest

from sim.cli import main
from sim.errors import InputError, Unfinished
from sim.study.build import build_plan
from sim.study.store import Store
from sim.study.study import begin, go_on
from tests.study.studies import (
    ROOT,
    SERIAL,
    STUDY,
    StopError,
    assert_same,
    command,
    is_gone,
    n_parts,
    quiet,
    stop_after,
    wait_until,
    workers_of,
)

DASK = ["engine=dask", "engine.workers=2"]


def test_a_worker_that_is_killed_in_the_middle_loses_and_doubles_no_run(undisturbed, tmp_path):
    out = tmp_path / "study"
    process = command("sweep", *STUDY, *DASK, "--out", out)
    wait_until(lambda: n_parts(out) > 0 or process.poll() is not None)
    victim = workers_of(process)[0]
    victim.kill()
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert_same(out, undisturbed)


def test_a_study_whose_process_is_killed_is_finished_by_resume(undisturbed, tmp_path):
    out = tmp_path / "study"
    process = command("sweep", *STUDY, *DASK, "--out", out)
    wait_until(lambda: n_parts(out) > 1 or process.poll() is not None)
    workers = workers_of(process)
    assert len(workers) == 2
    process.kill()
    process.communicate(timeout=60)
    kept = n_parts(out)
    assert kept > 1
    assert not (out / "runs.parquet").exists()
    wait_until(lambda: all(is_gone(worker) for worker in workers), 20)
    assert main(["resume", str(out), "--engine", "serial"]) == 0
    assert_same(out, undisturbed)


def test_the_same_command_goes_on_too_and_what_is_finished_is_left_alone(undisturbed, tmp_path, capsys):
    out = tmp_path / "study"
    stop_after(3, out)
    assert main(["status", str(out)]) == 0
    assert "unfinished: " in capsys.readouterr().out
    assert main(["sweep", *STUDY, SERIAL, "--out", str(out)]) == 0
    assert_same(out, undisturbed)
    stamps = {path: path.stat().st_mtime_ns for path in out.glob("*.parquet")}
    assert main(["sweep", *STUDY, SERIAL, "--out", str(out)]) == 0
    assert main(["resume", str(out)]) == 0
    assert stamps == {path: path.stat().st_mtime_ns for path in out.glob("*.parquet")}
    assert not (out / "parts").exists()


def test_what_a_killed_writer_left_half_done_does_not_count(undisturbed, tmp_path):
    out = tmp_path / "study"
    stop_after(2, out)
    parts = out / "parts"
    daily = sorted(parts.glob("daily-*"))[0]
    (parts / "daily-00000009_0000000_7.parquet").write_bytes(daily.read_bytes())  # no runs part commits it
    (parts / ".runs-00000009_0000000_7.parquet.0f0f.unfinished").write_bytes(b"half")
    assert main(["resume", str(out), "--engine", "serial"]) == 0
    assert_same(out, undisturbed)


def test_a_stop_while_the_tables_are_made_is_made_good(undisturbed, tmp_path, monkeypatch):
    import sim.study.finalize as finalize

    out = tmp_path / "study"
    plan, engine = build_plan([*STUDY, SERIAL])
    monkeypatch.setattr(finalize, "bands_by_point", lambda store: (_ for _ in ()).throw(StopError))
    with pytest.raises(StopError):
        begin(plan, engine, out, quiet)
    monkeypatch.undo()
    assert (out / "runs.parquet").exists()
    assert not Store.open(out).is_finished
    assert main(["resume", str(out)]) == 0
    assert_same(out, undisturbed)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), pytest.param(signal.SIGTERM, 3, marks=pytest.mark.slow)]
)
def test_a_polite_stop_leaves_a_store_that_can_be_resumed(number, status, undisturbed, tmp_path):
    out = tmp_path / "study"
    process = command("sweep", *STUDY, SERIAL, "--out", out)
    wait_until(lambda: n_parts(out) > 0 or process.poll() is not None)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == status, err
    assert f"hudna resume {out}" in err
    assert "Traceback" not in err
    assert main(["resume", str(out), "--engine", "serial"]) == 0
    assert_same(out, undisturbed)


def test_two_writers_at_once_are_refused(undisturbed, tmp_path, capsys):
    out = tmp_path / "study"
    stop_after(2, out)
    store = Store.open(out)
    with store.lock():
        for arguments in (["resume", str(out)], ["sweep", *STUDY, SERIAL, "--out", str(out)]):
            assert main(arguments) == 2
            assert f"another process writes to it (process {os.getpid()} on" in capsys.readouterr().err
        assert n_parts(out) == 2
    go_on(store, build_plan([SERIAL])[1], quiet)
    assert_same(out, undisturbed)


def test_a_lock_of_a_dead_process_holds_nobody_up(tmp_path):
    out = tmp_path / "study"
    stop_after(1, out)
    code = f"from sim.study.store import Store; import os\nwith Store.open({str(out)!r}).lock(): os._exit(9)"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)})
    with Store.open(out).lock():
        pass


@pytest.fixture
def small_disk(tmp_path):
    """A disk that is too small for the study, made larger with `grow`; skipped where mount is not allowed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    done_ = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=220k", "tmpfs", str(folder)], capture_output=True
    )
    if not done_ or done_.returncode:
        pytest.skip("a small disk cannot be mounted here (needs root)")
    yield folder, lambda: subprocess.run([mount, "-o", "remount,size=50m", str(folder)], check=True)
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_stops_the_study_and_loses_nothing_that_was_committed(undisturbed, small_disk, capsys):
    disk, grow = small_disk
    out = disk / "study"
    assert main(["sweep", *STUDY, SERIAL, "--out", str(out)]) == 3
    err = capsys.readouterr().err
    assert "no room is left on the disk" in err
    assert f"hudna resume {out}" in err
    kept = n_parts(out)
    assert kept > 0
    assert not list((out / "parts").glob(".*"))
    grow()
    assert main(["resume", str(out)]) == 0
    assert_same(out, undisturbed)


@pytest.mark.slow
def test_workers_that_cannot_start_are_told_in_a_line(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        'import sys\nif "sim.engines.worker" in sys.orig_argv: raise SystemExit("no licence")\n'
    )
    search = f"{tmp_path}{os.pathsep}{ROOT}"
    process = command("sweep", *STUDY, *DASK, "--out", tmp_path / "out", env={"PYTHONPATH": search})
    _, err = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "workers die as they start" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_killing_workers_again_and_again_changes_nothing(undisturbed, tmp_path):
    out = tmp_path / "study"
    process = command("sweep", *STUDY, *DASK, "--out", out)
    wait_until(lambda: n_parts(out) > 0 or process.poll() is not None)
    for _ in range(3):
        alive = workers_of(process) if process.poll() is None else []
        if alive:
            alive[0].kill()
        before = n_parts(out)
        wait_until(lambda before=before: n_parts(out) > before or process.poll() is not None)
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert_same(out, undisturbed)


@pytest.mark.slow
def test_a_plain_script_without_a_guard_may_sweep(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(f"""
        import sim
        found = sim.sweep({[*STUDY[:-2], "runs=10"]!r} + {DASK!r})
        print(len(found.runs), found.points["n"].tolist(), found.bands is not None, found.folder)
        """)
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, env=environment)
    assert ran.stdout == "20 [10, 10] True None\n", ran.stderr
    assert ran.stderr == ""


def test_a_disk_that_cannot_be_written_at_the_start_is_a_mistake(capsys):
    assert main(["sweep", *STUDY, SERIAL, "--out", "/proc/study"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_unfinished_and_input_errors_are_told_apart():
    assert not issubclass(Unfinished, InputError)
