"""The ceiling: what the knowers' scores are made of."""

import numpy as np
import pytest

from experiments.ceiling.page import readme
from experiments.ceiling.scored import KNOWERS, LEADS, scored, summary
from experiments.ceiling.truths import CASES, PARAMETERS, RECORD, STATE, Truth, record_of
from sim.model import TruceModel
from sim.verify.towns import LIVELY
from tests.conftest import tiny


def _history(breaks: int, events: int) -> dict:
    return {"break_days": breaks, "events": [events * week for week in range(1, 14)], "broken": False}


def _found(n: int = 40) -> list[dict]:
    """Truths of which half break on day 10 after many events; the hidden state knows, the record nothing."""
    rng = np.random.default_rng(1)
    found = []
    for k in range(n):
        truth = (10, 5) if k % 2 else (0, 1)
        coin = [(10, 5) if u < 0.5 else (0, 1) for u in rng.random(20)]
        said = {
            STATE: [_history(*truth)] * 20,
            PARAMETERS: [_history(*truth)] * 10 + [_history(*each) for each in coin[:10]],
            RECORD: [_history(*each) for each in coin],
        }
        found.append(
            {"case": "small_town", "number": k, "stands": True, "happened": _history(*truth), "said": said,
             "seconds": 1.0}
        )  # fmt: skip
    return found


def test_who_knows_all_has_skill_1_and_who_knows_nothing_0():
    table = summary(scored(_found())).set_index(["target", "weeks", "knower"])
    for target in ("break", "fatal events"):
        for weeks in LEADS:
            assert table.skill[target, weeks, STATE] == pytest.approx(1.0)
            assert table.skill[target, weeks, RECORD] == pytest.approx(0.0, abs=0.1)
            assert 0.5 < table.skill[target, weeks, PARAMETERS] < 0.95
            row = table.loc[(target, weeks, PARAMETERS)]
            assert row.low <= row.skill <= row.high
    assert len(table) == 2 * len(LEADS) * len(KNOWERS)


def test_the_page_tells_how_many_stood_and_how_small_it_is():
    found = [*_found(), {"case": "small_town", "number": 99, "stands": False, "seconds": 1.0}]
    cases = [case for case in CASES if case.name == "small_town"]
    page = readme(summary(scored(found)), found, cases, Truth(cases[0], 0, 56, 13, 24, 16))
    assert "41 truths; 40 stand on day 56, and 20 of these break within 13 weeks" in page
    assert "| break | hidden state | 1.00 (1.00 to 1.00)" in page
    assert "That is small" in page


def test_a_history_leaves_its_fatal_events_as_the_record():
    model = TruceModel(tiny(LIVELY, {"days": 30}), seed=11)
    model.run_model()
    record = record_of(model, 30)
    assert record.rows
    assert sum(row.deaths for row in record.rows) >= len(record.rows)
