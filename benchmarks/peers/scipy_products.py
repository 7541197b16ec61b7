"""The workload as sparse matrix products in scipy: a product a day for the ties, the rest in numpy."""

from __future__ import annotations

import time

import numpy as np
from scipy.sparse import csr_array, eye_array

from benchmarks.peers.workload import CONTAGION, RELAX, Answer, Workload

Prepared = tuple[csr_array, np.ndarray, np.ndarray]
products = 0.0  # seconds spent in the products alone, in the last run


def prepare(work: Workload) -> Prepared:
    """The matrix of ties, own one included; fear; who is present."""
    one = np.ones(work.a.size, np.float32)
    half = csr_array((one, (work.a, work.b)), shape=(work.n, work.n))
    ties = csr_array(half + half.T + eye_array(work.n, dtype=np.float32))
    return ties, work.fear.copy(), np.ones(work.n, np.float32)


def run(work: Workload, prepared: Prepared) -> Answer:
    """All days."""
    global products
    products = 0.0
    ties, fear, here = prepared
    for _ in range(work.days):
        start = time.perf_counter()
        total, n = ties @ (fear * here), ties @ here
        products += time.perf_counter() - start
        kin = total / np.maximum(n, 1)
        fear = np.clip(fear + RELAX * (work.rest - fear) + here * CONTAGION * (kin - fear), 0, 1)
        here = here * (fear <= work.threshold)
    left = here == 0
    return Answer(left, float(fear[~left].mean(dtype=float)))
