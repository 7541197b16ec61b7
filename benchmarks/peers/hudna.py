"""The workload in Hudna's own residents: households of one, one kind of tie."""

from __future__ import annotations

import numpy as np

from benchmarks.peers.workload import CONTAGION, RELAX, Answer, Workload
from sim.city.city import City, lock
from sim.city.columns import Camp, Status
from sim.core.ties import build_ties
from sim.scenario import Scenario
from sim.world.residents import Residents


def prepare(work: Workload) -> Residents:
    """Residents with the feelings and thresholds of the workload."""
    rows = np.arange(work.n)
    offsets, neighbours, kind = build_ties(work.n, work.a, work.b, np.zeros(work.a.size, np.int8))
    city = City(
        seed=0, n_quarters=1, resident_id=rows.astype(np.int64), household=rows.astype(np.int32),
        camp=np.full(work.n, Camp.UNCOMMITTED, np.int8), sex=np.zeros(work.n, np.int8),
        age=np.full(work.n, 30, np.int16), role=np.zeros(work.n, np.int8), rank=np.zeros(work.n, np.int8),
        faction=np.full(work.n, -1, np.int16), faction_names=(), household_id=rows.astype(np.int64),
        first=np.arange(work.n + 1).astype(np.int32), clan=np.zeros(work.n, np.int16),
        quarter=np.zeros(work.n, np.int16), lean=np.zeros(work.n, np.float32),
        offsets=offsets, neighbours=neighbours, tie_kind=kind,
    )  # fmt: skip
    plain = Scenario()
    feelings = plain.feelings.model_copy(
        update={"relax_fear": RELAX, "contagion_fear": CONTAGION, "amplify": 0.0}
    )
    kinship = plain.kinship.model_copy(update={"own": 1.0, "close": 1.0})
    residents = Residents(lock(city), feelings, kinship, plain.flight, plain.ranks)
    residents.fear[:] = work.fear
    residents.rest_fear[:] = work.rest
    residents.threshold[:] = work.threshold
    residents.add_up()
    return residents


def run(work: Workload, residents: Residents) -> Answer:
    """All days."""
    shift = np.zeros(3, np.float32)
    for day in range(1, work.days + 1):
        residents.feel()
        leaving, _ = residents.decide_flight(0, day, 0.0, shift, 1.0, 9.0, 0.0)
        residents.depart(leaving)
        residents.settle()
    left = residents.status == Status.DEPARTED
    return Answer(left, float(residents.fear[~left].mean(dtype=float)))
