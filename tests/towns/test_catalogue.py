"""Every shipped town is whole: it reads, composes, runs in small, and names its sources."""

from __future__ import annotations

import json

import pytest

import sim
from sim.compose import compose_scenario
from sim.following.towns import record_of
from sim.following.truces import read_truce, truce_ids
from sim.scenario import Scenario
from sim.towns.folder import SOURCES, catalogue_names, read_town

NAMES = catalogue_names()


def test_every_given_truce_is_in_the_catalogue():
    assert len(NAMES) >= len(truce_ids())


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_town_is_whole_and_runs_some_days_in_small(name):
    town = read_town(name)
    scenario = compose_scenario([f"town={name}"])
    assert scenario.city.n_residents == scenario.reference_residents == town.form.residents
    assert town.form.truce.grade in ("A", "A-", "B", "C")
    assert town.form.truce.start is not None
    assert town.form.record.attribution in (town.folder / SOURCES).read_text()
    assert all(town.form.sources[key] for key in ("residents", "camps", "factions"))
    assert town.events
    assert record_of(town).days >= scenario.days
    values = scenario.model_dump(mode="json")
    values |= {"days": 3, "burn_in_days": 0, "reference_residents": 1000}
    values["city"] |= {"n_residents": 1000, "kinship": {"n_clans": 10}}
    for group in values["factions"].values():
        group["members"] = 1 + group["members"] * 1000 // scenario.city.n_residents
    result = sim.run(Scenario.model_validate_json(json.dumps(values)))
    assert result.daily["day"].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(("truce", "name"), [("SYR-13", "douma_2017"), ("GAZ-01", "gaza_2008")])
def test_the_record_of_a_shipped_town_is_that_of_its_truce(truce, name):
    old, new = read_truce(truce), record_of(read_town(name))
    assert (new.days, new.start) == (old.days, old.start)
    assert [(row.day, row.deaths) for row in new.rows] == [(row.day, row.deaths) for row in old.rows]
