"""Files that are no tables of a source are told in one line; a spoilt row is not counted twice."""

import pytest

from sim.errors import InputError
from tests.towns.test_import import GED, IBC, ged, run, write


@pytest.mark.parametrize(
    "content",
    [b"PK\3\4\n\r\x85" * 300, "id,date_start\n".encode("utf-16"), b""],
    ids=["binary", "utf-16", "empty"],
)
def test_what_is_no_table_is_told_in_one_short_line(content, tmp_path):
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(InputError) as caught:
        run("ged", tmp_path / "x.csv", tmp_path / "out")
    (line,) = str(caught.value).splitlines()
    assert len(line) < len(str(tmp_path)) + 400
    assert line.isprintable()


def test_a_layout_without_coordinates_or_places_is_told(tmp_path):
    file = write(tmp_path / "ibc.csv", IBC, [{"IBC code": "k1", "Start Date": "1 May 2004"}])
    with pytest.raises(InputError, match="column 'lat' is missing"):
        run("ibc", file, tmp_path / "out", place=None, within=5.0, at="33,44")
    plain = write(tmp_path / "x.csv", ["date", "kind"], [{"date": "2004-05-01", "kind": "clash"}])
    with pytest.raises(InputError, match="column 'place' is missing"):
        run("csv", plain, tmp_path / "out")


def test_a_row_that_comes_twice_counts_once_and_a_strange_type_has_no_kind(tmp_path):
    rows = [ged(1, 3, "2004-05-01", 2), ged(1, 3, "2004-05-01", 2), ged(2, 9, "2004-05-02", 4)]
    found = run("ged", write(tmp_path / "ged.csv", GED, rows), tmp_path / "out")
    assert found == [("2004-05-01", "raid", "2", "", "1")]
    told = (tmp_path / "out" / "import.txt").read_text()
    assert "1  ignore: the id stands in an earlier row" in told
    assert "1  no kind: unknown type of violence" in told


def test_a_byte_of_another_encoding_far_down_doubles_no_row(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.towns.importing.source.BLOCK", 20_000)
    rows = [ged(k, 3, "2004-05-01", 2) for k in range(1, 301)]
    file = write(tmp_path / "ged.csv", GED, rows)
    content = file.read_bytes()
    at = content.rindex(b"Government")
    file.write_bytes(content[:at] + b"Gouvern\xe9" + content[at:])
    found = run("ged", file, tmp_path / "out")
    assert sorted(int(row[-1]) for row in found) == list(range(1, 301))
    assert "300 rows of the place" in (tmp_path / "out" / "import.txt").read_text()
