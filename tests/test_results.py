"""A run on disk: the same seed the same files, whole or not at all, nothing lost, every column told."""

from __future__ import annotations

import errno
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal

import sim
from sim.api import run_to_folder
from sim.city.columns import Camp, Role, Status
from sim.disk.results import dated_folder, write_file, write_folder
from sim.errors import InputError
from sim.records import DAILY_COLUMNS, EVENT_COLUMNS, RUN_COLUMNS
from sim.scenario import Scenario
from tests.conftest import tiny

ROOT = Path(__file__).parents[1]
LIVELY = {
    "days": 50,
    "feelings": {"shock_scale": 2.0},
    "events": {"kidnapping": {"base": 0.2, "at": (5, 9)}, "siege": {"at": (20,)}, "assault": {"at": (25,)}},
    "records": {"snapshots": (0, 8, 25)},
}
TABLES = ("daily.parquet", "events.parquet", "quarters.parquet", "snapshots.parquet")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """One lively run on disk, with its picture."""
    return run_to_folder(tiny(LIVELY), tmp_path_factory.mktemp("runs") / "lively")


def content(folder):
    """Every file under a folder, by relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def without_figure(scenario, out, **options):
    return run_to_folder(scenario, out, figure=False, **options)


# ---- what is written ------------------------------------------------------------------------------


def test_a_result_is_tables_a_page_of_facts_and_a_picture(written):
    assert sorted(content(written.folder)) == sorted([*TABLES, "run.json", "timeline.png", "timeline.svg"])
    assert f"Results: {written.folder}/" in written.lines


def test_the_files_hold_what_the_python_user_gets(written):
    result = sim.run(tiny(LIVELY))
    tables = (result.daily, result.events, result.quarters, result.snapshots)
    for name, table in zip(TABLES, tables, strict=True):
        assert_frame_equal(pd.read_parquet(written.folder / name), table, check_column_type=False)
    assert len(result.events) > 20


def test_the_same_seed_twice_gives_the_same_bytes(written, tmp_path):
    again = without_figure(tiny(LIVELY), tmp_path / "again").folder
    for name in TABLES:
        assert pq.read_table(again / name).equals(pq.read_table(written.folder / name))
        assert (again / name).read_bytes() == (written.folder / name).read_bytes()
    facts = [json.loads((folder / "run.json").read_text()) for folder in (again, written.folder)]
    for fact in facts:
        del fact["created"]
        fact["sha256"] = {name: fact["sha256"][name] for name in TABLES}  # one of them has a figure too
    assert facts[0] == facts[1]


def test_another_seed_gives_other_tables(written, tmp_path):
    other = without_figure(tiny(LIVELY, {"seed": 1}), tmp_path / "other").folder
    assert (other / "daily.parquet").read_bytes() != (written.folder / "daily.parquet").read_bytes()


@pytest.fixture(scope="module")
def facts(written):
    return json.loads((written.folder / "run.json").read_text(encoding="utf-8"))


def test_run_json_is_complete(facts, written):
    assert facts["hudna"] == sim.__version__
    assert facts["kind"] == "run"
    created = datetime.fromisoformat(facts["created"])
    assert created.utcoffset() == timedelta(0)
    assert list(facts["run"]) == [column.name for column in RUN_COLUMNS]
    assert {"numpy", "numba", "pandas", "pyarrow", "mesa", "hydra-core", "pydantic"} <= set(facts["versions"])
    assert "not found" not in facts["versions"].values()
    assert facts["python"] == sys.version.split()[0]
    assert facts["platform"]
    assert "Not for operational use" in facts["statement"]
    for name, value in facts["run"].items():
        told = written.row[name]
        assert value == told or (value is None and math.isnan(told)), name


def test_the_scenario_in_run_json_validates_back_to_the_same_scenario(facts):
    assert Scenario.model_validate(facts["scenario"]) == tiny(LIVELY)
    assert set(facts["scenario"]) == set(Scenario.model_fields)


def test_what_has_no_value_is_null_in_run_json(tmp_path):
    quiet = {"events": {name: {"base": 0.0} for name in ("siege", "assault", "kidnapping", "harassment")}}
    folder = without_figure(tiny({"days": 3}, quiet), tmp_path / "quiet").folder
    text = (folder / "run.json").read_text()
    row = json.loads(text, parse_constant=pytest.fail)["run"]
    assert row["first_break_day"] is None
    assert row["broke"] is False


def test_snapshots_are_taken_on_the_chosen_days_and_agree_with_the_daily_table(written):
    table = pd.read_parquet(written.folder / "snapshots.parquet")
    daily = written.daily.set_index("day")
    assert table.day.unique().tolist() == [0, 8, 25]
    for day, rows in table.groupby("day"):
        assert rows.resident.is_unique
        assert len(rows) == written.row["residents"] + daily.entered[:day].sum()
        here = rows[rows.status == Status.PRESENT]
        for camp in Camp:
            name = camp.name.lower()
            of_camp = here[here.camp == camp]
            assert len(of_camp) == daily.loc[day, f"present_{name}"]
            for feeling in ("fear", "anger"):
                mean = of_camp[feeling].astype(float).mean()
                assert mean == pytest.approx(daily.loc[day, f"{feeling}_{name}"], abs=1e-6), (
                    day,
                    feeling,
                    name,
                )
    assert not np.array_equal(table.fear[table.day == 0], table.fear[table.day == 25])


def test_quarters_are_kept_once_a_week_and_add_up_to_the_city(written):
    table = written.quarters
    assert table.day.unique().tolist() == list(range(0, 50, 7)) + ([] if 50 % 7 else [50])
    daily = written.daily.set_index("day")
    for day, rows in table.groupby("day"):
        assert rows.quarter.tolist() == list(range(4))
        present = sum(daily.loc[day, f"present_{camp.name.lower()}"] for camp in Camp)
        assert rows.present.sum() == present
        for feeling in ("fear", "anger"):
            whole = sum(
                daily.loc[day, f"present_{name}"] * daily.loc[day, f"{feeling}_{name}"]
                for name in ("loyalist", "uncommitted", "opposition")
            )
            assert (rows.present * rows[feeling]).sum() == pytest.approx(whole, rel=1e-5)


def test_no_quarters_if_none_are_wanted(tmp_path):
    result = without_figure(tiny({"days": 9, "records": {"quarter_days": 0}}), tmp_path / "plain")
    assert result.quarters is None
    assert not (result.folder / "quarters.parquet").exists()


def test_no_snapshots_unless_asked_for(tmp_path):
    result = without_figure(tiny({"days": 2}), tmp_path / "plain")
    assert result.snapshots is None
    assert sorted(content(result.folder)) == [
        "daily.parquet",
        "events.parquet",
        "quarters.parquet",
        "run.json",
    ]


# ---- the columns ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "columns", [DAILY_COLUMNS, EVENT_COLUMNS, RUN_COLUMNS], ids=["daily", "event", "run"]
)
def test_every_column_is_named_once_and_has_a_unit_and_a_meaning(columns):
    assert len({column.name for column in columns}) == len(columns) > 10
    assert [column.name for column in columns if not column.unit] == []
    assert [column.name for column in columns if len(column.meaning) < 6] == []


@pytest.mark.parametrize(("name", "columns"), [("daily", DAILY_COLUMNS), ("events", EVENT_COLUMNS)])
def test_the_files_have_the_columns_that_are_documented(written, name, columns):
    table = pd.read_parquet(written.folder / f"{name}.parquet")
    assert list(table) == [column.name for column in columns]
    told = [np.dtype(column.dtype) if column.dtype != "string" else "text" for column in columns]
    is_text = [pd.api.types.is_string_dtype(dtype) for dtype in table.dtypes]
    found = ["text" if text else dtype for text, dtype in zip(is_text, table.dtypes, strict=True)]
    assert found == told
    assert_frame_equal(table, getattr(written, name), check_column_type=False)


def test_an_empty_log_has_its_columns_too(tmp_path):
    result = without_figure(tiny({"days": 0}), tmp_path / "nothing")
    table = pd.read_parquet(result.folder / "events.parquet")
    assert len(table) == 0
    assert list(table) == [column.name for column in EVENT_COLUMNS]


def test_the_run_row_has_the_documented_names_and_types(written):
    assert list(written.row) == [column.name for column in RUN_COLUMNS]
    kinds = {"bool": bool, "string": str, "float64": float, "int32": int, "int64": int}
    for column in RUN_COLUMNS:
        assert type(written.row[column.name]) in (
            kinds[column.dtype],
            *([int] * (column.dtype == "float64")),
        ), column.name


def test_the_run_row_sums_up_the_tables(written):
    row, daily, events = written.row, written.daily, written.events
    happened = events[events.cause != "lapsed"]
    assert (
        row["deaths_loyalist"] + row["deaths_uncommitted"] + row["deaths_opposition"]
        == daily.deaths.sum()
        > 0
    )
    assert daily.deaths.sum() == happened.deaths.sum()
    assert sum(row[f"deaths_{role.name.lower()}"] for role in Role) == daily.deaths.sum()
    for name in ("taken", "released"):
        assert row[name] == daily[name].sum() > 0
    for layer in ("social", "standoff"):
        in_layer = happened[happened.layer == layer]
        assert row[f"breaches_{layer}"] == pytest.approx(daily[f"breaches_{layer}"].sum())
        assert row[f"breaches_{layer}"] == pytest.approx(in_layer.breach.sum())
        assert row[f"events_{layer}"] == daily[f"events_{layer}"].sum()
    assert row["truce_share"] == pytest.approx((daily.truce[1:] != 2).mean())
    assert row["broke"]
    assert row["first_break_day"] == daily.day[daily.truce == 2].min()
    for camp in ("loyalist", "uncommitted", "opposition"):
        assert row[f"present_{camp}"] == daily[f"present_{camp}"].iloc[-1]
        assert row[f"departed_{camp}"] == daily[f"departed_{camp}"].iloc[-1]
    assert daily.left.sum() - daily.returned.sum() == pytest.approx(
        sum(row[f"departed_{camp.name.lower()}"] for camp in Camp), abs=row["released"]
    )


# ---- what is there already ------------------------------------------------------------------------


def test_nothing_is_overwritten_without_force(written):
    before = content(written.folder)
    with pytest.raises(InputError, match="--force"):
        without_figure(tiny({"days": 1}), written.folder)
    assert content(written.folder) == before


def test_force_replaces_a_result_wholly(tmp_path):
    out = tmp_path / "result"
    without_figure(tiny({"days": 3, "records": {"snapshots": (1,)}}), out)
    without_figure(tiny({"days": 2}), out, force=True)
    assert sorted(content(out)) == ["daily.parquet", "events.parquet", "quarters.parquet", "run.json"]
    assert len(pd.read_parquet(out / "daily.parquet")) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_force_refuses_a_folder_that_holds_no_result(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="holds no result"):
        without_figure(tiny({"days": 1}), tmp_path, force=True)
    assert content(tmp_path) == {"thesis.txt": b"mine"}


def test_force_refuses_a_result_to_which_the_user_added_something(tmp_path):
    out = without_figure(tiny({"days": 1}), tmp_path / "result").folder
    (out / "notes.txt").write_text("mine")
    before = content(out)
    with pytest.raises(InputError, match=r"notes\.txt"):
        without_figure(tiny({"days": 2}), out, force=True)
    assert content(out) == before


def test_a_run_that_fails_leaves_no_folder_that_it_made(tmp_path):
    def fail(_aside):
        raise OSError(28, "No space left on device")

    (tmp_path / "there").mkdir()
    with pytest.raises(InputError, match="No space"):
        write_folder(tmp_path / "there" / "a" / "b" / "result", False, fail)
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == ["there"]


@pytest.mark.parametrize("force", [False, True])
def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path, force):
    out = tmp_path / "notes"
    out.write_text("mine")
    with pytest.raises(InputError, match="is a file"):
        without_figure(tiny({"days": 1}), out, force=force)
    assert out.read_text() == "mine"


def test_an_empty_folder_is_filled(tmp_path):
    without_figure(tiny({"days": 1}), tmp_path)
    assert (tmp_path / "run.json").exists()


def test_a_dated_folder_is_never_one_that_exists(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(3):
        folder = dated_folder("tiny", 0)
        assert not folder.exists()
        folder.mkdir(parents=True)
    assert len(list((tmp_path / "runs").iterdir())) == 3


# ---- what goes wrong ------------------------------------------------------------------------------


def test_a_parent_that_is_a_file_is_refused_in_one_line(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="cannot be written") as told:
        without_figure(tiny({"days": 1}), tmp_path / "file" / "out")
    assert "\n" not in str(told.value)
    assert content(tmp_path) == {"file": b"mine"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_parent_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(InputError, match="cannot be written"):
            without_figure(tiny({"days": 1}), tmp_path / "out")
    finally:
        tmp_path.chmod(0o700)
    assert list(tmp_path.iterdir()) == []


class Falling:
    """Stands in for the writing of a table: the first one is written, the second one fails."""

    def __init__(self, monkeypatch, error):
        self.write, self.error, self.n = pd.DataFrame.to_parquet, error, 0
        monkeypatch.setattr(pd.DataFrame, "to_parquet", lambda *given, **named: self(*given, **named))

    def __call__(self, table, path, **options):
        self.n += 1
        if self.n == 2:
            Path(path).write_bytes(b"half a tab")
            raise self.error
        return self.write(table, path, **options)


@pytest.mark.parametrize(
    ("error", "seen"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), InputError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_a_write_that_fails_leaves_nothing_and_keeps_the_older_result(error, seen, tmp_path, monkeypatch):
    fresh, older = tmp_path / "a" / "fresh", tmp_path / "b" / "older"
    without_figure(tiny({"days": 2}), older)
    before = content(older)
    for out in (fresh, older):
        with monkeypatch.context() as patch:
            falling = Falling(patch, error)
            with pytest.raises(seen):
                without_figure(tiny({"days": 1}), out, force=True)
        assert falling.n == 2
    assert content(older) == before
    assert content(tmp_path / "a") == {}
    assert not fresh.exists()
    assert [path.name for path in older.parent.iterdir()] == ["older"]


def test_a_full_disk_is_told_with_its_reason(tmp_path, monkeypatch):
    Falling(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(InputError, match=r"out: cannot be written \(No space left on device\)"):
        without_figure(tiny({"days": 1}), tmp_path / "out")


def test_an_interruption_while_filling_leaves_nothing(tmp_path):
    def fill(folder):
        (folder / "run.json").write_text("{")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_folder(tmp_path / "out", False, fill)
    assert list(tmp_path.iterdir()) == []


def test_a_result_that_appears_meanwhile_is_not_overwritten(tmp_path):
    out = tmp_path / "out"

    def fill(folder):
        (folder / "run.json").write_text("mine")
        out.mkdir()
        (out / "run.json").write_text("of another process")

    with pytest.raises(InputError, match="--force"):
        write_folder(out, False, fill)
    assert content(tmp_path) == {"out/run.json": b"of another process"}


SMALL = ["scenario=small_town", "days=40", "--no-figure"]


def test_a_really_full_disk_is_told_before_any_work_in_one_line(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    own = ["unshare", "--mount", "--map-root-user", "sh", "-c"]
    mount = f"mount -t tmpfs -o size=24k none '{disk}'"
    if not shutil.which("unshare") or subprocess.run([*own, mount], capture_output=True).returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    command = f"'{sys.executable}' -m sim run {' '.join(SMALL)} --out '{disk}/new'"
    done = subprocess.run(
        [*own, f"{mount} && {command}; echo \"left $? $(ls -A '{disk}')\""],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.stdout.strip() == "left 2"
    told = [line for line in done.stderr.splitlines() if "compiling" not in line]
    assert len(told) == 1
    assert "KiB left" in told[0]


def test_an_interrupted_command_leaves_nothing(tmp_path):
    long = ["run", "scenario=small_town", "days=3650", "--no-figure", "--out", "new"]
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", *long],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # a shell that starts the tests in the background lets them inherit an ignored interrupt
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    until = time.monotonic() + 60
    while not any(tmp_path.iterdir()) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    assert any(tmp_path.iterdir()), process.communicate()[1]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    def fail(aside):
        aside.write_text("half of it")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    new = tmp_path / "a" / "b" / "report.html"
    with pytest.raises(InputError, match="No space left"):
        write_file(new, False, fail)
    assert list(tmp_path.iterdir()) == []
    old = tmp_path / "old.html"
    write_file(old, False, lambda aside: aside.write_text("older"))
    with pytest.raises(InputError, match="--force"):
        write_file(old, False, fail)
    with pytest.raises(InputError, match="No space left"):
        write_file(old, True, fail)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("old.html", "older")]


def test_a_file_under_a_file_or_in_the_place_of_a_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        write_file(tmp_path / "file" / "report.html", False, lambda aside: aside.write_text("x"))
    with pytest.raises(InputError, match="is a folder"):
        write_file(tmp_path, True, lambda aside: aside.write_text("x"))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
