"""Running a result again: identical, or the first place that differs and what differs around it."""

import json
import shutil

import pandas as pd
import pytest

from sim.archive.compare import first_difference
from sim.cli import main


@pytest.fixture
def copies(study, run_folder, tmp_path):
    """Copies that a test may change."""
    shutil.copytree(study.folder, tmp_path / "study")
    shutil.copytree(run_folder, tmp_path / "run")
    return tmp_path


def test_a_run_and_a_study_come_out_the_same(study, run_folder, capsys):
    assert main(["reproduce", str(run_folder)]) == 0
    assert "identical: 1 run, run, daily, events, quarters" in capsys.readouterr().out
    assert main(["reproduce", str(study.folder), "--runs", "3"]) == 0
    assert "identical: 3 of 32 runs, runs, daily" in capsys.readouterr().out


def test_a_changed_value_is_named_by_table_row_and_column(copies, capsys):
    path = copies / "run" / "daily.parquet"
    table = pd.read_parquet(path)
    table.loc[7, "fear_loyalist"] += 1e-12
    table.loc[9, "captive"] += 1
    table.to_parquet(path, index=False)
    assert main(["reproduce", str(copies / "run")]) == 1
    said = capsys.readouterr().out
    assert "table daily, row 7 (day 7), column fear_loyalist" in said
    assert "version, platform and libraries are the same" in said


def test_what_differs_around_it_is_told(copies, capsys):
    path = copies / "run" / "run.json"
    content = json.loads(path.read_text())
    content["versions"]["numpy"] = "0.1"
    content["run"]["taken"] += 1
    path.write_text(json.dumps(content))
    assert main(["reproduce", str(copies / "run")]) == 1
    said = capsys.readouterr().out
    assert "table run, row 0, column taken" in said
    assert "numpy: 0.1 there" in said


def test_a_changed_table_of_a_study_is_seen(copies, capsys):
    path = copies / "study" / "points.parquet"
    table = pd.read_parquet(path)
    table.loc[1, "p_break"] -= 0.1
    table.to_parquet(path, index=False)
    assert main(["reproduce", str(copies / "study"), "--runs", "1"]) == 1
    assert "table points, row 1, column p_break" in capsys.readouterr().out


def test_missing_values_are_equal_and_rows_are_counted():
    one = pd.DataFrame({"a": [1.0, float("nan")], "b": ["x", None]})
    assert first_difference("t", one, one.copy()) is None
    shorter = first_difference("t", one, one.iloc[:1])
    assert shorter is not None
    assert "2 rows, found 1 rows" in str(shorter)
    other = first_difference("t", one, one.rename(columns={"b": "c"}))
    assert other is not None
    assert other.column == "b"


def test_a_folder_without_a_result_is_refused(tmp_path, capsys):
    assert main(["reproduce", str(tmp_path)]) == 2
    assert "holds no result" in capsys.readouterr().err
