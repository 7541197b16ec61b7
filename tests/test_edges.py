"""The edges of what can be asked for: each runs and says something true, or is refused with the reason."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.api import run_to_folder
from sim.compose import compose_scenario
from sim.errors import InputError

ROOT = Path(__file__).parents[1]
NO_FACTIONS = ["~factions.men_of_god", "~factions.ali_bin_abi_talib", "~factions.newcomers"]
NO_FACTIONS += ["~factions.independents"]
NO_SERVICE = ["city.n_officers=0", "city.n_defectors=0"]
PEACEFUL = [*NO_SERVICE, *NO_FACTIONS]
CAMPS = ("loyalist", "uncommitted", "opposition")


def run(*overrides, days=30):
    """A run of the small town, changed."""
    return sim.run(["scenario=small_town", f"days={days}", *overrides])


def refusal(*overrides):
    """What is said when this is refused, in one line."""
    with pytest.raises(InputError) as caught:
        run(*overrides)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def camps(loyalist, uncommitted):
    return [f"city.camps.loyalist={loyalist}", f"city.camps.uncommitted={uncommitted}"]


def assert_sound(result):
    """What is true of every history: nobody is lost, and every number is one, or says that there is none."""
    daily, row = result.daily, result.row
    people = [f"{where}_{camp}" for where in ("present", "departed") for camp in CAMPS]
    people += ["away", "captive", "dead"]
    assert (daily[people].sum(axis=1) == row["residents"] + daily.entered.cumsum()).all()
    assert row["entered"] == daily.entered.sum()
    for camp in CAMPS:
        for feeling in ("fear", "anger"):
            value = daily[f"{feeling}_{camp}"]
            assert (value.isna() == (daily[f"present_{camp}"] == 0)).all()
            assert value.dropna().between(0, 1).all()
    rest = daily.drop(columns=[f"{feeling}_{camp}" for feeling in ("fear", "anger") for camp in CAMPS])
    assert np.isfinite(rest.astype(float)).all(axis=None)
    assert result.lines[-1].startswith("One possible history")


# ---- how many residents ---------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 10])
def test_a_city_of_a_few_unarmed_residents_keeps_its_truce(n):
    result = run(f"city.n_residents={n}", *PEACEFUL)
    assert_sound(result)
    assert (result.row["residents"], result.row["broke"], result.row["truce_share"]) == (n, False, 1.0)
    assert result.lines[0] == "The truce held for all 30 days."
    assert result.daily[[f"present_{camp}" for camp in CAMPS]].iloc[0].sum() == n
    assert result.daily.fighters.max() == 0
    social = result.events[result.events.layer == "social"]
    assert set(social.kind) <= {"rumour", "departure", "return"}


def test_ten_residents_and_a_few_fighters_are_a_city_too():
    few = ["factions.men_of_god.members=1", "factions.ali_bin_abi_talib.members=0"]
    few += ["factions.independents.members=0", "factions.newcomers.members=2"]
    result = run("city.n_residents=10", *NO_SERVICE, *few)
    assert_sound(result)
    assert result.row["residents"] == 12
    assert result.daily.fighters[0] == 3
    kinless = run("city.n_residents=1", *NO_SERVICE, *NO_FACTIONS[:2], NO_FACTIONS[3], few[-1])
    assert_sound(kinless)
    assert kinless.row["residents"] == 3


def test_a_city_of_nobody_is_refused():
    told = refusal("city.n_residents=0", *PEACEFUL)
    assert told.startswith("city.n_residents = 0: ")
    assert "1 to" in told


@pytest.mark.parametrize("n", [1, 2, 10])
def test_a_city_too_small_for_those_who_serve_is_refused_with_how_many_men_it_has(n):
    told = refusal(f"city.n_residents={n}")
    assert "men aged" in told
    assert "city.n_residents" in told


def test_more_officers_than_adult_men_are_refused():
    told = refusal("city.n_officers=4000")
    assert "city.n_officers" in told
    assert "more than the" in told
    assert "raise city.n_residents" in told


def test_every_adult_man_may_be_an_officer():
    told = refusal("city.n_residents=600", "city.n_officers=600", "city.n_defectors=0", *NO_FACTIONS)
    n_men = int(told.partition("more than the ")[2].split()[0])
    result = run(
        "city.n_residents=600", f"city.n_officers={n_men}", "city.n_defectors=0", *NO_FACTIONS, days=5
    )
    assert_sound(result)
    assert (result.daily.officers_in_city + result.daily.away).tolist() == [n_men] * 6
    assert refusal("city.n_residents=600", f"city.n_officers={n_men + 1}", "city.n_defectors=0", *NO_FACTIONS)


# ---- how many days --------------------------------------------------------------------------------


def test_no_days_is_the_start_and_claims_nothing():
    result = run(days=0)
    assert_sound(result)
    assert result.daily.day.tolist() == [0]
    assert len(result.events) == 0
    assert (result.row["days"], result.row["broke"], result.row["ending"]) == (0, False, "")
    assert result.lines[0] == "No day was simulated, so nothing can be said about the truce."


def test_no_days_have_no_share_under_truce():
    assert np.isnan(run(days=0).row["truce_share"])


def test_one_day_is_a_history():
    result = run("events.kidnapping.at=[1]", "truce.feud.bar=0.5", "burn_in_days=0", days=1)
    assert_sound(result)
    assert result.lines[0].startswith("The truce broke on day 1, by ")
    assert (result.row["first_break_day"], result.row["ending"]) == (1.0, "feud")
    assert result.row["truce_share"] == 0.0


def test_no_burn_in_starts_feelings_at_rest():
    result = run("burn_in_days=0", days=2)
    assert_sound(result)
    assert result.daily.anger_loyalist[0] == 0.0
    assert result.daily.fear_opposition[0] == pytest.approx(0.1, abs=4 * 0.2 / np.sqrt(12 * 2500))


# ---- who there is ---------------------------------------------------------------------------------


def test_without_factions_nobody_kidnaps_harasses_or_clashes():
    result = run(*NO_FACTIONS, "city.n_defectors=0", days=120)
    assert_sound(result)
    assert (result.daily.fighters == 0).all()
    assert (result.daily[["rivalry", "restraint"]] == 0).all(axis=None)
    assert not set(result.events.kind) & {"kidnapping", "harassment", "clash", "confession"}
    assert result.row["taken"] == 0
    assert result.row["breaches_social"] == 0.0


def test_a_blow_that_is_scheduled_without_anybody_to_strike_it_lapses():
    result = run(*NO_FACTIONS, "city.n_defectors=0", "events.kidnapping.at=[3]", "events.clash.at=[4]")
    told = result.events[result.events.kind.isin(["kidnapping", "clash"])]
    assert told.cause.tolist() == ["lapsed", "lapsed"]
    assert result.row["taken"] == result.row["events_social"] == 0
    assert_sound(result)


def test_defectors_without_a_local_faction_to_take_them_stay_civilians():
    result = run(*NO_FACTIONS, "city.n_defectors=5", "events.defection.at=[3]")
    assert_sound(result)
    assert (result.daily.fighters == 0).all()
    assert result.row["defections"] == 0


def test_factions_without_fighters_do_nothing():
    names = ("men_of_god", "ali_bin_abi_talib", "newcomers", "independents")
    empty = [f"factions.{name}.members=0" for name in names]
    result = run(*empty, "city.n_defectors=0", days=60)
    assert_sound(result)
    assert not set(result.events.actor) & set(names)
    assert (result.daily.fighters == 0).all()


def test_without_loyalists_no_civilian_is_kidnapped_and_no_exodus_is_told():
    result = run(*camps(0.0, 0.4), "events.kidnapping.base=1.0", *NO_SERVICE, days=120)
    assert_sound(result)
    daily = result.daily
    assert (daily[["present_loyalist", "departed_loyalist", "loyalists_left"]] == 0).all(axis=None)
    assert daily.fear_loyalist.isna().all()
    assert result.row["taken"] == 0
    assert result.row["ending"] not in ("exodus", "feud")


def test_without_loyalists_officers_come_from_the_others_and_can_be_taken():
    result = run(*camps(0.0, 0.4), "events.kidnapping.at=[5]", "visits.p_visit=1.0")
    assert_sound(result)
    taken = result.events[(result.events.kind == "kidnapping") & (result.events.day == 5)]
    assert taken.people.tolist() == [1]
    assert set(taken.camp) <= {"uncommitted", "opposition"}


def test_without_opposition_fighters_come_from_the_others_and_the_history_runs():
    result = run(*camps(0.5, 0.5), days=60)
    assert_sound(result)
    # the outsiders alone are of the opposition, and whoever defects
    assert result.daily.present_opposition[0] == 8
    assert result.daily.fighters[0] > 8
    assert result.daily.anger_opposition.notna().any()


def test_without_uncommitted_the_two_sides_are_alone():
    result = run(*camps(0.2, 0.0), days=60)
    assert_sound(result)
    assert (result.daily[["present_uncommitted", "departed_uncommitted"]] == 0).all(axis=None)
    assert result.row["deaths_uncommitted"] == 0


def test_a_city_of_loyalists_alone_runs():
    result = run(*camps(1.0, 0.0), days=60)
    assert_sound(result)
    assert result.daily.present_opposition[0] == 8
    assert result.row["departed_uncommitted"] == result.row["deaths_uncommitted"] == 0


@pytest.fixture
def own_city(tmp_path):
    """Tables of 40 households of five, one camp a household in turn; without ties unless asked for."""
    people = pd.DataFrame({"resident": range(200)})
    people["household"] = people.resident // 5
    people["camp"] = [CAMPS[house % 3] for house in people.household]
    people.to_csv(tmp_path / "residents.csv", index=False)
    return [f"city.residents={tmp_path / 'residents.csv'}", "city.n_quarters=4", *NO_SERVICE]


LOCALS = [*NO_FACTIONS, "+factions.locals={members: 8}"]


def test_a_city_without_ties_runs_and_nobody_has_kin_to_restrain_him(own_city):
    result = run(*own_city, *LOCALS, "events.kidnapping.base=100", "burn_in_days=0", days=60)
    assert_sound(result)
    assert result.row["residents"] == 200
    assert (result.daily.restraint == 0).all()
    assert result.row["taken"] > 0


def test_an_empty_table_of_ties_is_a_city_without_ties(own_city, tmp_path):
    (tmp_path / "ties.csv").write_text("household_a,household_b,kind\n")
    result = run(*own_city, *LOCALS, f"city.ties={tmp_path / 'ties.csv'}")
    pd.testing.assert_frame_equal(result.daily, run(*own_city, *LOCALS).daily)


def test_a_table_of_one_resident_is_a_city(tmp_path):
    (tmp_path / "one.csv").write_text("resident,household,camp\n7,3,loyalist\n")
    result = run(f"city.residents={tmp_path / 'one.csv'}", *PEACEFUL)
    assert_sound(result)
    assert (result.row["residents"], result.row["broke"]) == (1, False)
    assert result.daily.present_loyalist[0] == 1


def test_a_table_of_nobody_is_refused(tmp_path):
    (tmp_path / "none.csv").write_text("resident,household,camp\n")
    assert "at least one resident" in refusal(f"city.residents={tmp_path / 'none.csv'}", *PEACEFUL)


# ---- what is asked for twice, or for nothing ------------------------------------------------------


def test_a_day_that_is_scheduled_twice_has_two_events():
    once, twice = (run(*PEACEFUL, f"events.kidnapping.at={days}").events for days in ("[5]", "[5,5]"))
    taken = twice[(twice["kind"] == "kidnapping") & (twice["day"] == 5)]
    assert len(taken) == 2
    assert taken["event"].is_unique
    assert set(once[once["kind"] == "kidnapping"]["event"]) < set(taken["event"])


def test_an_elders_council_that_takes_no_case_releases_nobody():
    result = run("elders.cases_per_day=0", "events.kidnapping.at=[2]", "events.release.base=50.0")
    assert_sound(result)
    assert result.row["released"] == 0
    assert result.row["taken"] > 0


# ---- on disk --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        (["days=0"], "No day was simulated"),
        (["days=20", "city.n_residents=1", *PEACEFUL], "The truce held for all 20 days."),
        (["days=20", *camps(0.0, 0.4)], "The truce held for all 20 days."),
    ],
)
def test_the_smallest_and_emptiest_histories_can_be_written_and_drawn(tmp_path, overrides, says):
    scenario = compose_scenario(["scenario=small_town", *overrides])
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        result = run_to_folder(scenario, tmp_path / "r")
    assert result.lines[0].startswith(says)
    assert (tmp_path / "r" / "timeline.png").stat().st_size > 1000
    assert json.loads((tmp_path / "r" / "run.json").read_text())["run"]["broke"] is False


# ---- the command line -----------------------------------------------------------------------------


def hudna(folder, *arguments):
    command = [sys.executable, "-W", "error::RuntimeWarning", "-m", "sim", "run", "scenario=small_town"]
    return subprocess.run(
        [*command, *arguments],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("overrides", "says"),
    [(["city.n_residents=0"], "city.n_residents = 0"), (["city.n_officers=4000"], "more than the")],
)
def test_the_command_line_refuses_in_one_line_and_writes_nothing(tmp_path, overrides, says):
    done = hudna(tmp_path, *overrides)
    told = [line for line in done.stderr.splitlines() if "compiling" not in line]
    assert (done.returncode, done.stdout, len(told)) == (2, "", 1)
    assert told[0].startswith("hudna: error: ")
    assert says in told[0]
    assert list(tmp_path.rglob("*")) == []
