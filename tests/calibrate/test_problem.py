"""Files of a calibration: what is read, what is refused; the shipped one has the targets of `patterns`."""

import numpy as np
import pytest
import yaml

from sim import cli
from sim.calibrate.posterior import unit_of
from sim.calibrate.problem import base_values, problem_from, read_problem
from sim.calibrate.waves import plan_of, values_of
from sim.config.values import numbers_at
from sim.errors import InputError
from sim.patterns import targets
from tests.calibrate.test_calibrate import SMALL

TWO = SMALL["priors"]
ALSO = {"base": SMALL["base"], "targets": {"truce_ratio": {"observed": 0.26}}}


def test_the_shipped_targets_are_those_of_the_patterns():
    found = read_problem("al_rastan").targets
    ranges = {name: (each.low, each.high) for name, each in found.items() if each.observed is None}
    assert ranges == {
        "excitation": targets.BRANCHING,
        "memory": targets.MEMORY_DAYS,
        "captivity": targets.CAPTIVITY_DAYS,
        "answered": targets.ANSWERED,
        "defections": targets.DEFECTIONS,
        "broken": (0.2, 0.8),  # no pattern: a truce that could go either way
        "present": (0.8, 1.0),  # likewise: most people stayed while it held
        "strained": pytest.approx(targets.STRAINED, abs=1e-3),
        "lowest_passage": targets.LOWEST_PASSAGE,
        "feud_answers": pytest.approx(targets.FEUD_ANSWERS, abs=1e-3),
        "third_ending": (targets.THIRD_ENDING[0], 0.334),  # more than a third it cannot be
    }
    assert {name: each.observed for name, each in found.items() if each.observed is not None} == {
        "fatal_events": targets.EVENTS, "deaths": targets.DEATHS, "empty_weeks": targets.EMPTY,
        "held_shelled": targets.SHELLED_HELD,
    }  # fmt: skip


def test_whole_numbers_are_known_as_such():
    priors = {**SMALL["priors"], "army.troops": {"low": 10, "high": 900}}
    problem = problem_from({**SMALL, "priors": priors}, "here")
    assert problem.whole == {"army.troops"}
    unit = np.array([[0.1, 0.2, 0.3], [0.5, 0.5, 0.9]])
    plan, _ = plan_of(problem, unit, [], ["engine=serial"])
    assert [plan.scenario(k).army.troops for k in (0, 1)] == values_of(problem, unit)[:, 2].tolist()


def test_the_place_of_a_default_gives_the_default_back():
    priors = {
        **SMALL["priors"],
        "army.troops": {"distribution": "log_uniform", "low": 1, "high": 900},
        "kinship.restraint": {"distribution": "normal", "low": 0.5, "high": 3, "centre": 1, "spread": 0.5},
    }
    problem = problem_from({**SMALL, "priors": priors}, "here")
    defaults = numbers_at(base_values(problem), priors)
    back = values_of(problem, unit_of(problem, defaults)[None])[0]
    assert back == pytest.approx([defaults[key] for key in priors])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"targets": {"P9": {"low": 0, "high": 1}}}, "targets: P9: no such pattern"),
        ({"targets": {"broken": {"low": 0.9, "high": 0.1}}}, "give low below high"),
        ({"targets": {"broken": {"observed": 3}}}, "broken: takes low and high"),
        ({"targets": {"deaths": {"low": 3, "high": 4}}}, "deaths: takes observed"),
        ({"targets": {}}, "at least two priors and one target"),
        (
            {"targets": {"broken": {"low": 0.2, "high": 80}}},
            "80 is out of range; right would be 0 to 1",
        ),
        ({"targets": {"deaths": {"observed": -3}}}, "deaths: -3 is out of range; right would be at least 0"),
        ({"targets": {"empty_weeks": {"observed": 14}}}, "right would be 0 to 13"),
        ({"targets": {"captivity": {"low": 0, "high": 9}}}, "give low above 0"),
        ({"priors": {**TWO, "events.clash.base": {"low": 1, "high": 1}}}, "no width"),
        ({"priors": {**TWO, "events.clsh.base": {"low": 0, "high": 1}}}, "no such key"),
        ({"priors": {**TWO, "events.clash.base": {"low": 0, "high": 9999}}}, "9999.0: out of range; right"),
        ({"priors": {**TWO, "events.clash.enabled": {"low": 0, "high": 1}}}, "is not a number"),
        ({"priors": {**TWO, "days": {"low": 9, "high": 99}}}, "days: cannot be drawn"),
        ({"priors": {**TWO, "events.harassment.base": {"low": 0.3, "high": 0.5}}}, "lies outside 0.3 to 0.5"),
        ({"priors": {**TWO, "events.clash.answers.revenge_killing": {"low": 0, "high": 1}}}, "has no number"),
        ({"base": ["scenario=small_town", "days=0", "events.defection.base=0.1"]}, "give at least 1"),
        ({"targets": {"memory": {"low": 14, "high": 400}}}, "right would be 5 to 100"),
        ({"priors": {**TWO, "factions.nobody.members": {"low": 9, "high": 99}}}, "no factions.nobody"),
        ({"priors": {**TWO, "army.troops": {"low": 9.5, "high": 99}}}, "make low and high whole"),
        ({"priors": {"events.clash.base": {"low": 0, "high": 1}}}, "at least two priors"),
        ({"base": ["scenario=small_town", "runs=3"]}, "base: runs is swept or belongs to the calibration"),
        ({"base": ["scenario=small_town", "seed=3"]}, "base: seed is swept or belongs to the calibration"),
        ({"base": ["scenario=small_town", "days=30,60"]}, "base: days is swept"),
        ({"base": ["scenario=smal_town"]}, "small_town"),
        ({"truces": 30}, "truces = 30: 0, or at least 200"),
        ({"points": 800}, "at least twice as many as points"),
        ({"wave": 3}, "no such key"),
        ({"also": {"war": ALSO, "again": ALSO}}, "also: war: targets: truce_ratio is asked twice"),
        ({"also": {"../war": ALSO}}, "name it by a-z"),
        ({"also": {"war": {**ALSO, "targets": {}}}}, "also: war: give at least one target"),
        ({"also": {"war": {**ALSO, "base": ["scenario=smal_town"]}}}, "also: war: .*small_town"),
        (
            {"also": {"war": {**ALSO, "targets": {"truce_first_week": {"observed": 3}}}}},
            "right would be 0 to 1",
        ),
    ],
)
def test_a_bad_file_is_refused_in_one_line(tmp_path, change, told, capsys):
    file = tmp_path / "bad.yaml"
    file.write_text(yaml.safe_dump({**SMALL, **change}))
    with pytest.raises(InputError, match=told):
        read_problem(file)
    assert cli.main(["calibrate", str(file), "--out", str(tmp_path / "out")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such calibration file"):
        read_problem(tmp_path / "none.yaml")
