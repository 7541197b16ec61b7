"""Tables that name fathers and mothers: their ties, and what cannot be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.city.build import build_city
from sim.city.city import City
from sim.city.columns import Sex, Tie
from sim.city.config import CityConfig
from sim.city.own_data import load_city
from sim.errors import InputError

# grandfather 1 and 2 in house 10; their sons 3 (house 20) and 4 (30), their daughter 5 (40); 6 and 7, sons of
# 900, who is dead, in houses 50 and 60; 8, child of 5, still at home
PEOPLE = """resident,household,camp,sex,age,father,mother
1,10,2,male,70,,
2,10,2,female,66,,
3,20,2,male,40,1,2
4,30,2,male,38,1,2
5,40,2,female,35,1,2
6,50,0,male,30,900,
7,60,0,male,28,900,
8,40,2,male,5,,5
"""


@pytest.fixture
def read(tmp_path):
    """The city of a table of residents, and of a table of ties if one is given."""

    def load(residents: str = PEOPLE, ties: str | None = None) -> City:
        names = {"residents": tmp_path / "r.csv", "ties": tmp_path / "t.csv"}
        names["residents"].write_text(residents)
        if ties is None:
            return load_city(CityConfig(residents=str(names["residents"])))
        names["ties"].write_text(ties)
        return load_city(CityConfig(residents=str(names["residents"]), ties=str(names["ties"])))

    return load


def ties_of(city: City) -> dict[tuple[int, int], int]:
    found = {}
    for row in range(city.n_households):
        for k in range(city.offsets[row], city.offsets[row + 1]):
            pair = int(city.household_id[row]), int(city.household_id[city.neighbours[k]])
            found[pair] = int(city.tie_kind[k])
    return {pair: kind for pair, kind in found.items() if pair[0] < pair[1]}


FAMILY = {
    (10, 20): Tie.CLOSE,
    (10, 30): Tie.CLOSE,
    (20, 30): Tie.CLOSE,
    (10, 40): Tie.AFFINE,
    (20, 40): Tie.AFFINE,
    (30, 40): Tie.AFFINE,
    (50, 60): Tie.CLOSE,
}


def test_parents_and_siblings_are_tied_close_through_men_affine_through_women(read):
    assert ties_of(read()) == FAMILY


def test_the_order_of_rows_and_a_column_alone_do_not_matter(read, differing):
    head, *rows = PEOPLE.splitlines()
    assert differing(read(), read("\n".join([head, *reversed(rows)]) + "\n")) == set()
    frame = "\n".join(line.rpartition(",")[0] for line in PEOPLE.splitlines())  # no mothers
    assert ties_of(read(frame + "\n")) == FAMILY


def test_ties_of_the_table_count_beside_those_of_the_pedigree(read):
    city = read(ties="household_a,household_b,kind\n60,10,cousin\n10,40,close\n")
    assert ties_of(city) == {**FAMILY, (10, 60): Tie.COUSIN, (10, 40): Tie.CLOSE}


def test_sex_is_that_of_parents_where_no_column_tells_it(read):
    city = read("resident,household,camp,father,mother\n2,1,0,,\n3,1,0,,\n7,2,0,2,3\n9,2,0,2,3\n8,3,0,2,3\n")
    sex = dict(zip(city.resident_id.tolist(), city.sex.tolist(), strict=True))
    assert sex == {2: Sex.MALE, 3: Sex.FEMALE, 7: Sex.MALE, 9: Sex.MALE, 8: Sex.FEMALE}
    assert ties_of(city) == {(1, 2): Tie.CLOSE, (1, 3): Tie.AFFINE, (2, 3): Tie.AFFINE}


def test_parquet_with_missing_parents_is_read_alike(read, tmp_path, differing):
    (tmp_path / "source.csv").write_text(PEOPLE)
    pd.read_csv(tmp_path / "source.csv").to_parquet(tmp_path / "r.parquet")  # ids with gaps become floats
    assert differing(read(), load_city(CityConfig(residents=str(tmp_path / "r.parquet")))) == set()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("70,,", "70,1,", "row 1 (line 2), column father: nobody is a parent of themselves"),
        ("38,1,2", "38,2,1", "row 4 (line 5), column father: the father stands in row 2 as female"),
        ("5,,5", "40,,5", "row 8 (line 9), column mother: the mother in row 5 is 35 years old, the child 40"),
        ("30,900,", "30,-1,", "'-1' is not a whole number from 0 to 2305843009213693951; leave it empty if"),
        ("30,900,", "30,x,", "'x' is not a whole number"),
    ],
)
def test_what_cannot_be_is_told_with_its_place(read, old, new, says):
    with pytest.raises(InputError) as caught:
        read(PEOPLE.replace(old, new, 1))
    assert says in str(caught.value)


def test_a_code_for_unknown_is_no_father_of_all(read):
    rows = "".join(f"{k},{k},0,0\n" for k in range(1, 120))
    with pytest.raises(InputError, match="0 is the father of 119 residents; leave the cell empty"):
        read("resident,household,camp,father\n" + rows)


def test_a_village_with_pedigrees_has_as_many_ties_as_counted_by_hand(tmp_path):
    luck = np.random.default_rng(3)
    n = 800
    house = luck.integers(0, 200, n)
    father = np.where(np.arange(n) < 300, -1, luck.integers(0, 150, n) * 2 + 1)  # odd ids are men
    frame = pd.DataFrame({"resident": np.arange(n), "household": house, "camp": luck.integers(0, 3, n)})
    frame["father"] = pd.array([None if each < 0 else int(each) for each in father], "Int64")
    frame.to_csv(tmp_path / "r.csv", index=False)
    expected = set()
    for k in range(n):
        if father[k] >= 0:
            expected.add(frozenset((house[k], house[father[k]])))
            same = np.flatnonzero(father == father[k])
            expected |= {frozenset((house[k], house[each])) for each in same}
    city = build_city(CityConfig(residents=str(tmp_path / "r.csv")))
    assert city.neighbours.size // 2 == sum(len(pair) == 2 for pair in expected)
