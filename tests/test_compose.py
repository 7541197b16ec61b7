"""Composition: Hydra's grammar over the schema, the user's own groups, and that nothing else has a say."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hydra.core.global_hydra import GlobalHydra
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from sim.compose import Composer, catalogue, compose_scenario, compose_yaml
from sim.compose.merge import _find_composed, _hydra, compose_anew, merge
from sim.errors import InputError
from sim.scenario import Scenario
from sim.schema_tree import Form, find, leaves
from sim.text_table import text_of
from tests.config.folders import folder_of

DEFAULT = Scenario()
LEAVES = list(leaves(DEFAULT))


def test_without_overrides_the_scenario_is_the_default_of_the_schema():
    assert compose_scenario() == DEFAULT


def test_a_value_of_every_form_arrives():
    scenario = compose_scenario(
        [
            "seed=7",
            "city.camps.loyalist=0.2",
            "events.kidnapping.base=5e-2",
            "events.kidnapping.at=[12,40]",
            "events.kidnapping.enabled=false",
            "events.kidnapping.end_day=90",
            "events.kidnapping.by=newcomers",
            "name=mine",
            "factions.men_of_god={arms: 0.1, members: 3}",
        ]
    )
    kidnapping = scenario.events.kidnapping
    assert (scenario.seed, scenario.city.camps.loyalist, kidnapping.base) == (7, 0.2, 0.05)
    assert (kidnapping.at, kidnapping.enabled, kidnapping.end_day) == ((12, 40), False, 90)
    assert (kidnapping.by, scenario.name) == ("newcomers", "mine")
    assert (scenario.factions["men_of_god"].arms, scenario.factions["men_of_god"].members) == (0.1, 3)
    assert scenario.factions["men_of_god"].morale == DEFAULT.factions["men_of_god"].morale


def test_seed_zero_is_a_seed():
    assert compose_scenario(["seed=0"]).seed == 0


def test_the_last_of_two_values_wins():
    assert compose_scenario(["seed=1", "seed=2"]).seed == 2


@pytest.mark.parametrize("plus", ["", "+", "++"])
def test_a_plus_before_a_known_key_changes_nothing(plus):
    assert compose_scenario([f"{plus}days=9"]).days == 9


def test_every_key_of_the_schema_can_be_set_without_a_plus():
    settable = [leaf for leaf in LEAVES if leaf.value != {}]
    overrides = [
        f"{leaf.key}='{leaf.value}'" if isinstance(leaf.value, str) else f"{leaf.key}={text_of(leaf.value)}"
        for leaf in settable
    ]
    assert len(overrides) > 100
    assert compose_scenario(overrides) == DEFAULT


def test_a_number_can_be_added_to_a_mapping_of_numbers_without_a_plus():
    assert "rumour" not in DEFAULT.events.kidnapping.answers
    assert (
        compose_scenario(["events.kidnapping.answers.rumour=0.3"]).events.kidnapping.answers["rumour"] == 0.3
    )


def test_factions_can_be_added_and_removed():
    scenario = compose_scenario(
        ["~factions.newcomers", "+factions.guard={members: 5}", "+factions.new.arms=0.1"]
    )
    assert "newcomers" not in scenario.factions
    assert scenario.factions["guard"].members == 5
    assert scenario.factions["new"].arms == 0.1
    assert "guard" in compose_scenario(["+factions={guard: {members: 5}}"]).factions


def test_a_faction_set_to_null_is_removed():
    assert "newcomers" not in compose_scenario(["factions.newcomers=null"]).factions


def test_a_value_may_refer_to_another():
    assert compose_scenario(["city.seed=${seed}", "seed=5"]).city.seed == 5


def test_scenario_files_hold_what_differs_and_the_rest_stays():
    town = compose_scenario(["scenario=small_town"])
    assert (town.name, town.city.n_residents) == ("small_town", 5000)
    assert town.feelings == DEFAULT.feelings


def test_a_value_on_the_command_line_beats_the_scenario():
    assert compose_scenario(["city.n_residents=4000", "scenario=small_town"]).city.n_residents == 4000


def test_a_preset_that_builds_on_the_defaults_is_chosen_by_its_name(tmp_path):
    own = folder_of(tmp_path, events__quiet="defaults: [default]\nkidnapping: {enabled: false}\n")
    events = compose_scenario(["events=quiet"], own).events
    assert not events.kidnapping.enabled
    assert events.rumour == DEFAULT.events.rumour
    assert compose_scenario(["+events=quiet"], own).events == events


def test_a_scenario_of_the_user_may_choose_presets_and_remove_factions(tmp_path):
    own = folder_of(
        tmp_path,
        events__quiet="defaults: [default]\nkidnapping: {enabled: false}\n",
        scenario__mine="# @package _global_\ndefaults:\n  - _self_\n  - override /events: quiet\n"
        "name: mine\nfactions: {newcomers: null}\n",
    )
    scenario = compose_scenario(["scenario=mine"], own)
    assert scenario.name == "mine"
    assert not scenario.events.kidnapping.enabled
    assert "newcomers" not in scenario.factions
    assert set(catalogue("scenario", own)) - set(catalogue("scenario")) == {"mine"}


@pytest.mark.parametrize("choice", ["measures=short", "+measures=short", "+measures=[short]"])
def test_a_group_of_the_users_own_is_chosen_with_or_without_a_plus(tmp_path, choice):
    own = folder_of(tmp_path, measures__short="# @package _global_\ndays: 9\n")
    assert compose_scenario([choice], own).days == 9


def test_a_group_may_lie_inside_a_section(tmp_path):
    own = folder_of(tmp_path, events__kidnapping__harsh="base: 0.5\n")
    assert compose_scenario(["events/kidnapping=harsh"], own).events.kidnapping.base == 0.5


@pytest.mark.parametrize("name", ["with space", "it's", "a,b", "[x]", "ü", "a$b", "a=b"])
def test_a_config_folder_may_have_any_name(tmp_path, name):
    own = folder_of(tmp_path / name, scenario__mine="# @package _global_\nname: mine\n")
    assert compose_scenario(["scenario=mine"], own).name == "mine"


@pytest.mark.parametrize(
    "overrides",
    [
        [],
        ["scenario=small_town", "days=20", "events.kidnapping.at=[3]"],
        ["~factions.newcomers", "+factions.guard={members: 5}", "~events.kidnapping.answers.revenge_killing"],
        ["name='1e5'", "events.kidnapping.base=1e-7", "seed=4611686018427387904"],
    ],
)
def test_a_printed_config_composes_to_the_same_scenario(tmp_path, overrides):
    own = folder_of(tmp_path, scenario__printed=compose_yaml(overrides))
    assert compose_scenario(["scenario=printed"], own) == compose_scenario(overrides)


def test_neither_directory_nor_environment_matter(tmp_path, monkeypatch):
    folder_of(tmp_path, config="seed: 99\n", scenario__al_rastan="# @package _global_\nseed: 99\n")
    (tmp_path / "configs").symlink_to(tmp_path)
    before = compose_scenario()
    monkeypatch.chdir(tmp_path)
    for name in ("HYDRA_FULL_ERROR", "SELF_WARNING_AS_ERROR", "SEED", "HUDNA_SEED"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("HUDNA_CACHE", "off")
    _find_composed.cache_clear()
    assert compose_scenario() == before


def test_the_process_is_left_as_it_was(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    OmegaConf.register_new_resolver("ours", lambda: "kept", replace=True)
    try:
        compose_scenario(["seed=3"])
        with pytest.raises(InputError):
            compose_scenario(["factions.nobody.arms=0.1"])
        assert not GlobalHydra().is_initialized()
        assert OmegaConf.create({"a": "${ours:}"}).a == "kept"
        assert OmegaConf.has_resolver("oc.env")
    finally:
        OmegaConf.clear_resolver("ours")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "lines",
    [
        ["days=9", "events.clash.at=[3]", "events.clash={base: 0.5, at: [4, 5]}", "army.troops=1"],
        ["~factions.newcomers", "++factions.newcomers={members: 5}", "factions.men_of_god.arms=0.1"],
        ["++factions.guard.members=5", "factions={men_of_god: {arms: 0.2}}", "++factions.guard={arms: 1}"],
        ["city.seed=${seed}", "seed=5", "factions.men_of_god=null"],
    ],
)
def test_values_set_on_a_config_composed_before_are_those_that_hydra_sets(lines):
    composer = Composer()
    admitted = ["scenario='small_town'", *lines]
    with _hydra(composer.folders[0]):
        whole = compose_anew(composer.folders, "config", admitted)
    for _ in range(2):
        values = merge(composer.folders, "config", admitted, composer.rules, composer.groups)
        assert json.dumps(values) == json.dumps(whole)  # the order too
        values["events"].clear()  # what a caller does with them is nobody else's


def test_a_file_that_changes_is_read_again(tmp_path):
    for seed in (1, 2):
        own = folder_of(tmp_path, scenario__mine=f"# @package _global_\nname: mine\nseed: {seed}\n")
        assert compose_scenario(["scenario=mine"], own).seed == seed


def test_threads_compose_at_the_same_time(monkeypatch):
    monkeypatch.setenv("HUDNA_CACHE", "off")
    _find_composed.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        seeds = list(pool.map(lambda seed: compose_scenario([f"seed={seed}"]).seed, range(8)))
    assert seeds == list(range(8))


def test_importing_compose_loads_neither_hydra_nor_numba():
    code = "import sys, sim.compose; print([m for m in ('hydra', 'numba', 'pandas') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def _bounds(key: str) -> dict[str, float]:
    """Bounds of a number by name: ge, gt, le, lt."""
    place = find(Scenario, key)
    assert place is not None
    assert place.field is not None
    return {
        name: getattr(rule, name)
        for rule in place.field.metadata
        for name in ("ge", "gt", "le", "lt")
        if hasattr(rule, name)
    }


NUMBERS = [
    leaf
    for leaf in LEAVES
    if isinstance(leaf.value, int | float) and not isinstance(leaf.value, bool)
    if find(Scenario, leaf.key).form is Form.VALUE and {"ge", "le"} <= set(_bounds(leaf.key))
]


@st.composite
def _valid_numbers(draw):
    """Keys of the schema, each with a value that its range admits."""
    chosen = draw(st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=6, unique_by=lambda leaf: leaf.key))
    values = {}
    for leaf in chosen:
        low, high = _bounds(leaf.key)["ge"], _bounds(leaf.key)["le"]
        if isinstance(leaf.value, int):
            values[leaf.key] = draw(st.integers(int(low), int(high)))
        else:
            values[leaf.key] = draw(st.floats(low, high, allow_nan=False))
    return values


def _at(scenario, key):
    value = scenario
    for part in key.split("."):
        value = value[part] if isinstance(value, dict) else getattr(value, part)
    return value


@settings(max_examples=10, deadline=None)
@given(_valid_numbers())
def test_values_within_their_ranges_arrive_exactly(values):
    try:
        scenario = compose_scenario([f"{key}={value!r}" for key, value in values.items()])
    except InputError as error:
        if "out of range" in str(error):
            raise
        assume(False)  # two of them contradict each other
    for key, value in values.items():
        assert _at(scenario, key) == value


@settings(max_examples=10, deadline=None)
@given(st.sampled_from(NUMBERS), st.booleans(), st.integers(1, 10**6))
def test_values_outside_their_range_are_refused_by_name(leaf, is_below, by):
    bounds = _bounds(leaf.key)
    value = bounds["ge"] - by if is_below else bounds["le"] + by
    with pytest.raises(InputError) as caught:
        compose_scenario([f"{leaf.key}={int(value) if isinstance(leaf.value, int) else float(value)!r}"])
    assert f"{leaf.key} = " in str(caught.value)
    assert "out of range; right would be" in str(caught.value)
