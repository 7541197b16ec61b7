"""A damaged table of a finished study is told with its file, whatever reads it."""

import shutil

import numpy as np
import pandas as pd
import pytest

from sim.cli import main
from tests.study.studies import SMALL, TWO, done

TABLES = ("runs", "points", "differences", "bands", "daily", "events")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A finished study with all its tables."""
    folder = tmp_path_factory.mktemp("whole") / "study"
    done(folder, *SMALL, TWO, "runs=1", "keep=all")
    return folder


def cut(path):
    path.write_bytes(path.read_bytes()[:-40])


def shorten(path):
    pd.read_parquet(path).iloc[:, :2].to_parquet(path, index=False)


def replace(path):
    pd.DataFrame({"other": np.arange(3)}).to_parquet(path, index=False)


COMMANDS = {
    "reproduce": ["--runs", "1"],
    "export": ["--format", "csv", "--out", "{out}"],
    "report": ["--out", "{out}"],
}


@pytest.mark.parametrize("name", TABLES)
def test_a_damaged_table_is_told_with_its_file(name, whole, tmp_path, capsys):
    folder = tmp_path / "study"
    shutil.copytree(whole, folder)
    cut(folder / f"{name}.parquet")
    for command, options in COMMANDS.items():
        if command == "report" and name in ("daily", "events"):
            continue  # it does not look at them
        assert main([command, str(folder), *(each.format(out=tmp_path / "out") for each in options)]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert f"{name}.parquet: cannot be read" in line
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("change", [shorten, replace])
@pytest.mark.parametrize("name", TABLES)
def test_a_table_without_its_columns_is_told_with_its_file(name, change, whole, tmp_path, capsys):
    folder = tmp_path / "study"
    shutil.copytree(whole, folder)
    change(folder / f"{name}.parquet")
    status = main(["reproduce", str(folder), "--runs", "1"])
    out, err = capsys.readouterr()
    if status == 1:  # it was made again, and differs
        assert f"table {name}, " in out
    else:
        (line,) = err.splitlines()
        assert f"{name}.parquet" in line
        assert status == 2
