"""An army that besieges: its own fire, sieges that last, storms out of them that may fail, an occupation."""

from __future__ import annotations

import numpy as np
import pytest

from sim.actors.postures import BESIEGED, Posture
from tests.science.histories import histories

pytestmark = [pytest.mark.science, pytest.mark.xdist_group("army_that_besieges")]
TOWN = (
    "scenario=small_town",
    "army.start=squeezing",
    "events.siege.at=[5]",
    "days=200",
    "events.assault.base=0.02",
)
BESIEGED_TOWN = ("scenario=al_rastan_besieged", "days=400")


def events_a_day(many, postures, column: str = "killed") -> float:
    """Mean of a daily column over all days in these postures."""
    inside = [np.isin(each.days["posture"], [int(p) for p in postures]) for each in many]
    days = sum(int(mask.sum()) for mask in inside)
    return sum(float(each.days[column][mask].sum()) for each, mask in zip(many, inside, strict=True)) / days


def sieges_of(many) -> list[tuple[int, str]]:
    return [siege for each in many for siege in each.sieges]


def storms_of(many) -> list[tuple[int, float, str]]:
    return [storm for each in many for storm in each.storms]


def test_a_siege_is_deadlier_than_watching_and_ends_in_more_than_one_way():
    many = histories(30, *TOWN)
    assert events_a_day(many, BESIEGED) > 2 * events_a_day(many, {Posture.OBSERVING, Posture.SQUEEZING})
    ends = {after for _, after in sieges_of(many) if after}
    assert {"storming", "withdrawn"} <= ends
    assert np.median([days for days, _ in sieges_of(many)]) >= 10


def test_storms_come_out_of_sieges_and_both_sides_win_some():
    # hostile enough that many storms can be looked at
    many = histories(30, *TOWN, "events.assault.base=0.2")
    after = [end for _, _, end in storms_of(many) if end]
    assert len(after) >= 15
    assert 0.1 < np.mean([end == "holding" for end in after]) < 0.95
    for each in many:
        posture = each.days["posture"]
        begun = np.flatnonzero((posture[1:] == Posture.STORMING) & (posture[:-1] != Posture.STORMING))
        assert np.isin(posture[begun], [int(p) for p in BESIEGED]).all()


def test_an_army_that_holds_the_city_is_attacked():
    many = histories(30, *TOWN, "events.assault.base=0.5", "events.withdrawal.base=0")
    assert any(np.isin(each.days["posture"], [int(Posture.HOLDING)]).sum() > 60 for each in many)
    assert events_a_day(many, {Posture.HOLDING}, "soldiers_killed") > 0


@pytest.mark.slow
def test_at_full_scale_half_of_the_sieges_last_ten_days():
    assert np.median([days for days, _ in sieges_of(histories(100, *BESIEGED_TOWN))]) >= 10


@pytest.mark.slow
def test_at_full_scale_some_sieges_last_half_a_year_and_storms_succeed_and_fail():
    many = histories(100, *BESIEGED_TOWN)
    assert np.mean([days >= 180 for days, _ in sieges_of(many)]) >= 0.02
    storms = storms_of(many)
    succeeded = [end == "holding" for _, _, end in storms if end]
    assert 0.2 <= np.mean(succeeded) <= 0.9
    deaths = [dead for _, dead, _ in storms]
    assert 28 <= np.median(deaths) <= 145
    assert np.percentile([days for days, _, _ in storms], 90) > np.percentile([d for d, _, _ in storms], 10)
