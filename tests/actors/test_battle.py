"""Battle: the closed form without luck, and who wins it."""

import math

import pytest

from sim.actors.battle import Battle, lanchester
from sim.records import event_table
from sim.verify.battle import attrition
from tests.conftest import finished, tiny
from tests.verify.checks import met


def test_daily_steps_lie_on_the_closed_form():
    a, b, soldiers, fighters = 0.02, 0.012, 900.0, 990.0
    x, y = soldiers, fighters
    for _ in range(10):
        x, y = lanchester(x, y, a, b, 1.0)
    k = math.sqrt(a * b)
    assert x == pytest.approx(
        soldiers * math.cosh(10 * k) - fighters * math.sqrt(b / a) * math.sinh(10 * k), abs=1e-9
    )
    assert y == pytest.approx(
        fighters * math.cosh(10 * k) - soldiers * math.sqrt(a / b) * math.sinh(10 * k), abs=1e-9
    )
    # the square law: what never changes
    assert a * x**2 - b * y**2 == pytest.approx(a * soldiers**2 - b * fighters**2)


def test_a_side_that_cannot_hurt_loses_nothing_of_the_other():
    assert lanchester(100, 50, 0.1, 0.0, 2.0) == (100, 30)
    assert lanchester(100, 50, 0.0, 0.0, 2.0) == (100, 50)


def test_breaking_points_decide():
    battle = Battle(900, 1000, 0.1, 0.1)
    assert not battle.is_fallen
    assert not battle.is_repulsed
    battle.soldiers = 810
    assert battle.is_repulsed
    battle.fighters_lost = 100
    assert battle.is_fallen
    assert not battle.is_repulsed


STORM = {
    "days": 30,
    "army": {"start": "besieging", "troops": 30, "armour": 8},
    "events": {
        "assault": {
            "at": (2,),
            "soldier_breaking_share": 0.1,
            "fighter_breaking_share": 0.12,
            "committed_share": 1.0,
            "resolve_sigma": 0.0,
        },
        "siege_lifted": {"enabled": False},
        "surrender": {"enabled": False},
        "bombardment": {"enabled": False},
        "desertion": {"enabled": False},
        "joining": {"enabled": False},
        "shelling": {"enabled": False},
        "checkpoint_attack": {"enabled": False},
        "airbase_attack": {"enabled": False},
        "battle": {
            "luck": False,
            "civilians": {"p_fatal": 0.0},
            "soldier_lethality": 0.02,
            "fighter_lethality": 0.05,
        },
    },
}


def outcome(*changes):
    log = event_table(finished(tiny(STORM, *changes)))
    return next(kind for kind in log.kind if kind in ("fall", "repulse")), log


def test_without_luck_a_battle_in_a_run_follows_the_closed_form():
    assert met(attrition)


def test_low_morale_loses_battles():
    high = {"factions": {"locals": {"members": 18, "morale": 1.0}}}
    low = {"factions": {"locals": {"members": 18, "morale": 0.0}}}
    strong = {"morale": {"from_losses": 0.0}, "events": {"battle": {"fighter_lethality": 0.12}}}
    assert outcome(strong, high)[0] == "repulse"
    assert outcome(strong, low)[0] == "fall"


def test_works_count_in_battle_and_bombardment_makes_them_worthless():
    groups = {"factions": {"locals": {"members": 18, "morale": 0.4}}, "morale": {"from_losses": 0.0}}
    works = {"works": {"start": 1.0}, "events": {"battle": {"works_bonus": 4.0, "fighter_lethality": 0.08}}}
    bombed = {"events": {"bombardment": {"enabled": True, "base": 0.0, "at": (1,)}}}
    assert outcome(groups, works)[0] == "repulse"
    assert outcome(groups, works, bombed)[0] == "fall"
    assert (
        outcome(groups, works, {"works": {"start": 0.0}, "events": {"fortification": {"enabled": False}}})[0]
        == "fall"
    )
