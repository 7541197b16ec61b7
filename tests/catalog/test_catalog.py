"""Every config file that is shipped composes, validates, and runs."""

import pytest

from sim.compose import catalogue, compose_scenario
from sim.config.files import STUDY_GROUPS, groups, shipped_folder

OPTIONS = sorted(
    (group, option)
    for group, found in groups(shipped_folder()).items()
    for option in found
    if group not in STUDY_GROUPS
)
SCENARIOS = catalogue("scenario")
A_SMALL_CITY = [
    "days=10",
    "burn_in_days=3",
    "city.n_residents=1500",
    "city.n_officers=36",
    "city.n_defectors=2",
    "city.n_quarters=4",
    "city.kinship.n_clans=10",
]


def test_the_catalogue_is_not_empty():
    assert {"al_rastan", "small_town"} <= set(SCENARIOS)
    assert len(OPTIONS) > len(SCENARIOS) + 5


@pytest.mark.parametrize(("group", "option"), OPTIONS)
def test_every_config_file_composes_and_validates(group, option):
    scenario = compose_scenario([f"{group}={option}"])
    if group == "scenario":
        assert scenario.name == option


@pytest.mark.parametrize("group", sorted({group for group, _ in OPTIONS}))
def test_every_group_has_a_default_or_is_chosen_by_the_primary_config(group):
    assert group == "scenario" or (group, "default") in OPTIONS


@pytest.mark.parametrize(("group", "option"), OPTIONS)
def test_every_config_file_runs_ten_days_of_a_small_city(group, option):
    import sim

    scenario = compose_scenario([f"{group}={option}"])
    members = {name: max(1, faction.members // 50) for name, faction in scenario.factions.items()}
    small = [*A_SMALL_CITY, *(f"factions.{name}.members={n}" for name, n in members.items())]
    late = [name for name, kind in scenario.events.kinds().items() if any(day > 10 for day in kind.at)]
    small += [f"events.{name}.at=[5]" for name in late]
    result = sim.run([f"{group}={option}", *small])
    assert result.daily["day"].tolist()[-1] == 10
