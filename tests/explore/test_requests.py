"""The requests of the page, without a browser."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest

from sim.api import run, run_to_folder
from sim.compose import compose_scenario
from sim.explore.desk import Desk
from sim.explore.history import simulate
from sim.explore.side import GivenUp, Side
from sim.explore.tab import Tab
from tests.explore.conftest import BASE, Ask, side


def data(reply: dict[str, Any]) -> Any:
    json.dumps(reply, allow_nan=False)  # what is not JSON would never reach the page
    assert reply["ok"], reply
    return reply["data"]


def file_of(reply: dict[str, Any]) -> tuple[str, bytes]:
    found = data(reply)
    return found["name"], base64.b64decode(found["base64"])


def test_a_history_on_the_page_is_that_of_the_command_line(ask: Ask) -> None:
    told = data(ask("history", side=side(), which="A"))
    alone = run(BASE)
    assert told["lines"] == alone.lines
    assert told["series"]["feud"] == [round(value, 4) for value in alone.daily["feud"]]
    assert told["series"]["departed_loyalist"] == alone.daily["departed_loyalist"].tolist()


def test_the_city_has_every_quarter_on_every_day(ask: Ask) -> None:
    quarters = data(ask("history", side=side(), which="A"))["quarters"]
    daily = run(BASE).daily
    present = daily[["present_loyalist", "present_uncommitted", "present_opposition"]].sum(axis=1)
    assert quarters["days"] == list(range(41))
    assert [sum(row) for row in quarters["present"]] == present.tolist()


def test_what_can_be_set_carries_range_default_unit_and_source(ask: Ask) -> None:
    choices = data(ask("start", side=side()))["choices"]
    assert len(choices["measures"]) == 8
    assert len(choices["main"]) == 12
    army = next(each for each in choices["main"] if each["key"] == "pace.army")
    assert (army["entry"], army["low"], army["high"], army["unit"]) == ("number", 0, 1000, "1")
    assert army["title"] == "pace of the army"
    assert army["value"] == pytest.approx(0.67)
    assert "assumed" in army["source"]
    keys = {each["key"] for each in choices["others"]}
    assert "events.shelling.base" in keys
    assert not keys & {"city.residents", "records.quarter_days", "measures.pact.enabled"}
    harms = {each["name"]: each["harm"] for each in choices["measures"]}
    assert "the army back" in harms["escorted_passage"]
    assert harms["mediation"] == ""


def test_events_with_what_is_known_of_them_can_be_sent_to_the_page_and_back(ask: Ask) -> None:
    known = {"base": [*BASE, "events.shelling.at=[3,{day: 5, deaths: 1}]"]}
    kinds = {each["name"]: each for each in data(ask("start", side=known))["choices"]["events"]}
    at = kinds["shelling"]["at"]
    assert at == [3, {"day": 5, "deaths": 1}]
    more = [*at, 9]
    told = data(ask("history", side={**known, "values": {"events.shelling.at": more}}, which="A"))
    days = [
        each["day"] for each in told["events"] if each["kind"] == "shelling" and each["cause"] == "scheduled"
    ]
    assert days == [3, 5, 9]
    command = data(ask("commands", one={**known, "values": {"events.shelling.at": more}}))["A"]["command"]
    assert "{day:5,deaths:1},9]" in command


def test_a_value_out_of_range_is_said_at_its_field_and_the_next_request_works(ask: Ask) -> None:
    reply = ask("history", side=side(pace__army=-1), which="A")
    assert not reply["ok"]
    assert reply["errors"] == [
        {"key": "pace.army", "text": "pace.army = -1: out of range; right would be 0 to 1000"}
    ]
    data(ask("history", side=side(), which="A"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"base": BASE, "values": {"pace.amry": 1}}, "no such key"),
        ({"base": BASE, "values": {"pace": {}}}, "is a section"),
        ({"base": BASE, "values": {"__class__": 1}}, "no such key"),
        ({"base": "x"}, "reload"),
        ({"base": BASE, "without": ["x"]}, "reload"),
        ([], "reload"),
        ({"base": ["scenario=nowhere"]}, "nowhere"),
        ({"base": BASE, "values": {"events.kidnapping.at": [99]}}, "past the last day"),
    ],
)
def test_bad_settings_are_told_in_a_sentence(ask: Ask, given: Any, words: str) -> None:
    reply = ask("history", side=given, which="A")
    assert not reply["ok"]
    assert any(words in each["text"] for each in reply["errors"])


@pytest.mark.parametrize("message", [None, 3, {}, {"do": "close"}, {"id": 1, "do": "nothing"}])
def test_a_message_that_is_no_request_is_refused_and_raises_nothing(desk: Desk, message: Any) -> None:
    reply = asyncio.run(Tab(desk).answer(message))
    assert not reply["ok"]


def test_a_run_that_is_given_up_is_told_and_the_desk_stays(ask: Ask) -> None:
    reply = ask("history", side=side(limits__events_per_day=1, pace__factions=1000), which="A")
    assert "given up on day" in reply["errors"][0]["text"]
    data(ask("history", side=side(), which="A"))


def test_a_newer_question_takes_the_place_of_an_older_one(desk: Desk) -> None:
    async def both() -> list[dict[str, Any]]:
        tab = Tab(desk)
        first = asyncio.create_task(
            tab.answer({"id": 1, "do": "history", "side": side(seed=11, days=3000), "which": "A"})
        )
        await asyncio.sleep(0.3)
        second = tab.answer({"id": 2, "do": "history", "side": side(seed=12), "which": "A"})
        return list(await asyncio.gather(first, second))

    older, newer = asyncio.run(both())
    assert older["given_up"]
    assert newer["ok"]


def test_a_closed_tab_gives_up_its_history(desk: Desk) -> None:
    async def close() -> dict[str, Any]:
        tab = Tab(desk)
        asked = asyncio.create_task(
            tab.answer({"id": 1, "do": "history", "side": side(seed=21, days=3000), "which": "A"})
        )
        await asyncio.sleep(0.3)
        await tab.close()
        return await asked

    assert asyncio.run(close())["given_up"]


def test_few_histories_are_held_however_many_are_asked_for(ask: Ask, desk: Desk) -> None:
    for seed in range(20):
        data(ask("history", side=side(seed=seed, days=5), which="A"))
    assert len(desk._held) <= 8


def test_an_event_that_is_taken_out_does_not_strike_and_days_before_it_stay(ask: Ask) -> None:
    told = data(ask("history", side=side(events__kidnapping__at=[20]), which="A"))
    event = next(
        each for each in told["events"] if each["kind"] == "kidnapping" and each["cause"] == "scheduled"
    )
    other = data(
        ask("history", side={**side(events__kidnapping__at=[20]), "without": [event["id"]]}, which="B")
    )
    assert event["id"] not in {each["id"] for each in other["events"]}
    assert other["series"]["feud"][:20] == told["series"]["feud"][:20]
    assert other["series"] != told["series"]


def test_two_sides_diverge_on_the_day_of_the_change(ask: Ask) -> None:
    changed = side(events__kidnapping__at=[20])
    found = data(ask("compare", one=side(), other=changed))
    assert found["day"] == 20
    assert "diverge on day 20" in found["lines"][0]
    assert "only B has the kidnapping" in " ".join(found["lines"])
    assert [row[0] for row in found["table"]][:2] == ["The truce", "Residents who died"]
    dated = [side(day_zero="2012-12-20", **each) for each in ({}, {"events__kidnapping__at": [20]})]
    told = data(ask("compare", one=dated[0], other=dated[1]))["lines"][0]
    assert told.endswith("up to day 19, 2013-01-08 and diverge on day 20, 2013-01-09.")
    same = data(ask("compare", one=side(), other=side()))
    assert same["day"] is None
    start = data(ask("compare", one=side(days=0), other=side(days=0)))
    assert start["table"][0] == ["The truce", "No day was simulated", "No day was simulated"]


def test_who_did_an_event_reads_as_a_sentence() -> None:
    from sim.explore.history import by_words

    assert [by_words(each) for each in ("army", "elders", "kin", "free_men", "city", "")] == [
        " by the army", " by the elders", " by kin", " by free men", "", ""
    ]  # fmt: skip


def test_a_history_carries_the_thresholds_that_judge_it(ask: Ask) -> None:
    told = data(ask("history", side=side(truce__passage__enabled=False), which="A"))
    assert told["bars"] == {"feud": 8.0, "passage": None, "strained": 0.75}


def test_the_next_seed_with_a_break_is_found(ask: Ask) -> None:
    violent = side(pace__army=30, army__hostility=1.0, days=15)
    seed = data(ask("find_break", side=violent))["seed"]
    assert simulate(Side(tuple(BASE), {**violent["values"], "seed": seed})).row["broke"]
    quiet = side(days=2)
    assert "the truce held" in ask("find_break", side=quiet)["errors"][0]["text"]


def test_commands_make_the_very_scenario(ask: Ask) -> None:
    import shlex

    one = side(events__kidnapping__at=[3, 9], army__start="squeezing", measures__pact__enabled=True, seed=4)
    found = data(ask("commands", one=one, other=None, runs=30))
    words = shlex.split(found["A"]["command"])
    assert words[:2] == ["hudna", "run"]
    wanted = Side(tuple(BASE), one["values"]).scenario()
    assert compose_scenario(words[2:]) == wanted
    assert found["A"]["yaml"].startswith("# @package _global_")
    assert "hudna sweep" in found["study"]["command"]


def test_files_that_are_taken_along(ask: Ask) -> None:
    name, content = file_of(ask("take", of="side", side=side(), name="quarters", what="png"))
    assert name == "small_town_seed0_quarters.png"
    assert content.startswith(b"\x89PNG")
    _, content = file_of(ask("take", of="side", side=side(), name="quarters", what="svg"))
    assert b"<svg" in content
    _, content = file_of(ask("take", of="side", side=side(), name="causes", what="png"))
    assert content.startswith(b"\x89PNG")
    name, content = file_of(ask("take", of="side", side=side(), name="", what="report"))
    assert name.endswith(".html")
    assert b"<svg" in content
    _, content = file_of(ask("take", of="side", side=side(), name="daily", what="csv"))
    assert content.count(b"\n") == 42
    assert not ask("take", of="side", side=side(), name="nothing", what="csv")["ok"]
    assert not ask("take", of="side", side=side(), name="daily", what="exe")["ok"]
    assert not ask("take", of="many", name="runs", what="csv")["ok"]


def test_a_saved_page_fetches_nothing_and_escapes_what_it_holds(ask: Ask) -> None:
    name, content = file_of(ask("save", content={"state": {}, "note": "</script><b>&"}))
    text = content.decode()
    assert name.endswith(".html")
    assert "</script><b>" not in text.split('id="saved">')[1].split("</script>")[0]
    assert "src=" not in text.split("<script>")[0]
    assert 'href="http' not in text
    assert "default-src 'none'" in text


def test_the_folder_of_a_run_shows_its_history_as_it_was_written(ask: Ask, tmp_path: Any) -> None:
    folder = tmp_path / "run"
    done = run_to_folder(compose_scenario(BASE), folder, figure=False)
    found = data(ask("result", folder=str(folder)))
    assert found["what"] == "run"
    assert found["history"]["lines"] == done.lines[: len(found["history"]["lines"])]
    assert compose_scenario(found["base"]) == done.scenario
    name, content = file_of(ask("take", of="result", name="events", what="csv"))
    assert name == "run_events.csv"
    assert content.startswith(b"event,")


@pytest.mark.parametrize("folder", ["", "nowhere", "."])
def test_a_folder_that_is_no_result_is_told(ask: Ask, folder: str) -> None:
    reply = ask("result", folder=folder)
    assert not reply["ok"]
    assert len(reply["errors"]) == 1


def test_a_history_is_given_up_between_two_days() -> None:
    with pytest.raises(GivenUp):
        simulate(Side(tuple(BASE)), lambda: True)
