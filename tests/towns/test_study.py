"""Studies of a town: dates beside days, the source named, and no need of the folder afterwards."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from sim.api import read_study
from sim.archive.bundle import bundle
from sim.archive.reproduce import reproduce
from sim.archive.unpack import unpack
from sim.cli import main
from sim.report.page.page import page_of
from sim.report.source import read
from sim.study.dates import day_zero_of
from sim.towns.dates import with_dates
from tests.study.studies import SERIAL, done, plan_of
from tests.towns.folders import TOWN, write_town

RECORD = "record: {attribution: Data of Two Rivers (CC BY 4.0)}\n"
WILD = "events.kidnapping.base=0.5,3"  # so that some histories break


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study of a town that was moved before it and is gone after it: its folder, and its bundle."""
    folder = tmp_path_factory.mktemp("town")
    shutil.move(write_town(folder / "rivers", TOWN + RECORD), folder / "moved")
    done(folder / "study", f"town={folder / 'moved'}", WILD, "runs=4", "keep=all", SERIAL)
    bundle(folder / "study", folder / "study.zip")
    shutil.rmtree(folder / "moved")
    return folder / "study"


def test_tables_have_dates_beside_their_days(study):
    result = read_study(study)
    zero = pd.Timestamp("2004-05-01")
    for name in ("daily", "events", "bands"):
        table = getattr(result, name)
        assert table["date"].tolist() == [str((zero + pd.Timedelta(days=d)).date()) for d in table["day"]]
    runs = result.runs
    broke = runs[runs.broke]
    assert len(broke) > 0
    days = (pd.to_datetime(broke.first_break_date) - zero).dt.days
    assert days.tolist() == broke.first_break_day.tolist()
    assert runs[~runs.broke].first_break_date.isna().all()
    points = pd.read_csv(study / "points.csv")
    known = points.dropna(subset=["median_break_days"])
    assert len(known) > 0
    assert ((pd.to_datetime(known.median_break_date) - zero).dt.days == known.median_break_days).all()


def test_words_have_dates_and_the_report_names_town_and_source(study):
    told = "\n".join(read_study(study).lines)
    assert "half of all by day " in told
    assert ", 2004-05-" in told
    page = page_of(read(study))
    for words in (
        "Two Rivers",
        "Day 0 is 2004-05-01",
        "Data of Two Rivers (CC BY 4.0)",
        ", 2004-05-",
        "assumed",
    ):
        assert words in page, words


def test_a_bundle_of_the_study_is_made_again_without_the_town(study, tmp_path):
    whole = unpack(study.with_suffix(".zip"), tmp_path / "again")
    verdict = reproduce(whole, 2)
    assert not verdict.differences
    assert main(["report", str(whole)]) == 0
    assert main(["export", str(whole), "--out", str(tmp_path / "tables")]) == 0
    assert "date" in pd.read_csv(tmp_path / "tables" / "daily.csv").columns


def test_a_changed_date_is_noticed(study, tmp_path):
    copy = unpack(study.with_suffix(".zip"), tmp_path / "copy")
    table = pd.read_parquet(copy / "points.parquet").assign(median_break_date="1999-01-01")
    table.to_parquet(copy / "points.parquet")
    told = [str(each) for _, each in reproduce(copy, 1).differences]
    assert any("median_break_date" in line for line in told)


def test_no_date_is_shown_where_points_do_not_share_day_zero():
    assert day_zero_of(plan_of("days=5")) is None
    assert day_zero_of(plan_of("day_zero=2012-06-01")) == "2012-06-01"
    assert day_zero_of(plan_of("day_zero=2012-06-01,2013-06-01")) is None


def test_days_and_spans_of_days_get_their_dates_once():
    lines = ["It broke on day 3; the blows of days 1-2 led to it, 30 days in all."]
    (told,) = with_dates(lines, "2004-05-01")
    assert told == (
        "It broke on day 3, 2004-05-04; the blows of days 1-2, 2004-05-02 to 2004-05-03 led to it, "
        "30 days in all."
    )
    assert with_dates([told], "2004-05-01") == [told]
    assert with_dates(lines, None) == lines
