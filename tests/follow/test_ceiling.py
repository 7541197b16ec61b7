"""The ceiling: what the knowers' scores are made of."""

import numpy as np
import pytest

from experiments.ceiling.page import readme
from experiments.ceiling.scored import ALL, KNOWERS, LEADS, findings, scored, summary
from experiments.ceiling.truths import CASES, PARAMETERS, RECORD, STATE, Case, Truth, record_of
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
    assert "in 1 minute of one core" in page
    assert "whether it breaks within 8 weeks, the hidden state takes away 100 % (100 to 100 %): more" in page


def test_kinds_of_towns_are_judged_together_and_few_decide_nothing():
    found = [*_found(8), *({**each, "case": "population"} for each in _found(8))]
    table = summary(scored(found))
    assert set(table.case) == {"small_town", "population", ALL}
    assert set(table[table.case == ALL].truths) == {16}
    coin = [line for line in findings(table) if "the record takes away" in line]
    assert all("not decided by so few truths" in line for line in coin)


def test_truths_that_are_kept_are_found_again_and_those_of_another_town_are_not(tmp_path):
    job = Truth(CASES[1], 3, 42, 13, 24, 12)
    assert job.kept(tmp_path) is None
    (tmp_path / job._name).write_text('{"case": "small_town"}', encoding="utf-8")
    assert job.kept(tmp_path) == {"case": "small_town"}
    changed = Case("small_town", "", ("scenario=small_town", "kinship.restraint=0"))
    assert Truth(changed, 3, 42, 13, 24, 12).kept(tmp_path) is None


def test_a_history_leaves_its_fatal_events_as_the_record():
    model = TruceModel(tiny(LIVELY, {"days": 30}), seed=11)
    model.run_model()
    record = record_of(model, 30)
    assert record.rows
    assert sum(row.deaths for row in record.rows) >= len(record.rows)
