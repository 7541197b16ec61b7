"""No key of a branch is taken without effect: it changes what happens from tomorrow on, or it is refused."""

from __future__ import annotations

from functools import cache

import pytest

from sim.day.found import CHANGEABLE, OF_DAY_0
from sim.errors import InputError
from sim.model import TruceModel
from sim.schema_tree import leaves
from tests.conftest import merged, tiny
from tests.science.test_no_dead_parameter import BASE as LIVELY
from tests.science.test_no_dead_parameter import INERT, REGIMES, alone, moved, nested

BASE = merged(LIVELY, {"burn_in_days": 0})  # times are too violent for a truce to settle before day 0
pytestmark = pytest.mark.slow  # some hundreds of keys, a second or less each

DAY = 3  # of the branch: every kind is scheduled later
SEEDS = range(4)  # most keys show at the first
KEYS = [
    leaf.key
    for leaf in leaves(tiny(BASE))
    if leaf.key.split(".")[0] in CHANGEABLE
    and isinstance(leaf.value, bool | int | float)
    and leaf.key not in INERT
]


@cache
def trunk(rule: str, regime: int, seed: int) -> TruceModel:
    """The history on the day of the branch."""
    model = TruceModel(tiny(BASE, REGIMES[regime], alone(rule)), seed=seed)
    while model.day < DAY:
        model.step()
    return model


@cache
def rows(rule: str, regime: int, seed: int) -> list[str]:
    """What each later day of an unchanged branch looks like."""
    model, found = trunk(rule, regime, seed).branch(), []
    while model.running:
        model.step()
        found.append(str(model.today))
    return found


def differs(model: TruceModel, unchanged: list[str]) -> bool:
    """Whether a day of the branch is another than that of the unchanged one."""
    for row in unchanged:
        model.step()
        if str(model.today) != row:
            return True
    return False


@pytest.mark.parametrize("key", KEYS)
def test_a_key_of_a_branch_acts_or_is_refused(key: str) -> None:
    rule = ".".join(key.split(".")[:2]) if key.startswith("truce.") else ""
    for regime, change in enumerate(REGIMES):
        value = next(leaf.value for leaf in leaves(tiny(BASE, change)) if leaf.key == key)
        changed = tiny(BASE, change, alone(rule), nested(key, moved(value, key)))
        for seed in SEEDS:
            model = trunk(rule, regime, seed)
            if key in OF_DAY_0:
                with pytest.raises(InputError, match=f"{key}: acts on day 0 alone"):
                    model.branch(scenario=changed)
                return
            if differs(model.branch(scenario=changed), rows(rule, regime, seed)):
                return
    pytest.fail(f"{key} is taken by a branch and changes nothing")
