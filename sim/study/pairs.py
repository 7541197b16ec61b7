"""Which point each point is compared with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.config.sweeps import canonical
from sim.errors import InputError, closest
from sim.study.plan import Plan


def base_points(plan: Plan) -> NDArray[np.int64]:
    """The base of each point, by number (int64[points]); a base is its own.

    With `compare_with={key: value}` it is the point with these values that is otherwise the same, so that
    a factor's effect is seen at every value of the others. Raises InputError if there is none.
    """
    given, points = plan.study.compare_with, plan.points
    if given is None and plan.study.is_sensitivity:  # points have their own luck: nothing is paired
        return np.arange(len(points), dtype=np.int64)
    if given is None or isinstance(given, int):
        base = given or 0
        if not 0 <= base < len(points):
            raise InputError(f"compare_with={base}: points are numbered from 0 to {len(points) - 1}")
        return np.full(len(points), base, np.int64)
    codes = points.codes.copy()
    keys = [factor.key for factor in points.factors]
    for key, value in given.items():
        if key not in keys:
            raise InputError(f"compare_with: {key} is not varied in this study; {closest(key, keys)}")
        factor = points.factors[keys.index(key)]
        spelled = [canonical(each) for each in factor.values]
        wanted = canonical(float(value) if _is_whole_for_float(value, factor.values) else value)
        if wanted not in spelled:
            raise InputError(f"compare_with: {key} does not take {wanted}; {closest(wanted, spelled)}")
        codes[:, keys.index(key)] = spelled.index(wanted)
    rows = {row.tobytes(): point for point, row in reversed(list(enumerate(points.codes)))}
    bases = np.empty(len(points), np.int64)
    for point, row in enumerate(codes):
        if row.tobytes() not in rows:
            raise InputError(
                f"compare_with: point {point} ({points.label(point)}) has no counterpart; "
                "in this design give the number of one point"
            )
        bases[point] = rows[row.tobytes()]
    return bases


def _is_whole_for_float(value: object, values: tuple[object, ...]) -> bool:
    return type(value) is int and all(isinstance(each, float) for each in values)
