"""The plain answer says what the tables say, for every ending and for none."""

from __future__ import annotations

import numpy as np
import pytest

from sim.records import daily_table, event_table, run_row
from sim.report.answer import answer_lines
from sim.report.words import count, list_words, number_words, percent, with_range, with_sign
from tests.report.tables import (
    BESIEGING,
    BOMBARDING,
    BROKEN,
    STORMING,
    STRAINED,
    daily_of,
    events_of,
    feud_tables,
    from_day,
    run_of,
)


def told(daily, events, run) -> list[str]:
    return answer_lines(run, daily, events)


def test_a_feud_is_told_with_its_blows_its_chain_its_toll_and_its_spells():
    daily, events, run = feud_tables()
    assert told(daily, events, run) == [
        "The truce broke on day 30, by feud.",
        "What led to it: 1 revenge killing, 1 counter-abduction, 2 harassments and 1 kidnapping "
        "on days 20-30, weighted total 5.",
        "Longest chain among these blows: kidnapping by men of god (day 20), "
        "then counter-abduction (day 28), then revenge killing (day 29).",
        "It formed again on day 50 and held from then on.",
        "By day 60: 2 residents had died, 130 residents had left (120 loyalists, 25 % of that camp), "
        "3 had been taken captive (1 set free).",
        "The truce held for the first 30 of 60 days; with 1 later truce it held on 67 % of the days, for 20 "
        "days at a time on average.",
        "One possible history (seed 7), not a forecast.",
    ]


def test_one_of_anything_is_told_in_the_singular():
    daily = daily_of(
        2, truce=[0, 0, BROKEN], feud=[0, 1, 1], breaches_social=[0, 1, 0], departed_loyalist=[0, 0, 1]
    )
    run = run_of(
        daily,
        "feud",
        mean_spell_days=2.0,
        deaths_loyalist=1,
        soldiers_killed=1.0,
        departed_loyalist=1,
        taken=1,
        released=1,
    )
    lines = told(daily, events_of({"day": 1}), run)
    assert lines[1].startswith("What led to it: 1 kidnapping on days 1-2, weighted total 1.")
    assert "1 resident and 1 soldier had died, 1 resident had left (1 loyalist, 0 % of that camp)" in lines[3]
    assert "1 had been taken captive (1 set free)" in lines[3]
    assert lines[4] == "The truce held for the first 2 of 2 days."


def test_an_exodus_is_told_with_how_many_loyalists_left_and_when():
    gone = np.array([0, 0, 10, 449, 450, 900, 900])
    daily = daily_of(6, truce=from_day(6, 5, BROKEN), departed_loyalist=gone, loyalists_left=gone / 1000)
    lines = told(daily, events_of(), run_of(daily, "exodus", departed_loyalist=900))
    assert lines[0] == "The truce broke on day 5, by exodus of the loyalists."
    assert lines[1] == (
        "What led to it: 900 loyalists (90 %) had left by day 5, the first on day 2, half of them by day 4."
    )


def test_a_loss_of_passage_is_told_with_its_harassments():
    passage = [1.0, 1.0, 0.8, 0.6, 0.4, 0.2, 0.2]
    daily = daily_of(6, truce=from_day(6, 6, BROKEN), passage=passage)
    events = events_of(*({"day": day, "kind": "harassment"} for day in (1, 2, 3, 3, 4, 6)))
    lines = told(daily, events, run_of(daily, "passage"))
    assert lines[0] == "The truce broke on day 6, by loss of free passage."
    assert lines[1] == (
        "What led to it: 5 harassments at the edge of the city on days 2-6; "
        "free passage fell from 100 % to 20 %."
    )


def test_a_siege_is_told_with_its_days_bombarded_or_not_and_what_moved_the_army():
    daily = daily_of(
        40,
        truce=from_day(40, 16, BROKEN),
        posture=from_day(40, 10, BESIEGING, 13) + from_day(40, 14, BOMBARDING, 24),
        loyalists_left=from_day(40, 5, 0.3),
        hostility=from_day(40, 9, 0.25),
    )
    events = events_of({"day": 10, "kind": "siege", "layer": "standoff", "actor": "army", "cause": "order"})
    lines = told(daily, events, run_of(daily, "siege", sieges=1))
    assert lines[0] == "The truce broke on day 16, by siege."
    assert lines[1] == "What led to it: the army laid siege on day 10; on day 16 the siege was 7 days old."
    assert lines[2] == (
        "The day before, 30 % of the loyalists had left, and the army's hostility stood at 0.25 of 1. "
        "The siege was over on day 25."
    )
    assert lines[3:5] == ["It did not form again.", "The army laid siege once."]


def test_an_assault_is_told_with_the_siege_before_it_its_dead_and_its_outcome():
    posture = from_day(40, 10, BESIEGING, 13) + from_day(40, 14, STORMING, 16)
    daily = daily_of(40, truce=from_day(40, 14, BROKEN), posture=posture)
    army = {"layer": "standoff", "actor": "army"}
    events = events_of(
        {"day": 14, "kind": "assault", "cause": "scheduled", **army},
        {"day": 15, "kind": "battle", "cause": "order", "deaths": 24, "soldiers": 3.0, **army},
        {"day": 16, "kind": "battle", "cause": "order", "deaths": 1, **army},
        {"day": 17, "kind": "fall", "cause": "order", **army},
        {"day": 30, "kind": "battle", "cause": "order", "deaths": 99, **army},
    )
    run = run_of(daily, "assault", deaths_opposition=124, sieges=1, assaults=3, times_fallen=2, surrenders=1)
    lines = told(daily, events, run)
    assert lines[1] == (
        "What led to it: the army stormed the city on day 14, as scheduled, "
        "after 4 days of siege (from day 10); 25 residents and 3 soldiers died in the fighting."
    )
    assert lines[2] == (
        "The day before, no loyalist had left, and the army's hostility stood at 0 of 1. "
        "The assault was over on day 17: the city fell."
    )
    assert (
        "The army laid siege once and stormed the city 3 times; the city fell twice and surrendered once."
        in lines
    )


def test_an_assault_on_the_first_day_that_never_ends_is_told():
    daily = daily_of(3, truce=from_day(3, 1, BROKEN), posture=from_day(3, 1, STORMING))
    lines = told(
        daily, events_of({"day": 1, "kind": "assault", "layer": "standoff"}), run_of(daily, "assault")
    )
    assert lines[1].startswith("What led to it: the army stormed the city on day 1; 0 residents")
    assert lines[2].endswith("The assault went on to the last day.")


def test_an_ending_that_no_rule_here_knows_is_still_told():
    daily = daily_of(9, truce=from_day(9, 4, BROKEN))
    lines = told(daily, events_of(), run_of(daily, "flood_of_news"))
    assert lines[0] == "The truce broke on day 4, by flood of news."
    assert not any("led to it" in line for line in lines)


def test_a_truce_that_held_is_told_with_its_strain():
    daily = daily_of(
        20,
        truce=from_day(20, 8, STRAINED, 10),
        feud=from_day(20, 8, 5, 10),
        breaches_social=from_day(20, 8, 5, 8),
        passage=1 - from_day(20, 9, 0.4, 9),
    )
    lines = told(daily, events_of({"day": 8, "breach": 5.0}), run_of(daily))
    assert lines[:3] == [
        "The truce held for all 20 days.",
        "It was strained on 3 days; free passage fell to 60 % at the lowest (day 9).",
        "The heaviest blows fell on day 8: 1 kidnapping.",
    ]
    assert "nobody had died, nobody had left, nobody had been taken captive." in lines[3]
    assert not any("spell" in line for line in lines)


def test_a_city_where_nothing_happened_is_told_so():
    daily = daily_of(20)
    assert told(daily, events_of(), run_of(daily))[1] == (
        "It was never strained; passage was free throughout; no blow among residents is on record."
    )


def test_no_day_is_no_truce_that_held():
    daily = daily_of(0)
    lines = told(daily, events_of(), run_of(daily))
    assert lines[0] == "No day was simulated, so nothing can be said about the truce."
    assert len(lines) == 2


def test_later_breaks_are_told_with_their_days():
    truce = from_day(99, 10, BROKEN, 19) + from_day(99, 40, BROKEN, 59) + from_day(99, 80, BROKEN)
    daily = daily_of(99, truce=truce)
    lines = told(daily, events_of(), run_of(daily, "siege", endings="siege feud assault"))
    assert (
        "It formed again on day 20, and broke again on days 40 (feud) and 80 (assault); "
        + ("after that it did not form again.")
        in lines
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_answer_of_a_real_run_is_short_and_agrees_with_its_run_row(run_tiny, seed):
    model = run_tiny({"days": 60, "feelings": {"shock_scale": 2.0}}, seed=seed)
    run = run_row(model)
    lines = answer_lines(run, daily_table(model), event_table(model))
    assert len(lines) <= 8
    assert all(0 < len(line) <= 200 for line in lines)
    if run["broke"]:
        assert f"on day {int(run['first_break_day'])}," in lines[0]
    else:
        assert lines[0] == "The truce held for all 60 days."
    assert lines[-1] == f"One possible history (seed {seed}), not a forecast."


def test_a_share_that_is_not_nothing_or_all_is_never_told_as_such():
    assert percent(0.0) == "0 %"
    assert percent(0.004) == "under 1 %"
    assert percent(0.125) == "12 %"
    assert percent(0.996) == "over 99 %"
    assert percent(1.0) == "100 %"


def test_words_for_counts_lists_and_numbers():
    assert [count(n, "clash") for n in (0, 1, 2, 1200)] == [
        "0 clashes",
        "1 clash",
        "2 clashes",
        "1,200 clashes",
    ]
    assert list_words([]) == ""
    assert list_words(["a"]) == "a"
    assert list_words(["a", "b", "c"]) == "a, b and c"
    assert list_words(["a", "b", "c", "d"], 3) == "a, b and 2 more"
    assert [number_words(x) for x in (8.0, 8.75, 10.0, 1234.5)] == ["8", "8.75", "10", "1,234.5"]


def test_a_difference_keeps_its_sign_unless_it_is_nothing():
    assert [with_sign(x) for x in (3.4, -1234.5, 0.4, -0.3, 0.0)] == ["+3", "-1,234", "+0.4", "-0.3", "0"]
    assert [with_sign(x) for x in (0.04, -0.04, float("nan"))] == ["0", "0", "+nan"]
    assert [with_sign(x, 2) for x in (0.004, -0.0004, -0.006, 10.0)] == ["+0.004", "0", "-0.01", "+10.00"]
    assert with_range(-12.0, -20.2, -0.3, "deaths") == "-12 deaths (-20 to -0.3)"
    assert with_range(0.05, -0.01, 0.11, digits=2) == "+0.05 (-0.01 to +0.11)"
