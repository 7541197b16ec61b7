"""A run on disk: the same seed the same files, whole or not at all, nothing lost, every column told."""

from __future__ import annotations

import json
import math
import sys
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
from sim.disk.results import dated_folder, write_folder
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
