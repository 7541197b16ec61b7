"""The burn-in: what it leaves to day 0, that it is of the city and not of the run, and when it is refused."""

from __future__ import annotations

import pytest

from sim.city.columns import Status
from sim.errors import InputError
from sim.model import TruceModel
from tests.conftest import tiny

MILD = {
    "burn_in_days": 30,
    "truce": {name: {"enabled": False} for name in ("feud", "passage", "exodus")},
}
BUSY = {"events": {"harassment": {"base": 2.0}}}


def test_day_0_takes_over_feelings_and_climate_but_nobodys_fate():
    world = TruceModel(tiny(MILD, BUSY)).world
    bare = TruceModel(tiny(BUSY)).world
    assert world.passage.free < 1.0 == bare.passage.free
    assert world.elders.backlog > 0.0 == bare.elders.backlog
    assert world.residents.anger.max() > 0.0 == bare.residents.anger.max()
    assert not ({Status.CAPTIVE, Status.DEPARTED, Status.DEAD} & set(world.residents.status.tolist()))
    assert world.log == []
    assert world.captives == {}


def test_runs_on_one_city_share_it_whatever_their_luck():
    one, other = (TruceModel(tiny(MILD, BUSY), seed=seed).world for seed in (1, 2))
    assert (one.residents.fear == other.residents.fear).all()
    assert one.elders.backlog == other.elders.backlog
    elsewhere = TruceModel(tiny(MILD, BUSY, {"city": {"seed": 5}})).world
    assert elsewhere.elders.backlog != one.elders.backlog


def test_neither_measures_nor_the_army_nor_the_calendar_reach_into_it():
    strained = {
        "army": {"start": "besieging"},
        "measures": {"mediation": {"enabled": True, "strength": 1.0}},
        "events": {"revenge_killing": {"at": (1, 2, 3)}, "shelling": {"base": 5.0}},
        "pace": {"army": 3.0},
    }
    plain, other = (TruceModel(tiny(MILD, BUSY, change)).world for change in ({}, strained))
    assert plain.elders.backlog == other.elders.backlog
    assert (plain.residents.fear == other.residents.fear).all()


def test_a_town_in_which_no_truce_stands_is_refused():
    wild = {"burn_in_days": 30, "events": {"kidnapping": {"base": 20.0}}}
    with pytest.raises(InputError, match="no truce can stand on day 0: in 3 trials of 30 quiet days"):
        TruceModel(tiny(wild))
