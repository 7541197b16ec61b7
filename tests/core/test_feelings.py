"""The kernels of feelings do what the equations say, which are written here once more, slowly."""

from __future__ import annotations

import numpy as np
import pytest

from sim.city.columns import Status
from sim.core.feelings import FINE
from sim.scenario import Scenario
from sim.world.residents import Residents
from tests.conftest import tiny


def residents_of(scenario: Scenario, rng: np.random.Generator) -> Residents:
    """Residents with feelings and whereabouts at random, one household wholly gone."""
    from sim.model import TruceModel

    residents = TruceModel(scenario).world.residents
    n = residents.fear.size
    residents.fear[:] = rng.random(n)
    residents.anger[:] = rng.random(n)
    for row in np.flatnonzero(rng.random(n) < 0.3):
        residents.set_status(int(row), Status(int(rng.integers(1, 5))))
    for row in range(*residents.city.first[7:9]):
        residents.set_status(row, Status.AWAY)
    residents.add_up()
    return residents


def day_of_equations(r: Residents, scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
    """Fear and anger tomorrow."""
    city, f = r.city, scenario.feelings
    here = r.status == Status.PRESENT
    by_kind = np.array([scenario.kinship.close, scenario.kinship.cousin, scenario.kinship.affine])
    tomorrow = [r.fear.astype(float), r.anger.astype(float)]
    for h in range(city.n_households):
        rows = slice(city.first[h], city.first[h + 1])
        ties = slice(city.offsets[h], city.offsets[h + 1])
        houses = np.append(city.neighbours[ties], h)
        weights = np.append(by_kind[city.tie_kind[ties]], scenario.kinship.own)
        for k, old in enumerate((r.fear.astype(float), r.anger.astype(float))):
            total = n = 0.0
            for house, weight in zip(houses, weights, strict=True):
                its = slice(city.first[house], city.first[house + 1])
                total += weight * old[its][here[its]].sum()
                n += weight * here[its].sum()
            living = r.status[rows] != Status.DEAD
            kin = total / n if n > 0 else old[rows][living].mean() if living.any() else 0.0
            x = old[rows]
            shock = (
                r.household_shock[h, k] + r.quarter_shock[city.quarter[h], k] + r.camp_shock[r.camp[rows], k]
            )
            if k == 0:
                pull = f.contagion_fear * (kin + f.amplify * np.maximum(0, kin - x) - x)
                new = x + f.relax_fear * (r.rest_fear[rows] - x)
            else:
                pull = f.contagion_anger * (kin - x)
                new = x - f.relax_anger * x
            felt = here[rows] * (pull + r.susceptibility[rows] * shock)
            tomorrow[k][rows] = np.clip(new + felt, 0, 1)
    return tomorrow[0], tomorrow[1]


@pytest.mark.parametrize("seed", range(3))
def test_a_day_of_feeling_is_that_of_the_equations(seed):
    rng = np.random.default_rng(seed)
    scenario = tiny({"city": {"n_residents": 3000}})  # several blocks of households
    residents = residents_of(scenario, rng)
    for _ in range(2):
        for house in rng.integers(0, residents.city.n_households, 5):
            residents.shock_household(int(house), (0.4, 0.3), (0.1, 0.2))
        residents.shock_quarter(1, 0.2, 0.1)
        residents.shock_camp(2, 0.05, 0.1)
        fear, anger = day_of_equations(residents, scenario)
        residents.feel()
        assert residents.fear == pytest.approx(fear, abs=2e-6)
        assert residents.anger == pytest.approx(anger, abs=2e-6)
    fear, anger = day_of_equations(residents, scenario)  # a day without shocks: yesterday's are spent
    residents.feel()
    assert residents.fear == pytest.approx(fear, abs=2e-6)
    assert residents.anger == pytest.approx(anger, abs=2e-6)


def test_feelings_by_camp_are_whole_numbers_that_do_not_depend_on_order():
    residents = residents_of(tiny(), np.random.default_rng(5))
    residents.feel()
    here = residents.status == Status.PRESENT
    for camp in range(3):
        of_camp = residents.fear[here & (residents.camp == camp)]
        assert residents.feeling_sum[camp, 0] == (of_camp.astype(float) * FINE).astype(np.int64).sum()
