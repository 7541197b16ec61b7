"""How angry kin are at a blow, of which they may take revenge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.world.residents import Residents


def find_kin_anger(residents: Residents, house: int, own: float, ties: float) -> float:
    """Weighted mean anger of the present kin of a household after a blow; its own members are kin too.

    Yesterday's anger, and what the blow adds: `own` to the household, `ties` to tied ones by weight. In
    [0, 1]; 0 where no kin are present.
    """
    city = residents.city
    edges = slice(int(city.offsets[house]), int(city.offsets[house + 1]))
    rows = np.append(city.neighbours[edges], house)
    weight = np.append(residents.weights[edges], residents.own_weight)
    sums = residents.sums[rows]
    felt = ties * weight
    felt[-1] = own
    n = float(weight @ sums[:, 2])
    return min(1.0, max(0.0, float(weight @ (sums[:, 1] + felt * sums[:, 2])) / n)) if n > 0 else 0.0
