"""Nothing is followed that did not happen, and no method is asked another question than the others."""

from __future__ import annotations

import shlex
from dataclasses import replace
from math import comb

import numpy as np
import pandas as pd
import pytest

import sim
from sim.cli import main
from sim.errors import InputError
from sim.following.ahead import UNCHANGED
from sim.following.ask import cut, other_records
from sim.following.filter import DayOfFilter
from sim.following.followed import join_islands
from sim.following.follower import Follower, Outlook
from sim.following.forecasts import break_probabilities
from sim.following.island import Island, IslandFound, state_of
from sim.following.particles import Draw
from sim.following.record import Record, Row
from sim.following.rolling import MODEL, Plan, break_rows, count_rows
from sim.following.scoring import Scores, _verdict
from sim.following.towns import record_of
from sim.following.truces import FOLDER, read_truce
from sim.model import TruceModel
from sim.towns.folder import read_town
from tests.conftest import tiny
from tests.follow.records import counts_record, follow, only, switched_on
from tests.towns.folders import write_town


def test_an_event_that_happens_in_no_particle_is_no_event_that_was_followed():
    nobody_left = only(switched_on("clash", base=5.0, fighters=0.5), {"days": 9})
    row = Row(1, "fatal", 20, source="line 4")
    many = tuple(replace(row, source=f"line {k}") for k in range(4, 10))
    record = Record("x", 2, counts_record([0]).classes, many)  # 120 deaths where 20 fighters are
    with pytest.raises(InputError, match=r"line 4: day 1: in no particle could 6 recorded events with 120"):
        follow(nobody_left, record, n=4)


def history(number: int, events: int, break_days: int = 0, broken: bool = False) -> dict[str, object]:
    counted = {name: [events] * 4 for name in ("events", "deaths", "dead", "departed")}
    told = {"day": 28, "variant": UNCHANGED, "delay": 0, "member": number, "broken": broken}
    return told | counted | {"break_days": break_days, "ending": "feud" if break_days else ""}


def island(*ahead: dict[str, object]) -> IslandFound:
    days = tuple(DayOfFilter(day, 0, -1.0, 0.0, 1.0, 4.0, 4, False) for day in range(1, 29))
    return IslandFound(0, days, (), np.full(4, 0.25), 0, 0, tuple(ahead))


PLAN = Plan(step=28, leads=(28,), members=6)


def test_counts_are_forecast_by_histories_that_stand_as_the_recorded_truce_does():
    record = counts_record([0] * 27 + [1] + [0] * 28)
    stands, falls, fallen = history(0, 2), history(1, 90, break_days=20), history(2, 900, broken=True)
    found = island(stands, history(3, 4), falls, fallen, history(4, 6, break_days=29))
    said = {told["method"]: each for told, each in count_rows("x", record, [found], PLAN, [], 0)}
    assert said[MODEL].row()["mean"] == pytest.approx((2 + 4 + 6) / 3)
    assert said[MODEL].members == 3
    few = island(stands, falls, fallen)  # one stands through: those that stand at the origin
    said = {told["method"]: each for told, each in count_rows("x", record, [few], PLAN, [], 0)}
    assert said[MODEL].row()["mean"] == pytest.approx((2 + 90) / 2)


def test_few_histories_do_not_make_the_brier_score_worse():
    record = replace(counts_record([0] * 60), ended=False)
    p, mean = 0.3, 0.0
    for k in range(7):  # of six histories k end in the window, though in truth it stands
        rows = [history(j, 0, break_days=9 * (j < k)) for j in range(6)]
        (own,) = [row for row in break_rows("x", record, [island(*rows)], PLAN, []) if row["method"] == MODEL]
        mean += comb(6, k) * p**k * (1 - p) ** (6 - k) * own["brier"]
    assert mean == pytest.approx(p**2)  # as of ever so many histories; of these as they are, 0.125


def test_where_no_history_stands_the_model_says_one_half():
    rows = break_rows("x", counts_record([0] * 60), [island(history(0, 1, broken=True))], PLAN, [])
    assert [row["p"] for row in rows if row["method"] == MODEL] == [0.5]


def outlook_of(record: Record, **shelling: object) -> Outlook:
    """The first morning of a town where fighters clash all day, and may be shelled or not."""
    scenario = only(
        switched_on("clash", base=5.0, casualties={"p_fatal": 1.0, "most": 20}),
        {"events": {"shelling": shelling}},
    )
    model = TruceModel(scenario, seed=1)
    follower = Follower(record)
    follower.join(model)
    outlook = follower.outlook_of(model)
    assert outlook is not None
    return outlook


def test_a_toll_is_given_by_what_can_take_it():
    record = Record("x", 1, counts_record([0]).classes, (Row(1, "fatal", 24),))
    both = outlook_of(record, enabled=True, base=1e-3)
    most = {piece.kind.name: piece.toll.most for piece in both.pieces}
    assert most["clash"] == 20 < 24 < most["shelling"]
    assert {piece.kind.name for piece in both.pieces if both.density(piece, 0) > 0} == {"shelling"}
    clashes = outlook_of(record, enabled=False)
    assert clashes.deaths == (20,)  # as many as the deadliest that is open can take
    assert all(clashes.density(piece, 0) > 0 for piece in clashes.pieces)


def test_a_truce_is_as_old_as_it_is_wherever_one_begins_to_follow_it():
    whole = read_truce("SYR-13")
    later = cut(whole, "2018-01-10", None)
    assert later.stood == 172
    assert cut(later, "2018-01-11", None).stood == 173
    truces = [(30.0, True), (60.0, True), (400.0, True), (900.0, False)]
    young, old = (break_probabilities(truces, age, 30.0)["Weibull"] for age in (0.0, 172.0))
    assert old < young


def test_the_baselines_of_a_town_see_no_truce_of_its_place_that_is_not_over():
    of_a_user = replace(read_truce("SYR-13"), name="Douma, eastern Ghouta", start="2017-07-30")
    names = [each.name for each in other_records(of_a_user, FOLDER)]
    assert not [name for name in names if name.startswith("Douma")]
    assert len(names) == 18
    first, second = read_truce("UKR-01"), read_truce("UKR-02")
    assert second.name not in [each.name for each in other_records(first, FOLDER)]
    assert first.name in [each.name for each in other_records(second, FOLDER)]  # it was over before


def island_of(number: int, log: float, effective: float, impossible: str = "") -> IslandFound:
    days = (DayOfFilter(1, 0, log, 0.0, 1.0, effective, int(effective), False),)
    state = state_of(TruceModel(tiny(), seed=number))
    rows = () if impossible else ({"seed": 1, "lineage": "", "pace.army": 1.0 + number, **state},)
    return IslandFound(number, days, rows, np.ones(len(rows)), 0, 0, (), impossible)


def test_islands_count_by_their_weight_and_an_impossible_one_not_at_all():
    draws = [Draw({"pace.army": value}, 1) for value in (1.0, 2.0)]
    record = counts_record([0])
    even = join_islands(tiny(), record, [island_of(0, -1.0, 10.0), island_of(1, -1.0, 10.0)], draws)
    assert even.days.effective.tolist() == [pytest.approx(20.0)]
    one = join_islands(tiny(), record, [island_of(0, -1.0, 10.0), island_of(1, -30.0, 10.0)], draws)
    assert one.days.effective.tolist() == [pytest.approx(10.0)]
    assert one.days.draws_left.tolist() == [10]
    lost = [island_of(0, -1.0, 10.0), island_of(1, -np.inf, 0.0, "day 1: no")]
    found = join_islands(tiny(), record, lost, draws)
    assert found.particles.weight.tolist() == [pytest.approx(1.0)]
    assert found.log_evidence == pytest.approx(-1.0 - np.log(2))
    assert any("In 1 of 2 islands no particle could have the record" in line for line in found.lines)
    with pytest.raises(InputError, match="day 1: no"):
        join_islands(tiny(), record, lost[1:], draws)


def test_an_impossible_island_comes_back_with_the_day_and_survives_a_stop():
    scenario = only(switched_on("clash", base=0.0))
    record = Record("x", 3, counts_record([0]).classes, (Row(2, "fatal", source="line 7"),))
    draws = [Draw({}, k) for k in range(2)]
    found = Island(4, record, scenario, draws, 1).do()[1]
    assert found.impossible.startswith("line 7: day 2: no particle can have this event")
    assert [day.log_counts for day in found.days][1:] == [-np.inf, -np.inf]
    again = IslandFound.of(found.plain())
    assert (again.days, again.impossible) == (found.days, found.impossible)
    with pytest.raises(InputError, match="line 7"):
        again.refuse_impossible()


def verdict(*rows: tuple[str, str, float, float], truces: int = 5) -> str:
    table = pd.DataFrame(rows, columns=["target", "against", "low", "high"])
    empty = pd.DataFrame()
    names = [str(k) for k in range(truces)]
    return _verdict(Scores(PLAN, 2, names, empty, empty, empty, empty, table))


def test_the_verdict_says_what_is_decided_of_events_and_of_deaths():
    worse = ("deaths", "gamma-Poisson", -0.9, -0.1)
    assert verdict(worse) == "The model forecasts deaths worse than a gamma-Poisson process does"
    assert verdict(worse, ("events", "gamma-Poisson", -0.5, -0.2)) == (
        "The model forecasts the number of fatal events and deaths worse than a gamma-Poisson process does"
    )
    assert verdict(worse, ("events", "Hawkes", 0.1, 0.4)) == (
        "The model forecasts the number of fatal events better than a Hawkes process does and deaths worse "
        "than a gamma-Poisson process does"
    )
    assert "is not decided" in verdict(("events", "Hawkes", -0.1, 0.4))
    assert verdict(worse, truces=4).startswith("That is too little for a verdict")


def test_a_kind_that_a_town_records_is_followed_as_that_kind(tmp_path):
    record = record_of(read_town(write_town(tmp_path / "rivers")))
    assert [(row.of, row.actor) for row in record.rows] == [
        ("fatal", "army"),
        ("checkpoint_attack", "river_guard"),
    ]


def test_the_uncertainty_of_a_town_is_drawn_in_scores_too(tmp_path):
    folder = write_town(
        tmp_path / "rivers", events="date,kind,deaths\n2004-05-04,clash,1\n2004-05-20,fatal,1\n", kinds=None
    )
    prior = "says: mine\npriors:\n  kinship.restraint: {low: 1, high: 2}\n"
    (folder / "uncertainty.yaml").write_text(prior, encoding="utf-8")
    found = sim.score([str(folder)], ["uncertainty=town"], particles=2, plan=Plan(7, (7,), 14, 2))
    assert found.truces == [str(folder)]


def test_the_folder_says_the_command_that_gives_it_again(tmp_path):
    options = {"until": "2008-06-20", "particles": 4, "ahead": 0, "explain": 0, "seed": 3}
    asked = options | {"measures": False, "weigh_marks": False}
    found = sim.follow("GAZ-01", ["scenario=small_town"], out=tmp_path / "a", **asked)
    assert found.command == (
        "hudna follow GAZ-01 scenario=small_town --until 2008-06-20 --particles 4 --seed 3 --ahead 0 "
        "--explain 0 --counts-only --no-measures"
    )
    assert found.command in (tmp_path / "a" / "report.html").read_text(encoding="utf-8")
    assert main([*shlex.split(found.command)[1:], "--out", str(tmp_path / "b")]) == 0
    days = [(tmp_path / each / "days.csv").read_text(encoding="utf-8") for each in "ab"]
    assert days[0] == days[1]
