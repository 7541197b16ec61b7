"""A town folder becomes a scenario; what does not fit is told with file, line and column."""

from __future__ import annotations

import pytest

from sim.compose import compose_scenario, compose_yaml
from sim.errors import InputError
from sim.following.towns import record_of
from sim.towns.folder import read_town
from sim.towns.quote import quote
from sim.towns.settings import derive
from tests.towns.folders import EVENTS, TOWN, write_town


def faults(folder) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_town(folder)
    return str(caught.value).splitlines()


def test_factions_of_the_town_replace_all_others(tmp_path):
    town = write_town(tmp_path / "rivers")
    for more in ([], ["scenario=local_truce"]):
        scenario = compose_scenario([f"town={town}", *more])
        assert list(scenario.factions) == ["river_guard", "hill_men"]
        assert scenario.factions["hill_men"].outsiders


def test_people_army_and_references_are_those_of_the_town(tmp_path):
    scenario = compose_scenario([f"town={write_town(tmp_path / 'rivers')}"])
    assert (scenario.name, scenario.day_zero, scenario.days) == ("rivers", "2004-05-01", 12)
    assert scenario.city.n_residents == scenario.reference_residents == 1500
    assert scenario.city.n_officers == scenario.city.n_defectors == 0
    assert (scenario.army.troops, scenario.burn_in_days) == (20, 3)
    assert scenario.events.kinds()["defection"].base == 0


def test_the_command_line_wins_over_the_town(tmp_path):
    town = write_town(tmp_path / "rivers")
    given = ["factions.river_guard.members=7", "days=5", f"town={town}", "~factions.hill_men"]
    scenario = compose_scenario(given)
    assert scenario.factions["river_guard"].members == 7
    assert (scenario.days, list(scenario.factions)) == (5, ["river_guard"])


def test_a_copy_of_al_rastan_is_al_rastan(tmp_path):
    from sim.towns.template import write_new

    write_new(tmp_path / "copy", "al_rastan")
    here = compose_scenario([f"town={tmp_path / 'copy'}"]).model_dump()
    usual = compose_scenario().model_dump()
    apart = {key for key in here if here[key] != usual[key]}
    assert apart == {"name", "town", "day_zero"}


def test_a_strange_path_is_no_trouble(tmp_path):
    town = write_town(tmp_path / "it's {here}, \\ $x")
    assert compose_scenario([f"town={quote(str(town))}"]).town == str(town)


def test_what_is_composed_composes_again(tmp_path):
    town = write_town(tmp_path / "rivers")
    mine = tmp_path / "configs" / "scenario"
    mine.mkdir(parents=True)
    (mine / "again.yaml").write_text(compose_yaml([f"town={town}"]))
    again = compose_scenario(["scenario=again"], tmp_path / "configs")
    assert again == compose_scenario([f"town={town}"])


def test_what_is_left_out_is_told_and_scaled_to_the_residents(tmp_path):
    town = read_town(write_town(tmp_path / "rivers", "residents: 6500\n", None, None))
    derived = derive(town)
    told = "\n".join(derived.assumed)
    assert derived.values["army"] == {"troops": 90, "armour": 25}
    assert derived.values["factions"]["men_of_god"]["members"] == 40
    for key in ("camps", "clans", "officers", "factions", "army.troops", "elders.standing", "day_zero"):
        assert key in told
    full = "\n".join(derive(read_town(write_town(tmp_path / "full"))).assumed)
    assert "army.troops" not in full
    assert "factions:" not in full


def test_events_are_read_with_classes_and_words_of_the_source(tmp_path):
    town = read_town(write_town(tmp_path / "rivers"))
    assert [each.kind for each in town.events] == ["fatal", "fatal", "checkpoint_attack", "kidnapping"]
    assert [each.deaths for each in town.events] == [2, 3, 1, None]


def test_the_record_that_is_followed_begins_on_day_1(tmp_path):
    record = record_of(read_town(write_town(tmp_path / "rivers")))
    assert (record.start, record.days) == ("2004-05-02", 8)
    assert [(row.day, row.deaths) for row in record.rows] == [(3, 3), (3, 1)]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("residents: -5", "line 4: residents = -5: out of range"),
        ("residents: many", "line 4: residents"),
        ("day_zero: 1.5.2004", "not a date; write it as 2004-05-01"),
        ("resident: 1500", "did you mean residents"),
        ("camps: {loyalist: 0.8, uncommitted: 0.3}", "together at most 1"),
        ("elders: {standign: 0.3}", "'standign' is not a key of the elders"),
        ("factions: [{name: a, members: 3}, {name: a, members: 4}]", "'a' stands twice"),
        ("truce: {start: 2004-05-03, end: 2004-05-01}", "lies before start"),
        ("settings: {city: {n_residents: 900}}", "settings.city.n_residents: write it as residents, outside"),
        ("settings: {days: 4}", "settings.days: write it as days, outside settings"),
        ("settings: {factions: {guard: {members: 3}}}", "settings.factions: write it as factions, outside"),
        ("tables: {residents: nobody.csv}", "nobody.csv: there is no such file"),
    ],
)
def test_what_town_yaml_gets_wrong_is_told(tmp_path, change, says):
    key = change.split(":")[0]
    kept = []
    inside = False
    for line in TOWN.splitlines():
        name = line.split(":")[0]
        if not line.startswith((" ", "-")):
            inside = name == key
        if not inside:
            kept.append(line)
    text = "\n".join([*kept[:3], change, *kept[3:]]) + "\n"
    assert any(says in line and "town.yaml" in line for line in faults(write_town(tmp_path / "t", text)))


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("04/05/2004,fatal,1,,,,", "line 7, column date: '04/05/2004' is not a date; write it as 2004-05-01"),
        ("2004-05-04,fatal,-1,,,,", "line 7, column deaths: '-1' is not a whole number"),
        ("2004-05-04,clasch,1,,,,", "line 7, column kind: unknown kind 'clasch'; did you mean 'clash'"),
        ("2004-05-04,clash,1,2,,,", "column soldiers: 2 of 1 deaths"),
        ("2004-05-04,clash,1,,nobody,,", "column actor: 'nobody' is not a group of the town"),
        ("2004-05-04,clash,1,,,9,", "column quarter: 9; quarters run from 0 to 3"),
        ("2004-05-04,fatal,0,,,,", "column deaths: 0, but the class fatal means a death"),
        ("2004-05-04,clash,1", "line 7: has fewer cells than the header"),
    ],
)
def test_what_events_get_wrong_is_told(tmp_path, rows, says):
    found = faults(write_town(tmp_path / "t", events=f"{EVENTS}{rows}\n"))
    assert any(says in line and "events.csv" in line for line in found)


def test_many_faults_of_one_sort_are_counted(tmp_path):
    rows = "".join(f"{day}.05.2004,fatal,1,,,,\n" for day in range(10, 30))
    (line,) = faults(write_town(tmp_path / "t", events=f"{EVENTS}{rows}"))
    assert "(and 19 more like it)" in line


def test_faults_of_all_files_are_told_at_once(tmp_path):
    found = faults(write_town(tmp_path / "t", "residents: 0\n", "date,kind\n2004-05-04,x\n"))
    assert len(found) == 2


def test_a_town_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="did you mean 'gaza_2008'"):
        compose_scenario(["town=gaza_208"])
    with pytest.raises(InputError, match=r"holds no town\.yaml"):
        compose_scenario([f"town={tmp_path}"])


def test_two_towns_of_one_name_are_refused(tmp_path, monkeypatch):
    write_town(tmp_path / "gaza_2008")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="two towns of this name"):
        compose_scenario(["town=gaza_2008"])
    assert compose_scenario(["town=./gaza_2008"]).city.n_residents == 1500


def test_one_run_has_one_town(tmp_path):
    town = write_town(tmp_path / "rivers")
    with pytest.raises(InputError, match="chosen already"):
        compose_scenario([f"town={town}", "town=gaza_2008"])
    with pytest.raises(InputError, match="one town at a time"):
        compose_scenario([f"town={town},gaza_2008"])
