"""The folder of a study by itself: what it takes, refuses, commits and sweeps out. No run is done here."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.disk.leftovers import aside_of
from sim.engines.config import ENGINES
from sim.errors import InputError
from sim.study.run_queue import WHOLE, Shard, Tally
from sim.study.runner import Outcome
from sim.study.store import DESIGN, LOCK, MANIFEST, PARTS, PLAN, Store
from sim.version import __version__
from tests.study.studies import plan_of

ENGINE = ENGINES["serial"][1]
BARS, BASES = "truce.feud.bar=4,8,16", "events.kidnapping.base=0.1,0.2"


@pytest.fixture(scope="module")
def plan():
    """Six points of four runs."""
    return plan_of(BARS, BASES, "runs=4")


def stored(folder, plan, shard=WHOLE):
    return Store.at(folder, plan, ENGINE, "hudna sweep", shard)


@pytest.fixture
def store(plan, tmp_path):
    return stored(tmp_path / "study", plan)


def change(path, **content):
    path.write_text(json.dumps({**json.loads(path.read_text()), **content}))


def parquet(**columns):
    stream = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), stream)
    return stream.getvalue().to_pybytes()


def outcome(*rows, **more):
    """What a chunk left whose rows are (point, run, status, broke)."""
    columns = dict(zip(("point", "run", "status", "broke"), map(list, zip(*rows, strict=True)), strict=True))
    tallies = tuple(Tally(p, r, status == "ok", bool(broke)) for p, r, status, broke in rows)
    return Outcome(tuple((row[0], row[1]) for row in rows), tallies, parquet(**columns), **more)


def test_what_was_begun_is_opened_as_it_was_planned(plan, store):
    found = Store.open(store.folder)
    assert found.plan.digest == plan.digest
    assert np.array_equal(found.plan.points.codes, plan.points.codes)
    assert found.shard == WHOLE
    assert not found.is_finished
    assert found.parts("runs") == found.tallies() == []
    design = pq.read_table(store.folder / DESIGN).to_pydict()
    assert design["point"] == list(range(6))
    assert len({*zip(design["truce.feud.bar"], design["events.kidnapping.base"], strict=True)}) == 6
    assert {path.name for path in store.folder.iterdir()} - {LOCK} == {PLAN, DESIGN, MANIFEST, PARTS}


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        (PLAN, {"hudna": "0.0.1"}, "made by hudna 0.0.1, and this is"),
        (PLAN, {"format": 0}, f"made by hudna {__version__}, and this is"),
        (PLAN, {"digest": "0"}, "its plan was changed by hand"),
        (PLAN, {"chunk": 999}, "its plan was changed by hand"),
        (MANIFEST, {"plan": "0"}, "is that of another study"),
        (MANIFEST, {"shard": [0, 1]}, "its plan was changed by hand"),
        (MANIFEST, {"shard": [3, 2]}, "its plan was changed by hand"),
    ],
)
def test_what_does_not_fit_is_refused(store, file, content, says):
    change(store.folder / file, **content)
    with pytest.raises(InputError, match=says):
        Store.open(store.folder)


@pytest.mark.parametrize("shard", [Shard(1, 3), Shard(3, 3)])
def test_a_shard_is_opened_as_such_and_another_is_refused(plan, tmp_path, shard):
    stored(tmp_path / "study", plan, shard)
    assert Store.open(tmp_path / "study").shard == shard
    assert stored(tmp_path / "study", plan, shard).shard == shard
    with pytest.raises(InputError, match=f"holds shard {shard.number}/3 of this study"):
        stored(tmp_path / "study", plan, Shard(2, 3))


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        ((BARS, BASES, "runs=5"), "runs is 4 there and 5 here"),
        ((BARS, BASES, "runs=4", "question=why"), "question is  there and why here"),
        ((BARS, "runs=4"), "it varies truce.feud.bar, events.kidnapping.base"),
        ((BARS, "events.kidnapping.base=0.1,0.3", "runs=4"), "its values of events.kidnapping.base differ"),
        ((BARS, BASES, "runs=4", "days=21"), "its scenario differs"),
    ],
)
def test_another_study_is_refused_with_what_differs(store, overrides, says):
    before = (store.folder / PLAN).read_bytes()
    with pytest.raises(InputError) as caught:
        stored(store.folder, plan_of(*overrides))
    assert f"holds another study ({says}" in str(caught.value)
    assert (store.folder / PLAN).read_bytes() == before


def test_a_folder_is_free_if_nothing_but_a_killed_start_is_in_it(store, tmp_path):
    file, empty, killed = tmp_path / "file", tmp_path / "empty", tmp_path / "killed"
    file.touch()
    empty.mkdir()
    with pytest.raises(InputError, match="is a file; name a folder"):
        Store.check_free(file)
    for folder in (tmp_path / "new", empty, store.folder):
        Store.check_free(folder)
    (killed / PARTS).mkdir(parents=True)
    for path in (killed / LOCK, killed / DESIGN, killed / MANIFEST, aside_of(killed / PLAN)):
        path.touch()
    Store.check_free(killed)
    (killed / "thesis.txt").touch()
    with pytest.raises(InputError, match="has something in it already"):
        Store.check_free(killed)


def test_committed_runs_are_told_in_their_order_with_what_became_of_them(store):
    store.commit(outcome((1, 2, "ok", False), (1, 3, "ok", True)))
    store.commit(outcome((0, 0, "failed", None), (0, 1, "ok", True)))
    assert [path.name for path in store.parts("runs")] == [
        "runs-00000000_0000000_2.parquet", "runs-00000001_0000002_2.parquet",
    ]  # fmt: skip
    assert store.tallies() == [
        Tally(0, 0, False, False), Tally(0, 1, True, True), Tally(1, 2, True, False), Tally(1, 3, True, True),
    ]  # fmt: skip


@pytest.mark.parametrize("last", [(0, 3), (5, 0)])
def test_the_last_point_and_run_are_of_the_study(store, last):
    store.commit(outcome((*last, "ok", False)))
    assert store.tallies() == [Tally(*last, True, False)]


@pytest.mark.parametrize("strange", [(6, 0), (0, 4), (-1, 0), (0, -1), (None, 0), (0, None)])
def test_a_run_that_is_none_of_the_study_is_refused(store, strange):
    point, run = (0 if each is None else each for each in strange)
    held = outcome((*strange, "ok", False))
    store.commit(Outcome(((point, run),), (), held.runs))
    with pytest.raises(InputError, match=f"point {strange[0]}, run {strange[1]} is not part of this study"):
        store.tallies()


def test_a_run_that_stands_twice_is_refused_with_both_places(store):
    store.commit(outcome((0, 0, "ok", False), (0, 1, "ok", False)))
    store.commit(outcome((0, 1, "ok", False)))
    with pytest.raises(InputError, match=r"0000001_1.*run 1 is in runs-00000000_0000000_2.parquet too"):
        store.tallies()


def test_what_no_runs_part_commits_is_swept_out_and_the_rest_stays(store):
    more = {"daily": parquet(day=[1]), "events": parquet(event=[1])}
    store.commit(outcome((0, 0, "ok", False), **more))
    stays = {path.name for path in (store.folder / PARTS).iterdir()}
    assert len(stays) == 3
    store.commit(outcome((0, 1, "ok", False), **more))
    store.parts("runs")[1].unlink()  # as if killed before it was put in place
    for path in (store.parts("runs")[0], store.folder / MANIFEST):
        aside_of(path).touch()
    store.sweep_out()
    assert {path.name for path in (store.folder / PARTS).iterdir()} == stays
    assert {path.name for path in store.folder.iterdir()} - {LOCK} == {PLAN, DESIGN, MANIFEST, PARTS}
    assert Store.open(store.folder).tallies() == [Tally(0, 0, True, False)]


def test_a_chunk_without_tables_by_day_leaves_runs_alone(store):
    store.commit(outcome((0, 0, "ok", False)))
    assert [path.name[:5] for path in (store.folder / PARTS).iterdir()] == ["runs-"]


def test_the_manifest_keeps_what_it_had_and_takes_what_is_new(store):
    began = store.manifest()
    assert (began["state"], began["command"], began["shard"]) == ("begun", "hudna sweep", [1, 1])
    assert began["engine"] == ENGINE.model_dump(mode="json")
    assert "engine" not in began["study"]
    change(store.folder / MANIFEST, created="long ago")
    store.write_manifest({"state": "finished"})
    now = store.manifest()
    assert (now["created"], now["state"], now["command"]) == ("long ago", "finished", "hudna sweep")
    assert store.is_finished
    (store.folder / MANIFEST).write_text("[1")
    assert store.manifest() == {}


def test_another_environment_is_noted_each_time_it_changes(store):
    store.note_environment(0)
    assert "environments" not in store.manifest()
    change(store.folder / MANIFEST, python="3.0.0")
    for n_done in (8, 12):  # the second goes on under the same
        store.note_environment(n_done)
    (noted,) = store.manifest()["environments"]
    assert noted["from_run"] == 8
    assert "3.0.0" in str(noted["differences"])
    change(store.folder / MANIFEST, environments=[{**noted, "python": "3.0.1"}])
    store.note_environment(16)
    assert [each["from_run"] for each in store.manifest()["environments"]] == [8, 16]
