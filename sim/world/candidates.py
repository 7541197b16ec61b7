"""Who of the residents may be struck."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from sim.city.columns import Camp, Role, Status
from sim.core.race import find_rows_of_quarter
from sim.world.residents import Residents


def find_present(
    residents: Residents, camps: Sequence[Camp], roles: Sequence[Role], quarter: int | None = None
) -> NDArray[np.int64]:
    """Rows (int64[n], sorted) of those present of these camps and roles, in the city or in one quarter."""
    if quarter is None:
        is_wanted = residents.status == int(Status.PRESENT)
        for column, wanted, all_of in ((residents.camp, camps, Camp), (residents.role, roles, Role)):
            if len(wanted) < len(all_of):
                is_wanted &= reduce(or_, (column == int(each) for each in wanted))
        return np.flatnonzero(is_wanted)
    wanted_camps, wanted_roles = np.zeros(len(Camp), np.bool_), np.zeros(len(Role), np.bool_)
    wanted_camps[list(camps)] = True
    wanted_roles[list(roles)] = True
    rows = np.empty(residents.status.size, np.int64)
    city = residents.city
    n = find_rows_of_quarter(
        quarter, city.quarter, city.first, residents.status, residents.camp, residents.role,
        wanted_camps, wanted_roles, rows,
    )  # fmt: skip
    return rows[:n].copy()
