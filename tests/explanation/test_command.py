"""The command `explain` on the folder of a run, and its mistakes."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import sim
from sim.cli import main

SMALL = [
    "scenario=small_town", "burn_in_days=0", "city.n_residents=600", "city.n_officers=14",
    "city.kinship.n_clans=6",
]  # fmt: skip
BLOW = ["events.kidnapping.breach=9", "events.kidnapping.at=[5]", "days=12", "flight.threshold_mean=0.5"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "run"
    assert main(["run", *SMALL, *BLOW, "--no-figure", "--out", str(folder)]) == 0
    return folder


def refused(arguments, capsys):
    capsys.readouterr()
    assert main(["explain", *map(str, arguments)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def test_a_run_folder_is_explained_and_what_is_there_is_not_overwritten(run, tmp_path, capsys):
    why = tmp_path / "why"
    assert main(["explain", str(run), "--replicates", "2", "--engine", "serial", "--out", str(why)]) == 0
    told = capsys.readouterr().out
    assert "without the kidnapping" in told
    assert "no chain of answers" in told
    assert {path.name for path in tmp_path.iterdir()} == {"why"}  # nothing is kept once the results stand
    assert "has something in it already" in refused([run, "--out", why], capsys)


def test_events_can_be_named_and_sorts_be_chosen(run, tmp_path, capsys):
    events = pd.read_parquet(run / "events.parquet")
    ids = events.event[events.breach > 0].astype(str).tolist()[:2]
    assert len(ids) == 2
    why = ["--only", "event", "--replicates", "1", "--engine", "serial", "--out", tmp_path / "why"]
    named = [word for event in ids for word in ("--without", event)]
    assert main(["explain", str(run), *named, *map(str, why)]) == 0
    table = pd.read_parquet(tmp_path / "why" / "explain.parquet")
    assert set(table["sort"]) == {"event", "together"}
    assert set(table.name[table["sort"] == "event"]) == set(ids)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--without", "5"], "--without 5: there is no such event in this history"),
        (["--only", "evnt"], "--only evnt: no such sort of changes of a history; did you mean 'event'?"),
        (["--replicates", "0"], "replicates 0: out of range; right would be 1 to 10,000"),
        (["--replicates", "9", "--quick"], "give either it or the numbers"),
        (["--histories", "9"], "--histories: is for a study"),
        (["--engine", "dusk"], "engine=dusk: no such engine; did you mean 'dask'?"),
    ],
)
def test_a_mistake_is_told_in_one_line(arguments, says, run, tmp_path, capsys):
    assert says in refused([run, *arguments, "--out", tmp_path / "why"], capsys)
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_nothing_to_explain_or_to_change_that_is_said(tmp_path, capsys):
    out = ["--out", tmp_path / "x"]
    assert "there is nothing to explain" in refused([*SMALL, "days=0", *out], capsys)
    none = ["kinship.restraint=0", "kinship.revenge=0", "days=2", "--only", "kinship"]
    assert "nothing of this sort can be changed" in refused([*SMALL, *none, *out], capsys)


def test_a_move_of_the_residents_is_no_event_to_take_out(run, tmp_path, capsys):
    events = pd.read_parquet(run / "events.parquet")
    moves = events.event[events.kind.isin(("departure", "joining", "desertion")) & (events.cause != "lapsed")]
    assert len(moves)
    assert "is a move of the residents" in refused(
        [run, "--without", moves.iloc[0], "--out", tmp_path / "x"], capsys
    )


def test_what_is_no_run_or_one_of_another_version_is_refused(run, tmp_path, capsys):
    out = ["--out", tmp_path / "x"]
    assert "hudna run" in refused([tmp_path / "nothing", *out], capsys)
    page = json.loads((run / "run.json").read_text())
    (tmp_path / "run.json").write_text(json.dumps({**page, "hudna": "9.0"}))
    assert "another history" in refused([tmp_path, *out], capsys)
    page["run"]["taken"] += 1
    (tmp_path / "run.json").write_text(json.dumps(page))
    assert "does not come out again here (taken was" in refused([tmp_path, *out], capsys)


def test_from_python_a_folder_is_written_only_if_it_is_named(run, tmp_path):
    found = sim.explain(run, replicates=1, only=["measure"], out=tmp_path / "why")
    assert set(found.table["sort"]) == {"measure"}
    assert pd.read_parquet(tmp_path / "why" / "explain.parquet").equals(found.table)
    assert sim.explain(run, replicates=1, only=["measure"]).table.equals(found.table)
