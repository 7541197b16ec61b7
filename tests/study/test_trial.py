"""Before a study is begun it is told at which points no truce can stand."""

from __future__ import annotations

import pytest

from sim.cli import main
from sim.errors import InputError
from sim.model import TruceModel
from sim.study import trial
from sim.study.trial import points_without_truce
from tests.study.studies import SMALL, plan_of

WILD = ["burn_in_days=30", "runs=2"]


def test_points_at_which_no_truce_can_stand_are_told_before_the_study(tmp_path, capsys):
    sweep = ["sweep", *SMALL, *WILD, "events.kidnapping.base=0.02,20", "--out", str(tmp_path / "out")]
    assert main([*sweep, "--dry-run"]) == 0
    out, err = capsys.readouterr()
    assert "tried: a run of point 0" in out
    assert "by the trials just made" in out
    (line,) = [each for each in err.splitlines() if "no truce" in each]
    assert "point 1 (events.kidnapping.base=20.0)" in line
    assert "in 3 trials of 30 quiet days" in line
    assert line.endswith("its runs will fail")
    assert not (tmp_path / "out").exists()


def test_a_study_without_any_truce_is_refused_before_it_begins(tmp_path, capsys):
    sweep = ["sweep", *SMALL, *WILD, "events.kidnapping.base=19,20", "--out", str(tmp_path / "out")]
    assert main(sweep) == 2
    one, other = capsys.readouterr().err.splitlines()
    assert "point 1 (events.kidnapping.base=20.0): no truce can stand" in one
    assert "point 0 (events.kidnapping.base=19.0): no truce can stand" in other
    assert not (tmp_path / "out").exists()


def test_the_worst_corner_of_a_design_is_tried(capsys):
    plan = plan_of(*WILD, "events.kidnapping.base=0.02,0.1,20", "elders.settled_per_day=0.2,1", "days=5,9")
    lines = points_without_truce(plan)
    assert all("events.kidnapping.base=20" in line for line in lines)
    assert len(lines) >= 1


def test_points_with_one_burn_in_are_tried_once_and_time_is_kept(monkeypatch):
    tried = []
    monkeypatch.setattr(TruceModel, "of", lambda scenario: tried.append(scenario))
    points_without_truce(
        plan_of(*WILD, "events.shelling.enabled=true,false", "days=5,9", "passage.start=0.5,1")
    )
    assert len(tried) <= 2
    tried.clear()
    monkeypatch.setattr(trial, "SETTLING_SECONDS", -1.0)
    points_without_truce(plan_of(*WILD, "events.kidnapping.base=0.02,0.1,0.2"))
    assert len(tried) == 1


def test_no_burn_in_is_no_trial(monkeypatch):
    monkeypatch.setattr(TruceModel, "of", lambda _: pytest.fail("nothing is to be tried"))
    assert points_without_truce(plan_of("burn_in_days=0", "events.kidnapping.base=0.02,20")) == []
    assert points_without_truce(plan_of("cities=redrawn", "events.kidnapping.base=0.02,20")) == []


def test_any_other_fault_is_left_to_the_runs(monkeypatch):
    def fail(_):
        raise InputError("something else")

    monkeypatch.setattr(TruceModel, "of", fail)
    assert points_without_truce(plan_of(*WILD, "events.kidnapping.base=0.02,0.1")) == []
