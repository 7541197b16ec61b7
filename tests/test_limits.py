"""No setting takes the machine down: a run that runs away is given up, and says why."""

import time

import pytest

from sim.cli import main
from sim.compose import compose_scenario
from sim.day.limits import Watch, check_events
from sim.errors import InputError
from sim.model import TruceModel
from sim.scenario import LimitsConfig
from tests.conftest import finished, tiny
from tests.study.studies import SMALL, done, rows

WILD = [f"events.{name}.base=1000" for name in ("harassment", "clash", "kidnapping")]


def test_a_run_above_the_cap_on_events_is_given_up_with_its_reason():
    with pytest.raises(InputError, match=r"given up on day 1: \d+ events, and limits.events_per_day is 2"):
        finished(tiny({"events": {"harassment": {"base": 1000.0}}, "limits": {"events_per_day": 2}}))


def test_the_cap_is_off_at_0():
    check_events(LimitsConfig(events_per_day=0), 10**9, 1)
    check_events(LimitsConfig(events_per_day=10), 10, 1)
    with pytest.raises(InputError, match="given up on day 1"):
        check_events(LimitsConfig(events_per_day=10), 11, 1)
    check_events(LimitsConfig(events_per_day=10), 25, 1, size=2.5)
    with pytest.raises(InputError, match=r"events_per_day is 10 \(25 in a city of this size\)"):
        check_events(LimitsConfig(events_per_day=10), 26, 1, size=2.5)


def test_extreme_rates_saturate_and_where_they_may_not_the_run_is_given_up():
    lines = ["scenario=small_town", "days=10", "burn_in_days=0"]
    model = TruceModel(compose_scenario([*lines, *WILD]))
    model.run_model()
    assert len(model.world.log) < 10 * 60  # each of three kinds alone could come 1,000 times a day
    unbounded = compose_scenario([*lines, WILD[0], "events.harassment.most_per_day=1e6"])
    with pytest.raises(
        InputError, match=r"given up on day \d: \d\d\d events, and limits.events_per_day is 200"
    ):
        TruceModel(unbounded).run_model()


def test_time_and_memory_are_watched(monkeypatch):
    watch = Watch(LimitsConfig(seconds=5, memory_gb=1))
    watch.check(1)
    watch.begun -= 6
    with pytest.raises(InputError, match=r"given up on day 2: 6 s, and limits.seconds is 5"):
        watch.check(2)
    watch.begun += 6
    watch.memory -= 2 * 10**9
    watch.begun = time.monotonic()
    watch.check(7)  # the memory was looked at a moment ago
    watch.begun -= 1
    with pytest.raises(InputError, match=r"given up on day 8: .* GB, and limits.memory_gb is 1"):
        watch.check(8)
    watch.limits = LimitsConfig(seconds=0, memory_gb=0)
    watch.begun -= 10**6
    watch.check(16)


def test_a_run_out_of_time_stops_between_two_days():
    with pytest.raises(InputError, match=r"given up on day 1: "):
        finished(tiny({"limits": {"seconds": 1e-9}, "burn_in_days": 0}))


def test_a_study_has_a_failed_row_with_the_reason_and_goes_on(tmp_path):
    lines = [*SMALL, "burn_in_days=0", "limits.events_per_day=20", "runs=1", "keep=rows"]
    store = done(tmp_path / "a", *lines, "events.harassment.base=0,1000")
    quiet, wild = rows(store.folder)
    assert (quiet["status"], wild["status"]) == ("ok", "failed")
    assert wild["error"].startswith("given up on day 1: ")


def test_the_command_line_says_it_in_one_line(tmp_path, capsys):
    lines = [*SMALL, *WILD, "limits.events_per_day=3", "burn_in_days=0"]
    assert main(["run", *lines, "--out", str(tmp_path / "out")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "given up on day 1" in line
    assert list(tmp_path.iterdir()) == []
