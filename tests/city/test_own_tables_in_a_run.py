"""A run on the user's own tables says what is really there, and refuses settings that would do nothing."""

from __future__ import annotations

import hashlib
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import sim
from sim.city.config import OF_THE_GENERATOR, CityConfig
from sim.city.own_data import load_city
from sim.cli import main
from sim.compose import compose_scenario
from sim.errors import InputError
from sim.study.build import build_plan
from tests.config.folders import folder_of, refusal

CAMPS = ("loyalist", "uncommitted", "opposition", "opposition")
SMALL = ["scenario=small_town", "days=2", "burn_in_days=0", "city.n_officers=3", "city.n_defectors=1"]
SMALL += ["factions.men_of_god.members=4", "factions.ali_bin_abi_talib.members=2"]
SMALL += ["factions.independents.members=1", "factions.newcomers.members=2"]


@pytest.fixture
def table(tmp_path):
    """A table of 240 residents in 60 households, a quarter of them loyalist."""
    rows = [f"{k},{k // 4},{CAMPS[k % 4]},{20 + k % 40},{'male' if k % 2 else 'female'}" for k in range(240)]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(["resident,household,camp,age,sex", *rows]) + "\n")
    return path


def test_run_json_describes_the_people_and_the_files_that_were_there(table, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["run", *SMALL, f"city.residents={table}", "--no-figure", f"--out={out}"]) == 0
    page = json.loads((out / "run.json").read_text())
    assert page["scenario"]["city"]["n_residents"] == 240
    assert page["scenario"]["city"]["camps"] == {"loyalist": 0.25, "uncommitted": 0.25}
    digest = hashlib.sha256(table.read_bytes()).hexdigest()
    assert page["inputs"] == {str(table): digest}
    people = page["people"]
    assert people["residents"] == page["run"]["residents"] == 242  # two newcomers
    assert people["ties"] == 0
    assert people["by_role"]["officer"] == 3
    assert people["by_faction"]["newcomers"] == 2
    assert sum(people["by_camp"].values()) == 242
    told = capsys.readouterr().err
    assert "240 residents in 60 households" in told
    assert "nobody has kin" in told
    assert "its people have no roles" in told
    assert "3 officers" in told


def test_a_generated_city_has_people_and_no_inputs(tmp_path, capsys):
    result = sim.run(["scenario=small_town", "days=1", "burn_in_days=0", "city.n_residents=1500"])
    assert result.people["residents"] == result.row["residents"]
    assert result.inputs == {}
    assert result.notes == []


@pytest.mark.parametrize("name", OF_THE_GENERATOR)
def test_a_setting_of_the_generator_beside_a_table_is_refused(name, table, tmp_path):
    value = {"camps": ".loyalist=0.2", "kinship": ".n_clans=9", "n_residents": "=900"}.get(name, "=0.1")
    message = refusal(*SMALL, f"city.residents={table}", f"city.{name}{value}")
    assert message.startswith(f"city.{name}")
    assert "does nothing" in message
    key, _, number = value.partition("=")
    with pytest.raises(InputError, match="does nothing"):
        build_plan([*SMALL, f"city.residents={table}", f"city.{name}{key}={number},{float(number) / 2:g}"])


def test_a_file_that_names_a_table_and_how_to_generate_is_refused(table, tmp_path):
    text = f"# @package _global_\ncity:\n  residents: {table}\n  n_residents: 500\n"
    own = folder_of(tmp_path / "own", scenario__mine=text)
    message = refusal("scenario=mine", config_dir=own)
    assert "mine.yaml, line 4: city.n_residents: does nothing" in message


def test_a_table_with_too_few_men_is_not_told_to_raise_what_does_nothing(table):
    with pytest.raises(InputError) as caught:
        sim.run([*SMALL, "city.n_officers=500", f"city.residents={table}"])
    assert "city.n_residents" not in str(caught.value)
    assert str(table) in str(caught.value)


def test_what_counts_beside_a_table_is_taken(table):
    assert compose_scenario([*SMALL, f"city.residents={table}", "city.seed=4"]).city.seed == 4


@pytest.mark.parametrize(
    "values",
    [
        pa.array([[1], [2]]),
        pa.array([{"a": 1}, {"a": 2}]),
        pa.array([b"1", b"2"]),
        pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int64())),
    ],
    ids=["list", "struct", "binary", "map"],
)
@pytest.mark.parametrize("column", ["resident", "camp"])
def test_a_parquet_column_of_a_strange_type_is_told(values, column, tmp_path):
    plain = {"resident": pa.array([1, 2]), "household": pa.array([1, 1]), "camp": pa.array([0, 1])}
    pq.write_table(pa.table({**plain, column: values}), tmp_path / "people.parquet")
    with pytest.raises(
        InputError, match=f"people.parquet: column '{column}' holds .*write whole numbers or text"
    ):
        load_city(CityConfig(residents=str(tmp_path / "people.parquet")))


def test_an_empty_table_of_ties_with_a_float_kind_is_read(tmp_path, table):
    ends = {"household_a": pa.array([], pa.int64()), "household_b": pa.array([], pa.int64())}
    pq.write_table(pa.table({**ends, "kind": pa.array([], pa.float64())}), tmp_path / "ties.parquet")
    city = load_city(CityConfig(residents=str(table), ties=str(tmp_path / "ties.parquet")))
    assert city.neighbours.size == 0


def test_unknown_columns_are_told_with_one_list_of_the_known_ones(tmp_path):
    (tmp_path / "people.csv").write_text("resident,household,camp,heigth,wieght\n1,1,loyalist,2,3\n")
    with pytest.raises(InputError) as caught:
        load_city(CityConfig(residents=str(tmp_path / "people.csv")))
    assert "unknown column 'heigth'" in str(caught.value)
    assert "unknown column 'wieght'" in str(caught.value)
    assert str(caught.value).count("known columns:") == 1
