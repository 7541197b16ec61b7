"""What goes on from a followed record: free histories, measures, events taken out, and stops on the way."""

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

import sim
from experiments.real_truces.page import readme
from sim.cli import main
from sim.errors import InputError
from sim.following.ahead import FREE, UNCHANGED, WITH, Ahead, Continuations, go_on, protect
from sim.following.ask import cut
from sim.following.filter import follow_record
from sim.following.particles import draw_particles
from sim.following.prospects import mean_with_interval
from sim.following.record import ObservedClass, Record, Row, deadly, fatal_events
from sim.following.skill import skill_lines
from sim.following.truces import read_truce
from sim.model import TruceModel
from sim.verify.towns import LIVELY
from tests.conftest import tiny
from tests.follow.records import HARMLESS, NOTHING_DRAWN, follow, only, switched_on

SMALL = ["scenario=small_town", "city.n_residents=1200"]
SHORT = {"particles": 8, "islands": 2, "until": "2008-07-12", "ahead": 1, "histories": 4, "explain": 1}


def _continued(scenario, record, ahead, n=4, seed=1):
    watch = Continuations(record, ahead, seed)
    follow_record(scenario, record, draw_particles(NOTHING_DRAWN, n, seed), seed=seed, watch=watch)
    return pd.DataFrame(watch.rows)


def test_looking_ahead_changes_nothing_of_what_is_followed():
    scenario = tiny(LIVELY, {"days": 14})
    record = fatal_events("r", 14, [Row(5, "fatal", 1)])
    draws = draw_particles(NOTHING_DRAWN, 4, 1)
    watch = Continuations(record, Ahead((7,), 1, 3, ("mediation",), explained=(0,), explain_members=2), 1)
    seen = follow_record(scenario, record, draws, seed=1, watch=watch)
    assert len(watch.rows) == 3 + 3 + 2 * 2
    assert seen.days == follow(scenario, record, 4, 1).days


def test_what_goes_on_is_a_free_history_of_its_own_luck():
    scenario = tiny(LIVELY, {"days": 40})
    model = TruceModel(scenario, seed=3)
    for _ in range(10):
        model.step()
    record = fatal_events("r", 10, [])
    told = go_on(model.branch(luck=1), record, 3)
    plain = model.branch(luck=1)
    plain.recast = FREE
    for _ in range(21):
        plain.step()
    new = [each for each in plain.world.log if each.day > 10 and each.kind in deadly()]
    fatal = [each for each in new if each.deaths + round(each.soldiers) > 0]
    assert told["events"][-1] == len(fatal)
    assert told["deaths"][-1] == sum(each.deaths + round(each.soldiers) for each in fatal)
    first = next((spell for spell in plain.truce.spells if (spell.end or 0) > 10), None)
    assert told["break_days"] == (first.end - 10 if first and not told["broken"] else told["break_days"])


def test_a_measure_without_strength_changes_nothing_and_a_strong_one_does():
    scenario = tiny(LIVELY, {"days": 10})
    record = fatal_events("r", 10, [])
    weak = {"mediation": {"strength": 0.0}}
    for strength, differs in ((weak, False), ({"mediation": {"strength": 1.0}}, True)):
        changed = tiny(LIVELY, {"days": 10, "measures": strength})
        rows = _continued(changed, record, Ahead((10,), 6, 4, ("mediation",), (0,), 4))
        base, with_it = (rows[rows.variant == v].drop(columns="variant") for v in (UNCHANGED, "mediation"))
        assert base.reset_index(drop=True).equals(with_it.reset_index(drop=True)) != differs
    assert protect(scenario, "hotline", 12).measures.hotline.start_day == 12


def test_an_event_that_is_taken_out_takes_its_answers_along():
    # each clash is answered by 0.9 clashes on average, and nothing else happens
    chain = only(switched_on("clash", base=1e-5, answers={"clash": 0.9}, **HARMLESS), {"days": 3})
    of = ObservedClass("clash", ("clash",))
    record = Record("r", 3, (of,), (Row(2, "clash"),))
    rows = _continued(chain, record, Ahead((3,), 8, 1, explained=(0,), explain_members=25), n=4)
    whole = np.array([sums[-1] for sums in rows[rows.variant == WITH].events])
    without = [sums[-1] for sums in rows[rows.variant == "without 0"].events]
    assert sum(without) < 6  # the base rate alone
    # a subcritical chain of mean 0.9 / (1 - 0.9) = 9 in all time, a part of which falls into 8 weeks
    assert 1 < whole.mean() < 9


def test_a_stop_between_two_islands_changes_no_digit(tmp_path):
    whole = sim.follow("GAZ-01", SMALL, **SHORT)
    kept = []

    def stop(standing):
        kept.append(standing.n_done)
        if standing.n_done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sim.follow("GAZ-01", SMALL, **SHORT, out=tmp_path / "x", tell=stop)
    assert kept == [0, 4]
    assert not (tmp_path / "x").exists()
    seen = []
    again = sim.follow("GAZ-01", SMALL, **SHORT, out=tmp_path / "x", tell=lambda s: seen.append(s.n_done))
    assert seen == [4, 8]
    assert again.days.equals(whole.days)
    assert again.particles.equals(whole.particles)
    for name, table in vars(whole.prospects).items():
        pd.testing.assert_frame_equal(getattr(again.prospects, name), table, check_exact=True)
    assert again.lines == whole.lines
    assert not list(tmp_path.glob(".follow-*"))
    files = {path.name for path in (tmp_path / "x").iterdir()}
    assert {
        "follow.json",
        "report.html",
        "follow.png",
        "breaks.csv",
        "measures.csv",
        "explained.csv",
    } <= files
    page = (tmp_path / "x" / "report.html").read_text()
    assert page.count("not predictive") >= 2
    assert "constant hazard" in page
    assert "src=" not in page.replace("img-src", "")
    assert any("Skill" in line or "skill" in line for line in again.lines)


def test_forward_figures_of_a_town_of_today_are_refused():
    start = date.today() - timedelta(60)
    record = fatal_events("a town", 50, [], start.isoformat())
    with pytest.raises(InputError, match="within 365 days of now"):
        sim.follow(record, SMALL, particles=2)


def test_a_record_can_begin_later_and_end_earlier():
    whole = read_truce("GAZ-01")
    part = cut(whole, "2008-07-01", "2008-08-01")
    assert (part.start, part.days, part.ended) == ("2008-07-01", 32, False)
    assert [row.day + 12 for row in part.rows] == [row.day for row in whole.rows if 13 <= row.day <= 44]
    assert whole.ended
    with pytest.raises(InputError, match="from: 2008-05-01 is outside the record"):
        cut(whole, "2008-05-01", None)


def test_means_have_intervals_and_too_few_have_none():
    mean, low, high = mean_with_interval(np.array([0.0, 1.0, 2.0, 1.0, 1.0]), np.ones(5))
    assert (mean, low <= mean <= high) == (1.0, True)
    assert np.isnan(mean_with_interval(np.ones(2), np.ones(2))).all()


def test_without_a_measurement_no_skill_is_claimed(tmp_path):
    assert "not measured" in skill_lines(tmp_path / "skill.json")[0]


def test_scoring_prints_tables_and_writes_what_others_quote(tmp_path, capsys):
    out = tmp_path / "scores"
    asked = ["score", "GAZ-01", "AFG-01", *SMALL, "--particles", "4", "--histories", "4", "--days", "30",
             "--without", "answers", "--workers", "1", "--out", str(out)]  # fmt: skip
    assert main(asked) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("gamma-Poisson", "bits per event", "CRPS skill", "without answers"))
    scores = pd.read_csv(out / "scores.csv")
    assert set(scores.target) == {"events", "deaths", "break"}
    quoted = json.loads((out / "skill.json").read_text())
    assert quoted["lines"][0].startswith("2 truces")
    assert quoted["command"].startswith("hudna score GAZ-01 AFG-01")
    origins = pd.read_csv(out / "origins.csv")
    assert len(origins) == 2 * 2 * 2 * 6  # truces, leads, targets, methods
    assert (out / "score.png").stat().st_size > 1000
    page = readme(out)
    assert "Against Hawkes the model has the greater evidence in" in page
    assert "The model without answers" in page


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["score", "GAZ-77"], "truce 'GAZ-77': not in"),
        (["score", "GAZ-01", "--leads", "28,soon"], "--leads 28,soon: give days separated by commas"),
        (["score", "GAZ-01", "--leads", "10"], "lead 10: days in whole weeks"),
        (["score", "GAZ-01", "--without", "elder"], "without 'elder': no such mechanism"),
        (["score", "GAZ-01", "--particles", "1"], "particles: 1; a filter needs at least 2"),
        (["follow", "GAZ-01", "--from", "2001-01-01"], "from: 2001-01-01 is outside the record"),
    ],
)
def test_a_mistake_is_told_in_a_line(arguments, says, capsys, tmp_path):
    assert main([*arguments, "--out", str(tmp_path / "x")]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert "Traceback" not in error
