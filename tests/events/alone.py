"""One kind of event alone in a tiny town, and what the log says of it."""

from __future__ import annotations

from sim.events import KINDS
from sim.records import event_table
from tests.conftest import QUIET, finished, merged, tiny

DAY = 6


def only(**kinds):
    """These kinds alone, each with the fields given; those with a rate never begin by themselves."""
    given = {}
    for name, fields in kinds.items():
        rate = {"base": 0.0} if "base" in KINDS[name].model_fields else {}
        silent = {"answers": {}} if "answers" in KINDS[name].model_fields else {}
        given[name] = {"enabled": True, **rate, **silent, **fields}
    return merged(QUIET, {"days": 12, "events": given})


def at(*days, **fields):
    return {"at": days or (DAY,), **fields}


def town(*changes, seed=0):
    return finished(tiny(*changes), seed)


def only_row(model, kind):
    log = event_table(model)
    rows = log[log.kind == kind]
    assert len(rows) == 1
    return rows.iloc[0]
