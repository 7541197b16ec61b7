"""A few small histories are what they were: integers equal, other numbers to 1e-5.

Where a change of the model moves them on purpose: `python -m tests.golden.renew`.
"""

from __future__ import annotations

import json

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from tests.golden.renew import EVERY, FOLDER, golden_rows, histories


@pytest.fixture(scope="module")
def now():
    return golden_rows()


@pytest.fixture(scope="module")
def kept():
    runs = json.loads((FOLDER / "runs.json").read_text(encoding="utf-8"))
    text = {"keep_default_na": False, "na_values": {}}
    return runs, pd.read_csv(FOLDER / "daily.csv"), pd.read_csv(FOLDER / "events.csv", **text)


def test_there_are_golden_rows_of_every_history(kept):
    runs, daily, events = kept
    assert list(runs) == list(histories())
    assert daily.history.unique().tolist() == list(histories())
    assert set(events.history) == set(histories())
    assert (daily.day % EVERY == 0).all()


def test_the_histories_differ_in_what_they_show(kept):
    runs, _, events = kept
    assert len({row["broke"] for row in runs.values()}) == 2
    assert {"hazard", "scheduled", "answer"} <= set(events.cause)


@pytest.mark.parametrize("name", histories())
def test_a_run_row_is_what_it_was(name, now, kept):
    row, then = now[0][name], kept[0][name]
    assert list(row) == list(then)
    for key, value in then.items():
        if isinstance(value, float):
            assert row[key] == pytest.approx(value, abs=1e-5, rel=1e-5), key
        else:
            assert (type(row[key]), row[key]) == (type(value), value), key


def test_the_daily_rows_are_what_they_were(now, kept):
    whole = now[1].select_dtypes("integer").columns
    then = kept[1].astype(dict.fromkeys(whole, "int64"))
    daily = now[1].astype(dict.fromkeys(whole, "int64"))
    assert_frame_equal(daily[whole], then[whole])
    others = daily.columns.difference(whole, sort=False)
    assert_frame_equal(daily[others], then[others], check_dtype=False, atol=1e-5, rtol=1e-5)


def test_the_events_are_as_many_as_they_were(now, kept):
    assert_frame_equal(now[2], kept[2], check_dtype=False)
