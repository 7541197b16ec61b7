"""Scheduled events take dates, a file, and what is known of them."""

from __future__ import annotations

import numpy as np
import pytest

from sim.compose import compose_scenario
from sim.errors import InputError
from sim.events import KINDS
from sim.model import TruceModel
from sim.records import event_table
from tests.conftest import QUIET, merged, tiny
from tests.towns.folders import TOWN, write_town

ZERO = "day_zero=2012-06-01"


def at(kind: str, value: str, *more: str) -> list[object]:
    scenario = compose_scenario(["scenario=small_town", ZERO, *more, f"events.{kind}.at={value}"])
    return [each if isinstance(each, int) else each.model_dump(exclude_none=True) for each in
            getattr(scenario.events, kind).at]  # fmt: skip


def test_dates_and_days_stand_side_by_side():
    assert at("clash", "[2012-06-05,7,{date: 2012-07-01, deaths: 2}]") == [4, 7, {"day": 30, "deaths": 2}]


def test_a_file_gives_the_events_of_its_kind(tmp_path):
    file = tmp_path / "events.csv"
    file.write_text(
        "date,kind,deaths,actor\n2012-06-05,clash,3,newcomers\n2012-06-06,rumour,,\n2012-06-05,clash,,\n"
    )
    assert at("clash", f"'{file}'") == [{"day": 4, "deaths": 3, "actor": "newcomers"}, {"day": 4}]


def test_a_path_in_a_town_is_from_its_folder(tmp_path):
    town = write_town(tmp_path / "rivers", TOWN + "  events: {clash: {at: known.csv}}\n")
    (town / "known.csv").write_text("date,deaths\n2004-05-03,1\n")
    (due,) = compose_scenario([f"town={town}"]).events.clash.dues
    assert (due.day, due.deaths) == (2, 1)


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        ("clash", "[2012-05-30]", "lies before day 1; day 0 is 2012-06-01"),
        ("clash", "[5.6.2012]", "not a date; write it as 2004-05-01"),
        ("clash", "nothing.csv", "there is no such file"),
        ("clash", "[{day: 5, deaths: -1}]", "out of range"),
        ("clash", "[{day: 5, soldiers: 1}]", "of 0 deaths"),
        ("clash", "[{day: 5, deaths: 2, soldiers: 1}]", "a clash kills no soldiers"),
        ("clash", "[{day: 5, actor: nobody}]", "names no faction"),
        ("shelling", "[{day: 5, actor: newcomers}]", "is done by army"),
        ("rumour", "[{day: 5, deaths: 2}]", "cannot be set"),
        ("clash", "[{day: 5, quarter: 12}]", "quarters run from 0 to 11"),
        ("clash", "[{day: 5, dead: 2}]", "no such key"),
        ("clash", "[soon]", "a whole number"),
    ],
)
def test_what_cannot_be_scheduled_is_told_in_one_line(kind, value, says):
    with pytest.raises(InputError) as caught:
        at(kind, value)
    (line,) = str(caught.value).splitlines()
    assert says in line
    assert line.startswith((f"events.{kind}.at", "nothing.csv"))


def test_a_date_needs_a_day_zero():
    with pytest.raises(InputError, match="set day_zero"):
        compose_scenario(["events.clash.at=[2012-06-05]"])


KNOWN = [
    ("clash", {"day": 3, "deaths": 4, "actor": "outsiders"}, (4, 0)),
    ("checkpoint_attack", {"day": 3, "deaths": 5, "soldiers": 3, "actor": "locals"}, (2, 3)),
    ("shelling", {"day": 3, "deaths": 6, "quarter": 2}, (6, 0)),
    ("raid", {"day": 3, "deaths": 2, "quarter": 1}, (2, 0)),
    ("roadside_bomb", {"day": 3, "deaths": 1, "soldiers": 1}, (0, 1)),
    ("revenge_killing", {"day": 3, "deaths": 1, "quarter": 3}, (1, 0)),
]


@pytest.mark.parametrize(("kind", "due", "dead"), KNOWN)
@pytest.mark.parametrize("seed", range(3))
def test_what_is_known_of_an_event_comes_true(kind, due, dead, seed):
    base = {"base": 0.0} if "base" in KINDS[kind].model_fields else {}
    on = {"events": {kind: {"enabled": True, "at": [due], "answers": {}, **base}}, "days": 4}
    model = TruceModel(tiny(merged(QUIET, on)), seed=seed)
    model.run_model()
    table = event_table(model)
    happened = table[(table["kind"] == kind) & (table["cause"] != "lapsed")]
    assert len(happened) == 1
    assert happened["deaths"].tolist() == [dead[0]]
    assert happened["soldiers"].tolist() == [dead[1]]
    if "actor" in due:
        assert set(happened["actor"]) == {due["actor"]}
    if "quarter" in due:
        assert set(happened["quarter"]) == {due["quarter"]}
    assert np.all(happened["day"] == 3)


def test_what_is_known_changes_nobody_elses_luck():
    plain = TruceModel(tiny({"events": {"clash": {"at": [5]}}, "days": 5}), seed=1)
    known = TruceModel(tiny({"events": {"clash": {"at": [{"day": 5}]}}, "days": 5}), seed=1)
    plain.run_model()
    known.run_model()
    assert event_table(plain).equals(event_table(known))
