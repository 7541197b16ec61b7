"""The user's own city: what is written is read back, what cannot be used is refused with its place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.city.build import build_city
from sim.city.columns import RESIDENT_COLUMNS, TIE_COLUMNS, Camp, Rank, Role, Sex, Tie
from sim.city.config import CityConfig
from sim.city.own_data import load_city, write_city
from sim.city.population import generate_city
from sim.errors import InputError

RESIDENTS = """resident,household,clan,quarter,camp,sex,age,role,rank,faction
5,20,1,2,opposition,male,31,fighter,none,River Group
3,10,0,1,loyalist,female,40,civilian,none,
9,20,1,2,2,0,28,0,0,
4,10,0,1,loyalist,male,45,officer,senior,
7,30,0,0,uncommitted,male,50,defector,junior,Hill Group
"""
TIES = """household_a,household_b,kind
30,10,affine
10,20,0
20,10,cousin
"""


@pytest.fixture
def tables(tmp_path):
    """Write the two tables, changed as told, and return the section that names them."""

    def write(residents=RESIDENTS, ties=TIES, **settings):
        (tmp_path / "residents.csv").write_text(residents, encoding="utf-8")
        names = {"residents": str(tmp_path / "residents.csv")}
        if ties is not None:
            (tmp_path / "ties.csv").write_text(ties, encoding="utf-8")
            names["ties"] = str(tmp_path / "ties.csv")
        return CityConfig(**names, **settings)

    return write


def refusal(config) -> str:
    with pytest.raises(InputError) as caught:
        load_city(config)
    return str(caught.value)


def test_a_small_city_is_read_as_it_is_written(tables):
    city = load_city(tables())
    assert city.household_id.tolist() == [10, 20, 30]
    assert city.resident_id.tolist() == [3, 4, 5, 9, 7]
    assert city.first.tolist() == [0, 2, 4, 5]
    assert city.camp.tolist() == [
        Camp.LOYALIST,
        Camp.LOYALIST,
        Camp.OPPOSITION,
        Camp.OPPOSITION,
        Camp.UNCOMMITTED,
    ]
    assert city.sex.tolist() == [Sex.FEMALE, Sex.MALE, Sex.MALE, Sex.FEMALE, Sex.MALE]
    assert city.role.tolist() == [Role.CIVILIAN, Role.OFFICER, Role.FIGHTER, Role.CIVILIAN, Role.DEFECTOR]
    assert city.rank.tolist() == [Rank.NONE, Rank.SENIOR, Rank.NONE, Rank.NONE, Rank.JUNIOR]
    assert city.faction_names == ("Hill Group", "River Group")
    assert city.faction.tolist() == [-1, -1, 1, -1, 0]
    assert city.clan.tolist() == [0, 1, 0]
    assert city.quarter.tolist() == [1, 2, 0]
    assert city.offsets.tolist() == [0, 2, 3, 4]
    assert city.neighbours.tolist() == [1, 2, 0, 0]
    assert city.tie_kind.tolist() == [Tie.CLOSE, Tie.AFFINE, Tie.CLOSE, Tie.AFFINE]


def test_columns_left_out_are_filled_in_as_documented(tables):
    city = load_city(tables("resident,household,camp\n1,25,2\n2,25,0\n", None))
    assert city.clan.tolist() == [0]
    assert city.quarter.tolist() == [25 % 12]
    assert city.sex.tolist() == [Sex.MALE, Sex.FEMALE]
    assert city.age.tolist() == [30, 30]
    assert city.role.tolist() == [Role.CIVILIAN] * 2
    assert city.neighbours.size == 0
    ranked = load_city(tables("resident,household,camp,role\n1,25,2,officer\n2,25,0,civilian\n", None))
    assert ranked.rank.tolist() == [Rank.JUNIOR, Rank.NONE]


def test_the_order_of_rows_does_not_matter(tables, differing):
    city = load_city(tables())
    lines, ties = RESIDENTS.splitlines(), TIES.splitlines()
    other = load_city(
        tables("\n".join([lines[0], *lines[:0:-1]]) + "\n", "\n".join([ties[0], *ties[:0:-1]]) + "\n")
    )
    assert differing(city, other) == set()


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize("n", [1, 6000])
def test_a_city_written_and_read_back_is_the_same(tmp_path, suffix, n, differing):
    city = generate_city(CityConfig(n_residents=n, seed=2))
    residents, ties = write_city(city, tmp_path / "out", suffix)
    back = load_city(CityConfig(seed=2, residents=str(residents), ties=str(ties)))
    assert differing(city, back) <= {"lean", "facts"}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        f"residents{suffix}",
        f"ties{suffix}",
    ]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_roles_and_factions_survive_the_round_trip(tables, tmp_path, suffix, differing):
    city = load_city(tables())
    residents, ties = write_city(city, tmp_path, suffix)
    assert differing(city, load_city(CityConfig(residents=str(residents), ties=str(ties)))) == set()


def test_written_tables_have_the_columns_and_types_of_the_table_of_columns(tmp_path):
    paths = write_city(generate_city(CityConfig(n_residents=50)), tmp_path, ".parquet")
    for path, columns in zip(paths, (RESIDENT_COLUMNS, TIE_COLUMNS), strict=True):
        frame = pd.read_parquet(path)
        assert list(frame.columns) == [column.name for column in columns]
        for column in columns:
            if column.dtype != "string":
                assert str(frame[column.name].dtype) == column.dtype


def test_parquet_tables_may_use_other_types(tmp_path):
    frame = pd.DataFrame(
        {
            "resident": np.array([1.0, 2.0]),
            "household": np.array([4, 4], np.uint8),
            "camp": pd.Categorical(["Loyalist", " opposition "]),
            "faction": [None, None],
        }
    )
    frame.to_parquet(tmp_path / "r.parquet")
    city = load_city(CityConfig(residents=str(tmp_path / "r.parquet")))
    assert city.camp.tolist() == [Camp.LOYALIST, Camp.OPPOSITION]
    assert city.resident_id.tolist() == [1, 2]


def test_largest_ids_are_read_exactly(tables):
    top = 2**61 - 1
    city = load_city(tables(f"resident,household,camp\n{top},{top - 1},0\n{top - 1},{top - 1},0\n", None))
    assert city.resident_id.tolist() == [top - 1, top]


def test_build_city_reads_tables_and_notices_a_change(tables):
    config = tables()
    city = build_city(config)
    assert build_city(config) is city
    with pytest.raises(ValueError, match="read-only"):
        city.camp[0] = 1
    tables(RESIDENTS + "100,40,0,0,loyalist,male,20,civilian,none,\n")
    assert build_city(config).n_residents == 6


def cell(old: str, new: str) -> str:
    assert RESIDENTS.count(old) == 1
    return RESIDENTS.replace(old, new)


@pytest.mark.parametrize(
    ("residents", "says"),
    [
        (
            cell("2,opposition,male", "2,oposition,male"),
            "row 1 (line 2), column camp: 'oposition' is not one of loyalist, uncommitted, opposition",
        ),
        (cell("uncommitted", ""), "row 5 (line 6), column camp: an empty cell is not one of"),
        (cell("uncommitted", "3"), "row 5 (line 6), column camp: '3' is not one of"),
        (cell("3,10,0", "5,10,0"), "row 2 (line 3), column resident: 5 stands already in row 1"),
        (cell("3,10,0", "-3,10,0"), "row 2 (line 3), column resident: '-3' is not a whole number from 0"),
        (cell("3,10,0", f"{2**61},10,0"), f"'{2**61}' is not a whole number from 0 to {2**61 - 1}"),
        (cell("3,10,0", f"{10**30},10,0"), f"'{10**30}' is not a whole number from 0"),
        (cell("3,10,0", "3,1.5,0"), "column household: '1.5' is not a whole number from 0"),
        (cell("4,10,0,1", "4,10,6,1"), "row 4 (line 5), column clan: 6, but household 10 has 0 in row 2"),
        (cell("4,10,0,1", "4,10,0,3"), "row 4 (line 5), column quarter: 3, but household 10 has 1 in row 2"),
        (cell("7,30,0,0", "7,30,0,12"), "column quarter: '12' is not a whole number from 0 to 11"),
        (cell("male,31", "male,old"), "column age: 'old' is not a whole number from 0"),
        (cell("male,31", "man,31"), "column sex: 'man' is not one of female, male"),
        (cell("senior", "general"), "column rank: 'general' is not one of none, junior, senior"),
        (cell("River Group", ""), "row 1 (line 2), column faction: a fighter needs the name of a faction"),
        (cell("Hill Group", ""), "row 5 (line 6), column faction: a defector needs the name of a faction"),
        (cell("female,40,civilian,none,", "female,40,civilian,none,X"), "'X', but a civilian has no faction"),
        (cell("officer,senior", "officer,none"), "column rank: an officer is junior or senior"),
        (cell("male,40,civilian,none", "male,40,civilian,senior"), "column rank: a civilian has no rank"),
        (RESIDENTS.replace(",camp,", ",camps,"), "unknown column 'camps'; did you mean 'camp'?"),
        (RESIDENTS.replace(",sex,", ",age,"), "column 'age' stands twice"),
        (RESIDENTS.splitlines()[0] + "\n", "the table has no rows"),
        ("", "the file is empty"),
        (RESIDENTS.replace("9,20,1,2,2,0,28,0,0,", "9,20,1"), "cannot be read: CSV parse error"),
        (cell("9,20,1,2,2", "\n9,20,1,2,2"), "row 3 (line 4), column resident: an empty cell is not"),
    ],
)  # fmt: skip
def test_residents_that_cannot_be_used_are_refused_with_their_place(tables, residents, says):
    message = refusal(tables(residents))
    assert says in message
    assert "residents.csv: " in message


@pytest.mark.parametrize(
    ("ties", "says"),
    [
        (TIES + "10,99,close\n", "row 4 (line 5), column household_b: there is no household 99 in"),
        (
            TIES + "10,20,friend\n",
            "row 4 (line 5), column kind: 'friend' is not one of close, cousin, affine",
        ),
        (TIES + "20,20,close\n", "row 4 (line 5), column household_b: a household cannot be tied to itself"),
        (TIES + "x,20,close\n", "row 4 (line 5), column household_a: 'x' is not a whole number"),
        (TIES.replace("kind", "type"), "column 'kind' is missing"),
    ],
)
def test_ties_that_cannot_be_used_are_refused_with_their_place(tables, ties, says):
    message = refusal(tables(ties=ties))
    assert says in message
    assert "ties.csv: " in message


def test_many_faults_of_one_sort_are_counted_and_five_sorts_told(tables):
    rows = "".join(f"{k},{k},loyal\n" for k in range(40))
    (line,) = refusal(tables("resident,household,camp\n" + rows, None)).splitlines()
    assert "row 1 (line 2), column camp: 'loyal' is not one of" in line
    assert line.endswith("(and 39 more like it)")
    heads = "resident,household,camp,age,sex,clan,role,quarter"
    rows = "".join(f"{k},{k},loyal,old,man,x,king,y\n" for k in range(40))
    lines = refusal(tables(f"{heads}\n{rows}", None)).splitlines()
    assert len(lines) == 6
    assert "1 more sort" in lines[5]


def test_files_that_are_not_tables_are_refused(tmp_path):
    (tmp_path / "list.xlsx").write_text("x")
    (tmp_path / "bad.parquet").write_text("no parquet")
    (tmp_path / "latin.csv").write_bytes("resident,household,camp,faction\n1,1,0,Güruppe\n".encode("latin-1"))
    (tmp_path / "folder.csv").mkdir()
    expected = {
        "nowhere.csv": "there is no such file",
        "folder.csv": "there is no such file",
        "list.xlsx": "tables are read from .csv or .parquet files",
        "bad.parquet": "cannot be read",
        "latin.csv": "cannot be read",
    }
    for name, says in expected.items():
        message = refusal(CityConfig(residents=str(tmp_path / name)))
        assert says in message
        assert name in message


def test_parquet_rows_have_no_line_numbers(tmp_path):
    pd.DataFrame({"resident": [1], "household": [1], "camp": ["x"]}).to_parquet(tmp_path / "r.parquet")
    assert "r.parquet: row 1, column camp" in refusal(CityConfig(residents=str(tmp_path / "r.parquet")))


def test_an_unknown_suffix_or_an_unwritable_folder_is_refused(tmp_path):
    city = generate_city(CityConfig(n_residents=5))
    with pytest.raises(InputError, match=r"\.csv or \.parquet"):
        write_city(city, tmp_path, ".xlsx")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="cannot be written"):
        write_city(city, tmp_path / "file")
