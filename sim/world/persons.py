"""What is drawn once for each person and household, with the city's seed: the same in all runs on a city."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.city.city import City
from sim.city.columns import Camp
from sim.core.luck import Stream, fill_normal, fill_uniform
from sim.world.config import Feelings, Flight, RanksConfig

USUAL_TIES = 16  # ties of a usual household, whose connectedness is then one half

Float32s = NDArray[np.float32]


class Persons(NamedTuple):
    """Properties of residents [R] and households [H]."""

    susceptibility: Float32s  # [R] factor on shocks
    rest_fear: Float32s  # [R] fear without cause
    join_threshold: Float32s  # [R]
    desert_threshold: Float32s  # [R]
    threshold: Float32s  # [H] of flight
    household_camp: NDArray[np.uint8]  # [H] camp of most members


def draw_persons(
    city: City, feelings: Feelings, flight: Flight, ranks: RanksConfig, row: int = 0, house: int = 0
) -> Persons:
    """The properties of the residents from `row` on and of the households from `house` on.

    Drawn with the city's seed and permanent ids: susceptibility log-normal with mean 1, resting fear uniform,
    thresholds normal, that of flight lower with connectedness. The sections hold parameters and sources.
    """
    # copies, since for arrays that may not be written to the draws would be compiled once more
    ids, house_ids = city.resident_id[row:].copy(), city.household_id[house:].copy()
    z = np.empty(ids.size)
    fill_normal(city.seed, Stream.SUSCEPTIBILITY, 0, ids, z)
    sigma = feelings.susceptibility_sigma
    susceptibility = np.exp(sigma * z - sigma * sigma / 2).astype(np.float32)
    fill_uniform(city.seed, Stream.REST_FEAR, 0, ids, z)
    rest_fear = (feelings.rest_fear_max * z).astype(np.float32)
    fill_normal(city.seed, Stream.JOINING, 0, ids, z)
    join = (ranks.join_threshold_mean + ranks.join_threshold_sd * z).astype(np.float32)
    fill_normal(city.seed, Stream.DESERTING, 0, ids, z)
    desert = (ranks.desert_threshold_mean + ranks.desert_threshold_sd * z).astype(np.float32)
    z = np.empty(city.n_households - house)
    fill_normal(city.seed, Stream.THRESHOLD, 0, house_ids, z)
    connected = connectedness(city)[house:]
    threshold = flight.threshold_mean + flight.threshold_sd * z - flight.connectedness * (connected - 0.5)
    return Persons(
        susceptibility, rest_fear, join, desert, threshold.astype(np.float32), majority_camp(city, row, house)
    )


def connectedness(city: City) -> NDArray[np.float64]:
    """How well connected each household is, in [0, 1): ties / (ties + USUAL_TIES); float64[H].

    Of its own ties alone, so that one more household changes nobody else's threshold.
    """
    n_ties = np.diff(city.offsets)
    return np.asarray(n_ties / (n_ties + USUAL_TIES))


def majority_camp(city: City, row: int = 0, house: int = 0) -> NDArray[np.uint8]:
    """Camp of most members of each household from `house` on, the lower number where equal; uint8[H]."""
    n = city.n_households - house
    place = (city.household[row:] - house) * len(Camp) + city.camp[row:]
    counts = np.bincount(place, minlength=n * len(Camp)).reshape(n, len(Camp))
    camps: NDArray[np.uint8] = counts.argmax(axis=1).astype(np.uint8)
    return camps
