"""The same resident meets the same luck in every branch: what was not changed does not move."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from sim.model import TruceModel
from sim.records import daily_table, event_table, run_row
from sim.verify import branches
from tests.conftest import QUIET, finished, merged, tiny
from tests.verify.checks import met

LIVELY = {"days": 80, "events": {"kidnapping": {"base": 0.1}}, "feelings": {"shock_scale": 2.0}}


def tables(model: TruceModel) -> tuple[pd.DataFrame, pd.DataFrame]:
    return daily_table(model), event_table(model)


def assert_same(one: TruceModel, other: TruceModel) -> None:
    for a, b in zip(tables(one), tables(other), strict=True):
        assert_frame_equal(a, b)
    assert run_row(one) == pytest.approx(run_row(other), nan_ok=True, abs=0)
    assert np.array_equal(one.world.residents.fear, other.world.residents.fear)


def test_the_same_seed_gives_the_same_history():
    assert_same(finished(tiny(LIVELY)), finished(tiny(LIVELY)))


def test_another_seed_gives_another_history():
    assert not event_table(finished(tiny(LIVELY), 0)).equals(event_table(finished(tiny(LIVELY), 1)))


def test_a_model_run_before_in_the_process_changes_nothing():
    first = finished(tiny(LIVELY))
    finished(tiny(LIVELY, {"days": 30, "factions": {"others": {"members": 5}}}), 99)
    assert_same(first, finished(tiny(LIVELY)))


def test_an_event_on_day_50_leaves_the_days_before_it_identical():
    assert met(branches.a_late_event)


def test_a_kind_of_event_without_effect_leaves_everybody_elses_draws_alone():
    silent = {"base": 0.0, "at": tuple(range(2, 60, 2)), "fear": {"camp": 0.0}, "anger": {"camp": 0.0}}
    deaf = {"pressure": {"from_rumour": 0.0}}
    off = finished(tiny(LIVELY, deaf, {"events": {"rumour": {"enabled": False}}}))
    on = finished(tiny(LIVELY, deaf, {"events": {"rumour": silent}}))
    log = event_table(on)
    assert (log.kind == "rumour").sum() == 29
    assert_frame_equal(log[log.kind != "rumour"].reset_index(drop=True), event_table(off))
    assert np.array_equal(on.world.residents.fear, off.world.residents.fear)


def test_switching_off_what_never_happened_changes_nothing():
    quiet = finished(tiny(LIVELY, {"events": {"siege": {"base": 0.0}, "assault": {"base": 0.0}}}))
    off = {"siege": {"base": 0.0, "enabled": False}, "assault": {"base": 0.0, "enabled": False}}
    assert_same(quiet, finished(tiny(LIVELY, {"events": off})))


def test_one_more_resident_changes_nobody_else():
    assert met(branches.one_more_resident)


def test_one_more_faction_leaves_the_draws_of_the_others_alone():
    # without kin restraint, rivals or clashes the others' rates do not feel it: their luck must be the same
    blind = merged(QUIET, {"kinship": {"restraint": 0.0, "revenge": 0.0}})
    alone = {"enabled": True, "base": 0.05, "weights": {"anger": 0.0, "pressure": 0.0}, "answers": {}}
    blind["events"]["kidnapping"] = alone
    groups = {
        "locals": {"members": 12},
        "outsiders": {"members": 6, "arms": 0.8, "outsiders": True, "rival": True},
    }
    plain = event_table(finished(tiny(blind, {"factions": groups})))
    more = event_table(
        finished(tiny(blind, {"factions": {**groups, "others": {"members": 6, "outsiders": True}}}))
    )
    theirs = more[more.actor == "others"]
    assert len(theirs) > 0
    until = theirs.day.min()
    assert len(plain[plain.day < until]) > 0
    assert_frame_equal(plain[plain.day < until], more[more.day < until])
    # and later on: what others began by themselves is begun in both
    begun = [
        set(log[(log.kind == "kidnapping") & (log.cause == "hazard") & (log.actor != "others")].event)
        for log in (plain, more)
    ]
    assert begun[0] == begun[1]


def test_a_faction_without_fighters_does_nothing():
    groups = {"locals": {"members": 12}, "ghosts": {"members": 0}}
    log = event_table(finished(tiny(LIVELY, {"factions": groups})))
    assert len(log[log.actor == "locals"]) > 0
    assert len(log[log.actor == "ghosts"]) == 0


def test_a_copied_and_a_pickled_model_go_on_bit_identically():
    whole = finished(tiny(LIVELY))
    model = TruceModel(tiny(LIVELY))
    for _ in range(40):
        model.step()
    copied, pickled = copy.deepcopy(model), pickle.loads(pickle.dumps(model))
    for branch in (model, copied, pickled):
        branch.run_model()
        assert_same(branch, whole)


def test_a_copy_does_not_disturb_its_original():
    model = TruceModel(tiny(LIVELY))
    for _ in range(20):
        model.step()
    before = model.world.residents.fear.copy()
    copy.deepcopy(model).run_model()
    assert np.array_equal(model.world.residents.fear, before)
    assert model.day == 20


def test_seed_zero_is_a_seed_and_mesas_rng_may_stand_for_it():
    zero = finished(tiny(LIVELY), 0)
    assert zero.scenario.seed == 0
    again = TruceModel(tiny(LIVELY), rng=0)
    again.run_model()
    assert_same(zero, again)
    assert not event_table(zero).equals(event_table(finished(tiny(LIVELY), 1)))
