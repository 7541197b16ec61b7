"""Many histories of two sides: the study they make, its progress, its end."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from sim.errors import InputError
from sim.explore.desk import Desk
from sim.explore.many import Many, study_file, sweep_command
from sim.explore.results import answer_of, open_result
from sim.explore.side import Side
from sim.explore.tab import Tab
from sim.report.source import read
from sim.study.build import build_plan
from tests.explore.conftest import BASE, side

A = Side(tuple(BASE))
B = Side(tuple(BASE), {"measures.mediation.enabled": True, "measures.mediation.start_day": 10})


def test_two_sides_are_a_study_of_what_differs() -> None:
    file = study_file(A, B, 30)
    assert file["factors"] == {"measures.mediation.enabled": [False, True]}
    assert "measures.mediation.start_day=10" in file["base"]
    assert (file["design"], file["runs"]) == ("zip", 30)


def test_the_points_of_the_study_are_the_sides() -> None:
    import shlex

    one = Side(tuple(BASE), {"pace.army": 2.0, "events.kidnapping.at": [5]})
    other = Side(tuple(BASE), {"pace.army": 2.0, "army.start": "squeezing", "events.kidnapping.at": [5, 9]})
    plan, _ = build_plan(shlex.split(sweep_command(study_file(one, other, 4)))[2:])
    assert [plan.scenario(0), plan.scenario(1)] == [one.scenario(), other.scenario()]


@pytest.mark.parametrize(
    ("one", "other", "runs", "words"),
    [
        (A, A, 10, "are the same"),
        (A, B, 1, "out of range"),
        (A, Side(tuple(BASE), {"seed": 3}), 10, "seed"),
        (A, Side(tuple(BASE), {}, (7,)), 10, "single event"),
        (A, Side(("scenario=al_rastan",), {}), 10, "different scenarios"),
    ],
)
def test_what_no_study_can_say_is_refused_before_anything_starts(
    one: Side, other: Side, runs: int, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        study_file(one, other, runs)


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """A study of a tab, run to its end: what was pushed, the result and its files."""

    async def work() -> dict[str, Any]:
        pushed: list[dict[str, Any]] = []
        desk = Desk(tuple(BASE))
        tab = Tab(desk, pushed.append)
        other = side(measures__mediation__enabled=True)
        reply = await tab.answer({"id": 1, "do": "many", "one": side(), "other": other, "runs": 6})
        twice = await tab.answer({"id": 2, "do": "many", "one": side(), "other": other, "runs": 6})
        assert tab.many is not None
        folder = tab.many.folder
        await asyncio.wait_for(tab._watching, 120)
        opened = await tab.answer({"id": 3, "do": "result", "folder": str(folder)})
        table = await tab.answer({"id": 5, "do": "take", "of": "many", "name": "runs", "what": "csv"})
        words = answer_of(read(folder))
        await tab.close()
        desk.close()
        return {
            "reply": reply, "twice": twice, "pushed": pushed, "opened": opened, "table": table,
            "words": words, "is_gone": not folder.exists(),
        }  # fmt: skip

    return asyncio.run(work())


def test_a_study_tells_how_far_it_is_and_then_its_result(told: dict[str, Any]) -> None:
    assert told["reply"]["data"]["of"] == 12
    assert "under way" in told["twice"]["errors"][0]["text"]
    *running, last = told["pushed"]
    assert {each["state"] for each in running} == {"running"}
    assert last["state"] == "done"
    result = last["result"]
    assert result["answer"] == told["words"]
    assert result["answer"][0].startswith("Compared with A, B")
    assert [line[:2] for line in result["answer"][1:]] == ["A ", "B "]
    assert result["answer"][1].startswith("A (")
    assert "of 6 histories" in result["answer"][1]
    assert {"break_curve", "comparison"} <= {each["name"] for each in result["figures"]}
    assert len(result["tables"]["runs"]["rows"]) == 12
    points = result["tables"]["points"]
    meanings = dict(zip(points["columns"], points["says"], strict=True))
    assert meanings["p_break"] == "share of runs in which it broke"


def test_its_folder_opens_as_a_study_with_variants_and_files(told: dict[str, Any]) -> None:
    opened = told["opened"]["data"]
    assert opened["what"] == "study"
    assert [each["values"]["measures.mediation.enabled"] for each in opened["variants"]] == [False, True]
    assert told["table"]["ok"]
    assert told["is_gone"]


def test_a_study_that_is_cancelled_leaves_no_process_and_no_folder() -> None:
    many = Many(A, B, 5000)
    number, folder = many._process.pid, many.folder
    assert many.is_running
    many.close()
    assert not many.is_running
    assert not folder.parent.exists()
    with pytest.raises(ProcessLookupError):
        os.killpg(number, 0)


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_study_that_is_cancelled_says_where_its_runs_stay(tmp_path: Path, is_kept: bool) -> None:
    async def work() -> tuple[dict[str, Any], dict[str, Any]]:
        desk = Desk(tuple(BASE), keep=tmp_path / "kept" if is_kept else None)
        tab = Tab(desk)
        begun = await tab.answer({"id": 1, "do": "many", "one": side(), "other": None, "runs": 5000})
        assert tab.many is not None
        while not tab.many.folder.is_dir():
            await asyncio.sleep(0.05)
        told = await tab.answer({"id": 2, "do": "cancel"})
        again = await tab.answer({"id": 3, "do": "cancel"})
        desk.close()
        assert again["data"] == {"folder": ""}
        return begun["data"], told["data"]

    begun, told = asyncio.run(work())
    assert told["folder"] == begun["folder"]
    assert bool(told["folder"]) == is_kept
    assert not is_kept or Path(told["folder"]).is_dir()


def test_a_study_of_own_configs_names_their_folder_in_its_commands(tmp_path: Path) -> None:
    file = study_file(A, B, 4)
    assert sweep_command(file, tmp_path).endswith(f"--config-dir {tmp_path}")
    assert "--config-dir" not in sweep_command(file)
    desk = Desk(tuple(BASE), config_dir=tmp_path)
    asked = {"id": 1, "do": "commands", "one": side(), "other": None, "runs": 4}
    found = asyncio.run(Tab(desk).answer(asked))["data"]
    desk.close()
    for command in (found["A"]["command"], found["study"]["command"], found["study"]["from_file"]):
        assert command.endswith(f"--config-dir {tmp_path}")


def test_a_study_that_is_cancelled_while_it_is_made_ready_does_not_run_on() -> None:
    async def work() -> tuple[dict[str, Any], dict[str, Any], Tab]:
        desk = Desk(tuple(BASE))
        tab = Tab(desk)
        other = side(measures__mediation__enabled=True)
        begun = asyncio.create_task(
            tab.answer({"id": 1, "do": "many", "one": side(), "other": other, "runs": 5000})
        )
        while not tab._starting.locked():
            await asyncio.sleep(0)
        await tab.answer({"id": 2, "do": "cancel"})
        assert begun.done()  # so the page hears of it before it can begin another
        again = await tab.answer({"id": 3, "do": "many", "one": side(), "other": other, "runs": 2})
        await tab.close()
        desk.close()
        return await begun, again, tab

    begun, again, tab = asyncio.run(work())
    assert begun == {"id": 1, "ok": False, "errors": [], "given_up": True}
    assert again["ok"]
    assert tab.many is None


def test_a_tab_that_is_closed_while_its_last_study_is_put_away_begins_no_other() -> None:
    reached, gate = threading.Event(), threading.Event()

    class Slow:
        """A finished study whose folder takes long to go."""

        is_running = False

        def close(self) -> None:
            reached.set()
            assert gate.wait(120)

    async def work() -> tuple[dict[str, Any], Tab]:
        desk = Desk(tuple(BASE))
        tab = Tab(desk)
        tab.many = Slow()  # type: ignore[assignment]
        other = side(measures__mediation__enabled=True)
        begun = asyncio.create_task(
            tab.answer({"id": 1, "do": "many", "one": side(), "other": other, "runs": 5000})
        )
        while not reached.is_set():
            await asyncio.sleep(0.01)
        closing = asyncio.create_task(tab.close())
        await asyncio.sleep(0)
        gate.set()
        await closing
        reply = await begun
        desk.close()
        return reply, tab

    reply, tab = asyncio.run(work())
    assert reply == {"id": 1, "ok": False, "errors": [], "given_up": True}
    assert tab.many is None


def test_a_study_that_fails_is_told(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    many = Many(A, B, 2, keep=tmp_path / "kept")
    many._process.kill()
    many._process.wait()
    with pytest.raises(InputError, match="the study stopped"):
        many.check()
    many.close()


def test_a_followed_record_and_an_explanation_open(tmp_path: Path) -> None:
    import json

    import pandas as pd

    followed = tmp_path / "followed"
    followed.mkdir()
    (followed / "follow.json").write_text(json.dumps({"record": {"name": "town"}}))
    (followed / "answer.txt").write_text("It held.\n")
    pd.DataFrame({"day": [1, 2], "p": [0.5, None]}).to_csv(followed / "days.csv", index=False)
    found = open_result(followed)
    assert (found["what"], found["lines"]) == ("followed", ["It held."])
    assert found["tables"]["days"]["rows"] == [[1, 0.5], [2, None]]
    (followed / "follow.json").write_text("{")
    with pytest.raises(InputError, match="cannot be read"):
        open_result(followed)


def test_the_changes_of_an_explanation_are_settings_of_the_page(tmp_path: Path) -> None:
    from sim.compose import compose_scenario
    from sim.explanation.folder import write_history
    from sim.explanation.history import explained
    from sim.explore.history import simulate

    scenario = compose_scenario([*BASE, "days=12", "pace.factions=4"])
    with explained(scenario, replicates=1, only=("event", "measure")) as found:
        write_history(found, tmp_path / "explained")
    opened = open_result(tmp_path / "explained")
    assert opened["lines"] == found.lines
    assert opened["figures"][0]["src"].startswith("data:image/svg+xml;base64,")
    base = tuple(opened["base"])
    rows = {str(row["change"]).lower(): row for row in found.table.to_dict("records")}
    some = [each for each in opened["changes"] if each["without"]][:3] + opened["changes"][-1:]
    assert len(some) == 4
    for each in some:
        again = simulate(Side(base, each["values"], tuple(map(int, each["without"])))).row
        row = rows[each["label"].lower()]
        deaths = sum(again[f"deaths_{camp}"] for camp in ("loyalist", "uncommitted", "opposition"))
        assert (again["broke"], deaths) == (row["broke"], row["deaths"])
