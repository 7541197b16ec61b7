"""Who of the residents may be struck."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from sim.city.columns import Camp, Role, Status
from sim.core.race import find_rows_among, find_rows_of_quarter
from sim.world.residents import Residents


def find_present(
    residents: Residents,
    camps: Sequence[Camp],
    roles: Sequence[Role],
    room: NDArray[np.int64],
    quarter: int | None = None,
) -> NDArray[np.int64]:
    """Rows (int64[n], sorted) of those present of these camps and roles, in the city or in one quarter.

    room: int64[R], written over.
    """
    wanted_camps, wanted_roles = _mark(tuple(camps), len(Camp)), _mark(tuple(roles), len(Role))
    status, camp, role = residents.status, residents.camp, residents.role
    if quarter is not None:
        city = residents.city
        n = find_rows_of_quarter(
            quarter, city.quarter, city.first, status, camp, role, wanted_camps, wanted_roles, room
        )
        return room[:n].copy()
    if len(camps) == 1:
        rows = residents.rows_once_of(camps[0])
        n = find_rows_among(rows, status, camp, role, int(camps[0]), wanted_roles, room)
        return room[:n].copy()
    is_wanted = status == int(Status.PRESENT)
    for column, wanted, all_of in ((camp, camps, Camp), (role, roles, Role)):
        if len(wanted) < len(all_of):
            is_wanted &= reduce(or_, (column == int(each) for each in wanted))
    return np.flatnonzero(is_wanted)


@cache
def _mark(wanted: tuple[int, ...], n: int) -> NDArray[np.bool_]:
    """Which of `n` numbers are wanted; for nobody to change."""
    marks = np.zeros(n, np.bool_)
    marks[list(wanted)] = True
    marks.setflags(write=False)
    return marks
