"""Each known answer is shown able to fail: the mechanism is broken, and its line goes red."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pytest

from sim.actors import roster
from sim.actors.elders import Elders
from sim.actors.world import World
from sim.core import feelings, moves
from sim.day import found
from sim.kinds.order import HazardOrder
from sim.verify import (
    CHECKS,
    battle,
    branches,
    captivity,
    cascade,
    orders,
    people,
    retaliation,
    skeleton,
    survival,
)
from sim.verify import feelings as feelings_check
from sim.world.climate import Passage
from sim.world.residents import Residents


@pytest.fixture(autouse=True)
def _nothing_kept():
    """A peopled city made by a broken mechanism must not serve another test, nor a sound one this."""
    found._held.clear()
    yield
    found._held.clear()


class Sabotage(NamedTuple):
    """A check, the runs it takes here, how the model is broken, and words of the lines that must go red."""

    check: Callable[[int], Iterator]
    runs: int
    by: Callable[[pytest.MonkeyPatch], None]
    red: tuple[str, ...]


def scaled(module: str, name: str, factor: float, place: int | None = None):
    """A function of the model gives `factor` times what it should, or is given that for one argument."""

    def by(patch: pytest.MonkeyPatch) -> None:
        owner = __import__(module, fromlist=[name])
        sound = getattr(owner, name)

        def broken(*given):
            if place is None:
                return sound(*given) * factor
            changed = [value * factor if k == place else value for k, value in enumerate(given)]
            return sound(*changed)

        patch.setattr(owner, name, broken)

    return by


def a_pull_that_leaks(patch):
    sound = feelings.pull_of_kin

    def broken(*given):
        sound(*given)
        kin_fear, kin_anger = given[-2:]
        kin_fear *= np.float32(0.999)
        kin_anger *= np.float32(0.999)

    patch.setattr(feelings, "pull_of_kin", broken)


def weaker_following(patch):
    sound = moves.decide_flight
    patch.setattr(
        moves, "decide_flight", lambda *given: sound(*given[:8], given[8] * np.float32(0.9), *given[9:])
    )


def wider_thresholds(patch):
    from sim.world import persons

    def broken(seed, stream, day, ids, out):
        sound(seed, stream, day, ids, out)
        out *= 1.3

    sound = persons.fill_normal
    patch.setattr(persons, "fill_normal", broken)


def faster_hazards(patch):
    sound = roster.draw_counts
    chances = 6  # its place among the arguments
    patch.setattr(
        roster,
        "draw_counts",
        lambda *given: sound(*given[:chances], 1.7 * given[chances], *given[chances + 1 :]),
    )


def steps_of_the_linear_law(patch):
    def broken(soldiers, fighters, a, b, days):
        return soldiers - b * fighters * days, fighters - a * soldiers * days

    patch.setattr("sim.events.battle.lanchester", broken)


def losses_rounded_down(patch):
    patch.setattr("sim.events.battle.round", math.floor, raising=False)


def a_move_that_is_not_tallied(patch):
    def broken(row, to, status, *_):
        status[row] = to

    patch.setattr(moves, "move", broken)


def newcomers_who_vanish(patch):
    sound = World.enter

    def broken(self, incident, faction, n):
        sound(self, incident, faction, n)
        incident.n_people = n + 1

    patch.setattr(World, "enter", broken)


def a_calendar_a_day_early(patch):
    from sim import model

    sound = model._calendar
    patch.setattr(
        model, "_calendar", lambda scenario: {day - 1: names for day, names in sound(scenario).items()}
    )


def a_calendar_that_is_lost(patch):
    patch.setattr("sim.model._calendar", lambda scenario: {})


def luck_by_how_many_there_are(patch):
    def broken(seed, stream, day, ids, out):
        out[:] = np.random.default_rng(ids.size).standard_normal(ids.size)

    patch.setattr("sim.world.persons.fill_normal", broken)


def luck_by_place_in_the_queue(patch):
    sound = roster.draw_counts

    def broken(*given):
        sound(*given)
        seed, day = given[0], given[2]
        rates, counts = given[-2:]
        counts[:] = np.random.default_rng([seed, day, rates.size]).poisson(rates)
        return counts.sum()

    patch.setattr(roster, "draw_counts", broken)


def orders_that_know_no_rate(patch):
    sound = HazardOrder.ring
    patch.setattr(HazardOrder, "ring", lambda self, *given: sound(self, *given) * self.base / 0.025)


def elders_whom_no_backlog_wears(patch):
    patch.setattr(Elders, "attention", 1.0)


def elders_who_settle_half_as_much(patch):
    sound = Elders.end_day
    patch.setattr(Elders, "end_day", lambda self, breaches, help_, fade: sound(self, breaches, -0.5, fade))


def passage_that_nobody_calls_for(patch):
    sound = Passage.recover
    patch.setattr(Passage, "recover", lambda self, rate: sound(self, min(rate, skeleton.RECOVERY)))


def shocks_half_as_strong(patch):
    sound = Residents.shock_camp
    patch.setattr(Residents, "shock_camp", lambda self, camp, fear, anger: sound(self, camp, fear / 2, anger))


GRIEVANCES, RELEASE = "sim.world.grievances", "sim.events.release"
SABOTAGES = (
    Sabotage(feelings_check.resting_fear, 1, a_pull_that_leaks, ("fear at rest",)),
    Sabotage(feelings_check.fading_anger, 1, a_pull_that_leaks, ("anger",)),
    Sabotage(cascade.departures, 1, weaker_following, ("departures on a complete graph",)),
    Sabotage(cascade.departures, 1, wider_thresholds, ("share departed",)),
    Sabotage(survival.first_events, 300, faster_hazards, ("no event by day 30", "no event by day 60")),
    Sabotage(retaliation.feuds, 30, scaled(GRIEVANCES, "poisson", 1.6, 5), ("settled", "to one blow")),
    Sabotage(retaliation.feuds, 30, scaled(GRIEVANCES, "exponential", 2.0), ("days to an", "later than")),
    Sabotage(retaliation.feuds, 30, faster_hazards, ("builds up", "settled")),
    Sabotage(captivity.releases, 3, scaled(RELEASE, "exponential", 0.6), ("days in", "for more than 7")),
    Sabotage(battle.attrition, 1, steps_of_the_linear_law, ("soldiers left", "fighters left")),
    Sabotage(battle.attrition, 1, losses_rounded_down, ("fighters killed",)),
    Sabotage(people.conservation, 1, a_move_that_is_not_tallied, ("people",)),
    Sabotage(people.conservation, 1, newcomers_who_vanish, ("people",)),
    Sabotage(branches.a_late_event, 1, a_calendar_a_day_early, ("first day that differs",)),
    Sabotage(branches.a_late_event, 1, a_calendar_that_is_lost, ("first day that differs",)),
    Sabotage(branches.one_more_resident, 1, luck_by_how_many_there_are, ("one more resident",)),
    Sabotage(branches.one_more_wave, 1, luck_by_place_in_the_queue, ("one more wave",)),
    Sabotage(orders.competing_orders, 300, orders_that_know_no_rate, ("bombardment", "surrender")),
    Sabotage(
        orders.competing_orders, 300, scaled("sim.kinds.order", "exponential", 0.5), ("days to the first",)
    ),
    Sabotage(skeleton.tipping, 1, elders_whom_no_backlog_wears, ("standing in effect", "mean fear")),
    Sabotage(skeleton.tipping, 1, elders_who_settle_half_as_much, ("standing in effect",)),
    Sabotage(skeleton.tipping, 1, passage_that_nobody_calls_for, ("free passage",)),
    Sabotage(skeleton.tipping, 1, shocks_half_as_strong, ("mean fear",)),
)  # fmt: skip


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda each: f"{each.check.__name__}-{each.red[0]}")
def test_a_broken_mechanism_turns_its_line_red(sabotage, monkeypatch):
    sabotage.by(monkeypatch)
    lines = list(sabotage.check(sabotage.runs))
    for words in sabotage.red:
        about = [line for line in lines if words in line.what]
        assert about, words
        assert any(not line.passes for line in about), about


def test_every_check_is_shown_able_to_fail():
    assert {sabotage.check for sabotage in SABOTAGES} == {check.run for check in CHECKS}
