"""Files in the real layouts of sources, with made-up rows, give the expected events."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sim.dossier.imported import import_to_folder
from sim.errors import InputError
from sim.following.truces import FOLDER

GED = [
    "id",
    "relid",
    "year",
    "active_year",
    "code_status",
    "type_of_violence",
    "conflict_dset_id",
    "conflict_new_id",
    "conflict_name",
    "dyad_dset_id",
    "dyad_new_id",
    "dyad_name",
    "side_a_dset_id",
    "side_a_new_id",
    "side_a",
    "side_b_dset_id",
    "side_b_new_id",
    "side_b",
    "number_of_sources",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "source_original",
    "where_prec",
    "where_coordinates",
    "where_description",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "geom_wkt",
    "priogrid_gid",
    "country",
    "country_id",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "high",
    "low",
    "gwnoa",
    "gwnob",
]
ACLED_NEW = [
    "event_id_cnty",
    "event_date",
    "year",
    "time_precision",
    "disorder_type",
    "event_type",
    "sub_event_type",
    "actor1",
    "assoc_actor_1",
    "inter1",
    "actor2",
    "assoc_actor_2",
    "inter2",
    "interaction",
    "civilian_targeting",
    "iso",
    "region",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "source_scale",
    "notes",
    "fatalities",
    "tags",
    "timestamp",
]
ACLED_OLD = [
    "data_id",
    "iso",
    "event_id_cnty",
    "event_id_no_cnty",
    "event_date",
    "year",
    "time_precision",
    "event_type",
    "sub_event_type",
    "actor1",
    "assoc_actor_1",
    "inter1",
    "actor2",
    "assoc_actor_2",
    "inter2",
    "interaction",
    "region",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "source_scale",
    "notes",
    "fatalities",
    "timestamp",
    "iso3",
]
IBC = [
    "IBC code",
    "Start Date",
    "End Date",
    "Time",
    "Location",
    "Target",
    "Weapons",
    "Reported Minimum",
    "Reported Maximum",
    "Sources",
]


def write(path: Path, heads: list[str], rows: list[dict[str, object]], before: str = "") -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        stream.write(before)
        writer = csv.DictWriter(stream, heads, restval="x, y\nz")
        writer.writeheader()
        writer.writerows(rows)
    return path


def ged(
    ident: int, sort: int, date: str, best: int, place: str = "Two Rivers town", **more: object
) -> dict[str, object]:
    row: dict[str, object] = {
        "id": ident, "type_of_violence": sort, "side_a": "Government of X", "where_coordinates": place,
        "latitude": 33.0, "longitude": 44.0, "date_prec": 1, "date_start": f"{date} 00:00:00.000",
        "deaths_a": 0, "deaths_b": best, "deaths_civilians": 0, "deaths_unknown": 0, "best": best,
    }  # fmt: skip
    return row | more


def run(source: str, file: Path, out: Path, **more: object) -> list[tuple[str, ...]]:
    asked: dict[str, object] = {"first": "2004-01-01", "last": "2004-12-31", "place": "Two Rivers"}
    import_to_folder(source, file, out, **(asked | more))  # type: ignore[arg-type]
    with (out / "events.csv").open(newline="") as stream:
        return [tuple(row) for row in csv.reader(stream)][1:]


def test_ged_gives_events_by_sort_of_violence_and_leaves_out_what_has_no_day(tmp_path):
    rows = [
        ged(1, 1, "2004-05-03", 4, deaths_a=1, deaths_b=3),
        ged(2, 2, "2004-05-02", 2, side_a="Group A"),
        ged(3, 3, "2004-05-09", 5),
        ged(4, 3, "2004-06-09", 1, side_a="Group A"),
        ged(5, 1, "2004-06-01", 3, date_prec=4),
        ged(6, 1, "2004-06-02", 0),
        ged(7, 1, "2003-06-02", 2),
        ged(8, 1, "2004-07-01", 9, place="Other town"),
    ]
    file = write(tmp_path / "ged.csv", GED, rows)
    assert run("ged", file, tmp_path / "out") == [
        ("2004-05-02", "clash", "2", "", "2"),
        ("2004-05-03", "fatal", "4", "1", "1"),
        ("2004-05-09", "raid", "5", "", "3"),
        ("2004-06-09", "fatal", "1", "", "4"),
    ]
    told = (tmp_path / "out" / "import.txt").read_text()
    assert "1  ignore: the day is not known" in told
    assert "CC BY 4.0" in told


def test_a_radius_takes_what_is_near_and_keeps_no_coordinate(tmp_path):
    rows = [ged(1, 1, "2004-05-03", 1), ged(2, 1, "2004-05-04", 1, place="Elsewhere", latitude=33.05)]
    rows.append(ged(3, 1, "2004-05-05", 1, latitude=34.0))
    file = write(tmp_path / "ged.csv", GED, rows)
    found = run("ged", file, tmp_path / "out", place=None, within=10.0, at="33,44")
    assert [row[-1] for row in found] == ["1", "2"]
    for path in (tmp_path / "out").iterdir():
        assert "33" not in path.read_text().replace("SHA-256", "")[:40] or path.name == "import.txt"
        assert "Two Rivers" not in path.read_text()


ACLED_ROWS = [
    ("Battles", "Armed clash", "Military Forces of X", "Rebels", 3, "checkpoint_attack"),
    ("Battles", "Armed clash", "Rebels", "Other rebels", 1, "clash"),
    (
        "Explosions/Remote violence",
        "Shelling/artillery/missile attack",
        "Military Forces of X",
        "",
        2,
        "shelling",
    ),
    ("Explosions/Remote violence", "Air/drone strike", "Military Forces of X", "", 7, "raid"),
    ("Explosions/Remote violence", "Remote explosive/landmine/IED", "Rebels", "", 0, "roadside_bomb"),
    ("Violence against civilians", "Attack", "Military Forces of X", "Civilians", 4, "raid"),
    ("Violence against civilians", "Attack", "Rebels", "Civilians", 1, "fatal"),
    ("Violence against civilians", "Abduction/forced disappearance", "Rebels", "Civilians", 0, "kidnapping"),
    ("Riots", "Mob violence", "Rioters", "", 0, "harassment"),
    ("Battles", "Something new", "Rebels", "", 0, None),
    ("Protests", "Peaceful protest", "Protesters", "", 0, "ignore"),
]


@pytest.mark.parametrize(("heads", "form"), [(ACLED_NEW, "2004-05-{:02}"), (ACLED_OLD, "{:02} May 2004")])
def test_acled_old_and_new_exports_give_the_same_events(tmp_path, heads, form):
    rows = []
    for k, (event, sub, one, other, deaths, _) in enumerate(ACLED_ROWS, start=1):
        is_state = one.startswith("Military")
        inter = (
            ("State forces" if is_state else "Rebel group") if heads is ACLED_NEW else (1 if is_state else 2)
        )
        rows.append({
            "event_id_cnty": f"X{k}", "event_date": form.format(k), "time_precision": 1, "event_type": event,
            "sub_event_type": sub, "actor1": one, "actor2": other, "inter1": inter, "inter2": "",
            "location": "Two Rivers", "latitude": 1, "longitude": 2, "fatalities": deaths,
        })  # fmt: skip
    found = run("acled", write(tmp_path / "acled.csv", heads, rows), tmp_path / "out")
    expected = [(f"2004-05-{k:02}", row[5]) for k, row in enumerate(ACLED_ROWS, start=1)]
    assert [row[:2] for row in found] == [each for each in expected if each[1] not in (None, "ignore")]
    assert "Something new" in (tmp_path / "out" / "no_kind.csv").read_text()


def test_a_word_in_kinds_csv_comes_before_the_rules_but_for_rows_of_which_too_little_is_known(tmp_path):
    row = {
        "event_id_cnty": "X1", "event_date": "2004-05-01", "time_precision": 1, "event_type": "Protests",
        "sub_event_type": "Peaceful protest", "location": "Two Rivers", "latitude": 1, "longitude": 2,
        "actor1": "Protesters", "actor2": "", "inter1": "", "inter2": "", "fatalities": 0,
    }  # fmt: skip
    rows = [row, {**row, "event_id_cnty": "X2", "event_date": "2004-05-02", "time_precision": 3}]
    out = tmp_path / "out"
    out.mkdir()
    (out / "kinds.csv").write_text("source,kind\npeaceful protest,rumour\n")
    found = run("acled", write(tmp_path / "acled.csv", ACLED_NEW, rows), out)
    assert [row[:2] for row in found] == [("2004-05-01", "rumour")]


def test_a_word_of_the_source_is_mapped_by_kinds_csv(tmp_path):
    row = {
        "event_id_cnty": "X1", "event_date": "2004-05-01", "time_precision": 1, "event_type": "Battles",
        "sub_event_type": "Something new", "location": "Two Rivers", "fatalities": 0,
    }  # fmt: skip
    (tmp_path / "kinds.csv").write_text("source,kind\nsomething new,rumour\n")
    file = write(tmp_path / "acled.csv", ACLED_NEW, [row])
    found = run("acled", file, tmp_path / "out", kinds=tmp_path / "kinds.csv")
    assert found == [("2004-05-01", "rumour", "0", "", "X1")]


def test_iraq_body_count_is_read_under_its_lines_of_licence(tmp_path):
    weapons = [
        ("gunfire", 2, "fatal"),
        ("IED", 1, "roadside_bomb"),
        ("US air strike", 8, "raid"),
        ("car bomb", 5, "fatal"),
        ("gunfire", 0, None),
    ]
    rows = [
        {"IBC code": f"k{k:03}", "Start Date": f"{k:02} May 2004", "End Date": f"{k:02} May 2004",
         "Location": "Al-Hayy, Two Rivers", "Weapons": what, "Reported Minimum": least}
        for k, (what, least, _) in enumerate(weapons, start=1)
    ]  # fmt: skip
    file = write(
        tmp_path / "ibc.csv", IBC, rows, "Iraq Body Count incidents\nUnder a licence, see the site\n"
    )
    assert [row[1] for row in run("ibc", file, tmp_path / "out")] == [kind for _, _, kind in weapons if kind]


def test_real_rows_of_ucdp_come_in_as_a_plain_table(tmp_path):
    (tmp_path / "kinds.csv").write_text("source,kind\nstate-based,fatal\none-sided,fatal\nnon-state,clash\n")
    found = run(
        "csv", FOLDER / "events.csv", tmp_path / "out", place="Douma", first="2017-07-22", last="2018-02-18",
        columns="kind=class,deaths=deaths_best,id=source_id", kinds=tmp_path / "kinds.csv",
    )  # fmt: skip
    with (FOLDER / "events.csv").open(newline="") as stream:
        real = [row for row in csv.DictReader(stream) if row["place"] == "Douma"]
    deadly = [
        row for row in real if int(row["deaths_best"]) > 0 and "2017-07-22" <= row["date"] <= "2018-02-18"
    ]
    assert sorted(row[-1] for row in found) == sorted(row["source_id"] for row in deadly)


@pytest.mark.parametrize(
    ("change", "asked", "says"),
    [
        ({}, {"place": "Too Rivers"}, "did you mean 'Two Rivers town'"),
        ({}, {"place": "Two Rivers,Nowhere"}, "no row has the place 'Nowhere'"),
        ({}, {"place": None}, "give --place NAME"),
        ({}, {"place": None, "within": 5.0}, "go together"),
        ({}, {"place": None, "within": 5.0, "at": "91,200"}, "latitude -90 to 90"),
        ({}, {"first": "2005-01-01", "last": "2004-01-01"}, "lies before --from"),
        ({}, {"first": "1.5.2004"}, "write it as 2004-05-01"),
        ({"date_start": "01/05/2004"}, {}, "row 1, column date_start: '01/05/2004' can be read in two ways"),
        ({"date_start": "soon"}, {}, "column date_start: 'soon' is not a date in a known form"),
        ({"best": -3}, {}, "column best: '-3' is below 0"),
        ({"best": "many"}, {}, "row 1, column best: 'many' is not a whole number"),
        ({"best": "1e999"}, {}, "column best: '1e999' is not a whole number"),
    ],
)
def test_what_cannot_be_imported_is_told_before_anything_is_written(tmp_path, change, asked, says):
    file = write(tmp_path / "ged.csv", GED, [ged(1, 1, "2004-05-01", 2) | change])
    with pytest.raises(InputError) as caught:
        run("ged", file, tmp_path / "out", **asked)
    assert says in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_file_of_another_layout_is_told(tmp_path):
    file = write(tmp_path / "x.csv", ["day", "what"], [{"day": "2004-05-01", "what": "clash"}])
    with pytest.raises(InputError, match="no known layout of UCDP GED: column 'id' is missing"):
        run("ged", file, tmp_path / "out")
    with pytest.raises(InputError, match="there is no such file"):
        run("ged", tmp_path / "nothing.csv", tmp_path / "out")


def test_dates_of_two_readings_are_read_as_asked(tmp_path):
    file = write(tmp_path / "ged.csv", GED, [ged(1, 1, "2004-05-01", 2, date_start="01/05/2004")])
    assert run("ged", file, tmp_path / "a", dates="dmy")[0][0] == "2004-05-01"
    assert run("ged", file, tmp_path / "b", dates="mdy")[0][0] == "2004-01-05"
