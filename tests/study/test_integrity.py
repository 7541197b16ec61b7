"""What stands on the disk is believed only where it fits: plan, manifest, parts, versions, leftovers."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.cli import main
from sim.disk.leftovers import is_stale, owner, sweep
from sim.errors import InputError
from sim.study.bands import _part
from sim.study.parts import read_part
from sim.study.run_queue import Shard
from sim.study.store import Store
from tests.study.studies import SMALL, assert_same, command, done, rows, stop_after, wait_until


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A study that was stopped on the way."""
    folder = tmp_path_factory.mktemp("begun") / "study"
    stop_after(4, folder)
    return folder


@pytest.fixture
def half(begun, tmp_path):
    """A copy of it."""
    return Path(shutil.copytree(begun, tmp_path / "half"))


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A study of one run that is finished."""
    folder = tmp_path_factory.mktemp("small") / "study"
    done(folder, *SMALL, "runs=1")
    return folder


@pytest.fixture
def finished(small, tmp_path):
    """A copy of it."""
    return Path(shutil.copytree(small, tmp_path / "finished"))


def told(capsys):
    """What a refused command said, if it is one line."""
    (line,) = capsys.readouterr().err.splitlines()
    return line


def gone():
    """The name of an owner that has ended."""
    code = "from sim.disk.leftovers import owner; print(owner())"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip()


def test_a_start_that_died_before_its_plan_stood_leaves_no_word_in_the_next_study(tmp_path):
    out = tmp_path / "study"
    done(out, *SMALL, "runs=2", shard=Shard(1, 2))
    (out / "plan.json").unlink()  # as if killed before it was put in place
    (out / "parts" / "runs-00000000_0000000_2.parquet").write_bytes(b"of another study")
    store = done(out, *SMALL, "runs=3")
    manifest = store.manifest()
    assert (manifest["shard"], manifest["plan"]) == ([1, 1], store.plan.digest)
    assert manifest["study"]["runs"] == 3
    assert [row["run"] for row in rows(out)] == [0, 1, 2]


def test_a_manifest_of_another_study_is_refused_at_every_opening(half, small, capsys):
    out = half
    shutil.copy(small / "manifest.json", out / "manifest.json")
    for arguments in (["resume", str(out)], ["status", str(out)], ["report", str(out)]):
        assert main(arguments) == 2
        assert "manifest.json is that of another study" in told(capsys)


def test_a_shard_that_is_none_is_refused(finished, capsys):
    content = json.loads((finished / "manifest.json").read_text())
    for shard in ([0, 3], [4, 3], ["a", 3], [1], None, [1, 1, 1]):
        (finished / "manifest.json").write_text(json.dumps({**content, "shard": shard}))
        assert main(["status", str(finished)]) == 2, shard
        told(capsys)


DAMAGES = {"cut": lambda content: content[:-40], "empty": lambda _: b"", "no parquet": lambda _: b"x" * 300}


COMMANDS = {  # that look at such a part before all runs are done
    "runs": (["status"], ["report"], ["resume", "--engine", "serial"]),
    "daily": (["report"],),
    "events": (),
}


@pytest.mark.parametrize("kind", COMMANDS)
def test_a_damaged_part_is_named_with_the_way_out(kind, half, capsys):
    part = min((half / "parts").glob(f"{kind}-*"))
    content = part.read_bytes()
    runs = part.with_name(part.name.replace(kind, "runs", 1))
    for damage in DAMAGES.values():
        part.write_bytes(damage(content))
        _part.cache_clear()
        for arguments in COMMANDS[kind]:
            assert main([arguments[0], str(half), *arguments[1:]]) == 2, arguments
            assert "this part is damaged (" in (line := told(capsys))
            assert f"delete {runs}, and" in line
    part.unlink()
    with pytest.raises(InputError, match=f"delete {runs}, and"):
        read_part(part)


def test_a_part_that_stands_twice_or_holds_strange_runs_is_named(half, capsys):
    first, second = sorted((half / "parts").glob("runs-*"))[:2]
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    assert main(["status", str(half)]) == 2
    assert f"delete {second}, and" in told(capsys)
    table = pq.read_table(pa.BufferReader(content))
    strange = table.set_column(1, "run", pa.array([10**6] * len(table), pa.int32()))
    pq.write_table(strange, first)
    assert main(["status", str(half)]) == 2
    assert "run 1000000 is not part of this study" in told(capsys)


def test_what_is_deleted_as_told_is_done_again(half, undisturbed):
    min((half / "parts").glob("runs-*")).unlink()
    assert main(["resume", str(half), "--engine", "serial"]) == 0
    assert_same(half, undisturbed)


def test_a_plan_with_no_numbers_in_it_is_one_line(finished, capsys):
    out = finished
    text = (out / "plan.json").read_text()
    for changed in (
        text.replace('"chunk": ', '"chunk": NaN, "was": '),
        text.replace('"chunk": ', '"chunk": 1e999, "was": '),
        "[1]",
        "[" * 100_000,
    ):
        (out / "plan.json").write_text(changed)
        assert main(["status", str(out)]) == 2
        told(capsys)


def test_going_on_under_other_versions_is_recorded_and_told(half, capsys):
    out = half
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["versions"]["numpy"] = "1.0"
    (out / "manifest.json").write_text(json.dumps(manifest))
    assert main(["resume", str(out), "--engine", "serial"]) == 0
    assert "it went on under other versions (numpy: 1.0 there" in capsys.readouterr().err
    (entry,) = Store.open(out).manifest()["environments"]
    assert 0 < entry["from_run"] < 72
    assert entry["versions"]["numpy"] != "1.0"


def test_what_processes_left_that_are_gone_is_swept_and_nothing_else(tmp_path):
    left = gone()
    assert is_stale(f".x.{left}rest", ".x.")
    assert not is_stale(f".x.{owner()}rest", ".x.")
    kept = [f".x.{owner()}rest", ".x.abcdefgh", f".y.{left}rest", f".x.00000000-{left[9:]}rest", "x"]
    for name in (*kept, f".x.{left}rest"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    sweep(tmp_path, ".x.")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)


def test_a_run_sweeps_what_a_killed_one_left_and_saves_the_older_result(tmp_path):
    left = gone()
    (tmp_path / f".out.{left}aaaa.unfinished").mkdir()
    assert main(["run", *SMALL, "--no-figure", "--out", str(tmp_path / "out")]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    old = tmp_path / f".out.old.{left}aaaa"  # killed between two steps of putting a new result in place
    old.mkdir()
    (tmp_path / "out").rename(old / "result")
    assert main(["run", *SMALL, "--no-figure", "--out", str(tmp_path / "out")]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_folders_of_dead_workers_are_swept_at_the_next_start(tmp_path, monkeypatch):
    import tempfile

    from sim.engines.config import Engine
    from sim.engines.start import started

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / f"hudna-workers-{gone()}abcd").mkdir()
    with started(Engine(workers=1), 1):
        (mine,) = tmp_path.glob("hudna-workers-*")
        assert owner() in mine.name
    (tmp_path / f"hudna-workers-{gone()}abcd").mkdir()
    with started(Engine(name="serial"), 1):  # whatever the next start needs itself
        assert not list(tmp_path.glob("hudna-workers-*"))


def test_going_on_with_a_finished_study_sweeps_too(tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    asked = ["sweep", *SMALL, "burn_in_days=0", "runs=2", "engine=serial", "--out", str(tmp_path / "out")]
    assert main(asked) == 0
    (tmp_path / f"hudna-workers-{gone()}abcd").mkdir()
    assert main(asked) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_run_that_is_told_to_end_leaves_nothing(tmp_path):
    process = command("run", *SMALL, "days=3650", "burn_in_days=0", "--out", tmp_path / "out")
    wait_until(lambda: list(tmp_path.iterdir()) or process.poll() is not None)
    process.terminate()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 143, err
    assert "told to end (SIGTERM)" in err
    assert list(tmp_path.iterdir()) == []


def test_a_stop_before_the_store_stands_promises_nothing(tmp_path, capsys):
    from sim.cli.studies import _resume_words

    assert "the same command starts it" in _resume_words(tmp_path / "out")
    done(tmp_path / "out", *SMALL, "runs=1")
    assert "hudna resume" in _resume_words(tmp_path / "out")
