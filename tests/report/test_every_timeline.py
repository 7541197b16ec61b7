"""The timeline in every case: no label lies on another one or sticks out, and nothing happening is said."""

from __future__ import annotations

import subprocess
import sys
from contextlib import nullcontext

import numpy as np
import pytest

from sim.records import daily_table, event_table, run_row
from sim.report.style import PHONE_INCHES, for_phone
from sim.report.timeline import timeline_figure
from sim.scenario import Scenario
from tests.report.drawn import (
    DEAD,
    DEPARTED,
    EVENTS,
    FEELINGS,
    break_days,
    line,
    overlaps,
    sticks_out,
    words,
)
from tests.report.tables import BROKEN, daily_of, events_of, feud_tables, quiet, run_of


def crowded():
    daily = daily_of(10, fear_loyalist=0.5, dead=3)
    kinds = ("kidnapping", "harassment", "revenge_killing", "rumour")
    events = events_of(
        *({"day": 1 + i % 10, "kind": kinds[i % 4], "parent": 99 + i, "cause": "answer"} for i in range(400))
    )
    return daily, events, run_of(daily)


def broken_often(days: int, period: int):
    truce = np.where(np.arange(days + 1) % period > period / 2, BROKEN, 0)
    daily = daily_of(days, truce=truce)
    n = int((np.diff(truce) > 0).sum())
    endings = " ".join(["passage"] * n)
    return daily, events_of(), run_of(daily, "passage", endings=endings)


def absent_camp():
    daily, events, run = feud_tables()
    daily["fear_uncommitted"] = daily["anger_uncommitted"] = np.nan
    daily.loc[20:, ["fear_loyalist", "anger_loyalist"]] = np.nan
    return daily, events, run


CASES = {
    "feud": feud_tables,
    "0 days": lambda: quiet(0),
    "1 day": lambda: quiet(1),
    "10 days": lambda: quiet(10),
    "365 days": lambda: quiet(365),
    "730 days": lambda: quiet(730),
    "3650 days": lambda: quiet(3650),
    "4 breaks": lambda: broken_often(730, 180),
    "12 breaks": lambda: broken_often(730, 60),
    "45 breaks": lambda: broken_often(730, 16),
    "400 events in 10 days": crowded,
    "a camp is absent": absent_camp,
}


@pytest.mark.parametrize("is_narrow", [False, True], ids=["wide", "narrow"])
@pytest.mark.parametrize("case", CASES)
def test_no_label_lies_on_another_one_or_sticks_out(case, is_narrow):
    with for_phone() if is_narrow else nullcontext():
        figure = timeline_figure(*CASES[case]())
    assert overlaps(figure) == []
    assert sticks_out(figure) == []


def test_day_0_is_on_the_axis_and_the_last_day_too():
    figure = timeline_figure(*quiet(180))
    low, high = figure.axes[DEAD].get_xlim()
    assert (low, high) == (-0.5, 180.5)
    assert {axes.get_xlim() for axes in figure.axes} == {(low, high)}
    assert figure.axes[DEAD].get_xticks()[0] == 0


def test_nothing_simulated_is_said_and_not_called_a_truce_that_held():
    shown = words(timeline_figure(*quiet(0)))
    assert "no day was simulated" in shown
    assert "held" not in shown
    assert "under truce" not in shown


def test_nothing_happening_is_said():
    shown = words(timeline_figure(*quiet(180)))
    assert "the truce held for 180 days" in shown
    assert "no event" in shown


def test_a_camp_that_is_absent_all_along_has_no_line_and_one_that_goes_keeps_its_name():
    names = [text.get_text() for text in timeline_figure(*absent_camp()).axes[FEELINGS].texts]
    assert sorted(names) == ["loyalist anger", "loyalist fear", "opposition anger", "opposition fear"]


def test_a_real_run_is_drawn(run_tiny):
    model = run_tiny({"feelings": {"shock_scale": 2.0}}, seed=2)
    daily, events, run = daily_table(model), event_table(model), run_row(model)
    figure = timeline_figure(daily, events, run)
    assert line(figure.axes[DEPARTED], "loyalist").get_ydata().tolist() == daily["departed_loyalist"].tolist()
    assert overlaps(figure) == []


def test_drawing_does_not_load_pyplot():
    code = "import sys, sim.report.timeline; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_on_a_phone_it_is_narrow_and_shows_the_same():
    daily, events, run = feud_tables()
    wide = timeline_figure(daily, events, run, Scenario())
    with for_phone():
        narrow = timeline_figure(daily, events, run, Scenario())
    assert narrow.get_figwidth() == PHONE_INCHES
    assert [break_days(axes) for axes in narrow.axes] == [[30]] * 10  # fear and anger one by one
    for figure in (wide, narrow):
        (rings,) = [each for each in figure.axes[EVENTS].collections if each.get_label() == "chain rings"]
        assert sorted(rings.get_offsets()[:, 0]) == [20, 28, 29]
    told = " ".join(words(narrow).split())
    for part in (
        "Made up: the truce broke on day 30 by feud, and formed again",
        "30 (feud)",
        "re-formed 50",
        "weighted total 5; the truce breaks at 8 within 14 days",
        "held for the first 30 of 60 days",
        "revenge killing",
        "1, 2 killed",
        "breaks at 8",
        "loyalist 120 (25 %)",
    ):
        assert part in told, part
    assert overlaps(narrow) == []
    assert sticks_out(narrow) == []
