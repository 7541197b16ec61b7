"""What raises what: pairs of runs under common luck, against one baseline, effects over 3 standard errors.

The town has a thousand residents with al-Rastan's shares, and the references of its hazards are stated for a
town of this size, so that as much happens here as there: what strikes a camp strikes as often, and what
strikes a house strikes a larger part of the town. It is livelier than any scenario that is shipped.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pytest

from sim.compose import compose_scenario
from sim.model import TruceModel
from sim.records import run_row
from sim.world.incident import Cause, Incident
from sim.world.measures import FACTS

PAIRS = 60
TOWN = (
    "scenario=small_town", "reference_residents=1000", "days=150", "city.n_residents=1000",
    "city.n_officers=24", "city.n_defectors=2", "city.n_quarters=4", "city.kinship.n_clans=8",
    "factions.men_of_god.members=7", "factions.ali_bin_abi_talib.members=5", "factions.newcomers.members=3",
    "factions.independents.members=3", "army.troops=14", "army.armour=4",
    "kinship.restraint=1",  # so that kin neither hold back all nor nothing
    # rates of its own: a direction does not hang on what is shipped
    "events.kidnapping.base=0.08", "events.clash.base=0.13", "events.checkpoint_attack.base=0.12",
    "events.airbase_attack.base=0.01", "events.harassment.base=1.4", "events.defection.base=0.0092",
    "events.kidnapping.answers.counter_abduction=0.8", "events.clash.answers.clash=0.8",
    "events.shelling.answers.checkpoint_attack=0.9", "events.checkpoint_attack.answers.shelling=0.75",
    "grievances.memory_days=30", "feelings.shock_scale=0.6", "pace.army=0.9", "burn_in_days=0",
    "events.siege.base=0.01", "events.assault.base=0.02", "events.release.base=0.06",
)  # fmt: skip

pytestmark = [pytest.mark.science, pytest.mark.xdist_group("directions")]  # arms are shared


def depth(log: list[Incident]) -> int:
    """Blows in the longest chain of answers."""
    links: dict[int, int] = {}
    for incident in log:  # in the order of days: a parent comes first
        if incident.cause == Cause.ANSWER:
            links[incident.id] = links.get(incident.parent, 1) + 1
    return max(links.values(), default=0)


def outcomes(model: TruceModel) -> dict[str, float]:
    """What a history came to."""
    daily = model.datacollector.model_vars
    happened = [incident for incident in model.world.log if incident.cause != Cause.LAPSED]
    number = {kind: sum(incident.kind == kind for incident in happened) for kind in model.kinds}
    return number | {
        "broke": model.truce.n_breaks > 0,
        "truce_days": sum(state < 2 for state in daily["truce"]),
        "feud_breaks": sum(spell.ending == "feud" for spell in model.truce.spells),
        "people_left": sum(daily["left"]),
        "people_returned": sum(daily["returned"]),
        "loyalists_left": float(np.mean(daily["loyalists_left"])),
        "captive_days": sum(daily["captive"]),
        "hostility": float(np.mean(daily["hostility"])),
        "supplies": float(np.mean(daily["supplies"])),
        "sieges_and_assaults": number["siege"] + number["assault"],
        "deaths": daily["dead"][-1],
        "entered": run_row(model)["entered"],
        "longest_chain": depth(happened),
    }


@cache
def histories(*overrides: str) -> pd.DataFrame:
    """Outcomes of PAIRS histories: run k meets the same luck whatever the overrides. One row a run."""
    scenario = compose_scenario([*TOWN, *overrides])
    rows = []
    for seed in range(PAIRS):
        model = TruceModel(scenario, seed=seed)
        model.run_model()
        rows.append(outcomes(model))
    return pd.DataFrame(rows).astype(float)


Arm = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def arm() -> Arm:
    """Histories under overrides; those without any are the baseline that all tests share."""
    return histories


def in_standard_errors(one: pd.Series, other: pd.Series) -> float:
    """Mean of the differences of pairs, in its standard errors."""
    difference = one - other
    error = float(difference.std(ddof=1)) / np.sqrt(len(difference))
    return float(difference.mean()) / error if error > 0 else 0.0


def test_the_baseline_is_lively_and_not_decided(arm):
    base = arm()
    for name in ("kidnapping", "clash", "people_left", "captive_days", "checkpoint_attack", "shelling"):
        assert base[name].mean() > 1, name
    assert 0.5 < base.broke.mean() < 1
    assert base.truce_days.std() > 10


# what is done, the outcome, and whether it rises or falls
DIRECTIONS = [
    pytest.param(("events.kidnapping.enabled=false",), "people_left", "falls", marks=pytest.mark.slow),
    pytest.param(("events.kidnapping.enabled=false",), "broke", "falls", marks=pytest.mark.slow),
    pytest.param(("events.kidnapping.enabled=false",), "truce_days", "rises", marks=pytest.mark.slow),
    pytest.param(("kinship.restraint=0",), "truce_days", "falls", marks=pytest.mark.slow),
    (("kinship.restraint=0",), "kidnapping", "rises"),
    pytest.param(("kinship.restraint=3",), "truce_days", "rises", marks=pytest.mark.slow),
    pytest.param(("kinship.revenge=3",), "longest_chain", "rises", marks=pytest.mark.slow),
    pytest.param(("events.inflow.base=0.3",), "clash", "rises", marks=pytest.mark.slow),
    pytest.param(("events.inflow.base=0.3",), "entered", "rises", marks=pytest.mark.slow),
]
# each at full strength from the first day; some stay in the ordinary suite
MEASURES = [
    ("mediation", "captive_days", "falls"),
    pytest.param("exchange_channel", "captive_days", "falls", marks=pytest.mark.slow),
    ("escorted_passage", "people_left", "rises"),
    pytest.param("hotline", "hostility", "falls", marks=pytest.mark.slow),
    pytest.param("hotline", "sieges_and_assaults", "falls", marks=pytest.mark.slow),
    pytest.param("pact", "kidnapping", "falls", marks=pytest.mark.slow),
    pytest.param("relief", "supplies", "rises", marks=pytest.mark.slow),
    pytest.param("guarantees", "people_returned", "rises", marks=pytest.mark.slow),
    ("containment", "entered", "falls"),
    ("containment", "clash", "falls"),
]


@pytest.mark.parametrize(("overrides", "outcome", "way"), DIRECTIONS)
def test_a_mechanism_works_in_its_direction(arm, overrides, outcome, way):
    effect = in_standard_errors(arm(*overrides)[outcome], arm()[outcome])
    assert effect > 3 if way == "rises" else effect < -3


def test_every_protective_measure_has_an_outcome_that_it_moves():
    assert {(each.values if hasattr(each, "values") else each)[0] for each in MEASURES} == set(FACTS)


@pytest.mark.parametrize(("measure", "outcome", "way"), MEASURES)
def test_a_protective_measure_moves_its_outcome(arm, measure, outcome, way):
    taken = arm(f"measures.{measure}.enabled=true", f"measures.{measure}.strength=1.0")
    effect = in_standard_errors(taken[outcome], arm()[outcome])
    assert effect > 3 if way == "rises" else effect < -3


def test_escorted_passage_saves_lives_and_lets_the_shield_leave(arm):
    escorted = arm("measures.escorted_passage.enabled=true", "measures.escorted_passage.strength=1.0")
    for outcome, sign, clear in (("deaths", -1, 2), ("loyalists_left", 1, 3), ("sieges_and_assaults", 1, 3)):
        assert sign * in_standard_errors(escorted[outcome], arm()[outcome]) > clear, outcome


LEAVE = ("events.departure.at=[5,15,25]", "events.departure.share=0.5", "flight.return_rate=0")


@pytest.mark.slow
def test_departures_raise_siege_and_assault_with_the_shield_and_not_without_it(arm):
    # nothing else may carry the news of a departure to the army: neither the signal nor what fighters do
    mute = (
        "army.signal=false",
        "events.checkpoint_attack.enabled=false",
        "events.airbase_attack.enabled=false",
    )
    for shield, expected in (("true", True), ("false", False)):
        here = (*mute, f"army.shield={shield}")
        effect = in_standard_errors(
            arm(*here, *LEAVE).sieges_and_assaults, arm(*here, "flight.return_rate=0").sieges_and_assaults
        )
        assert effect > 3 if expected else effect == 0


@pytest.mark.slow
def test_loyalists_seen_leaving_press_on_those_who_stay_through_the_signal(arm):
    here = ("army.shield=false", *LEAVE)
    for outcome in ("kidnapping", "harassment"):
        seen, unseen = (arm(f"army.signal={signal}", *here)[outcome] for signal in ("true", "false"))
        assert in_standard_errors(seen, unseen) > 3, outcome


@pytest.mark.slow
def test_revenge_lengthens_the_chains_of_answers(arm):
    hot, cold = (arm(f"kinship.revenge={revenge}").longest_chain for revenge in (3, 0))
    assert in_standard_errors(hot, cold) > 3
