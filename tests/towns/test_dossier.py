"""Check, page and targets of a town; results outlive its folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import sim
from sim.api import run_to_folder
from sim.archive.bundle import bundle
from sim.archive.reproduce import reproduce
from sim.archive.unpack import unpack
from sim.calibrate.files import write_for_town
from sim.calibrate.problem import read_problem
from sim.compose import compose_scenario
from sim.disk.results import read_run
from sim.dossier.check import check_lines, check_town
from sim.dossier.page import town_page
from sim.dossier.targets import measure_town, write_targets
from sim.errors import InputError
from sim.patterns.record import measure_record
from sim.study.build import build_plan
from sim.towns.folder import find_town, read_town
from sim.towns.template import write_new
from tests.towns.folders import EVENTS, TOWN, write_town

LONG = TOWN.replace("days: 12", "days: 60") + "record: {first: 2004-01-01, last: 2004-06-30}\n"
ROWS = EVENTS + "2004-05-20,fatal,4,,,,b1\n2004-06-20,clash,2,,,,b2\n"


def test_check_tells_facts_doubts_what_is_missing_and_assumed(tmp_path):
    town = write_town(
        tmp_path / "rivers", events=EVENTS + "2004-09-01,fatal,1,,,,z\n2004-09-01,fatal,1,,,,z\n"
    )
    found = check_town(str(town))
    told = "\n".join(found.lines())
    assert "1,500 residents, 2 armed groups" in told
    assert "events on day 0 or before it: 1" in told
    assert "events after the last simulated day, 2004-05-13: 2" in told
    assert "1 rows repeat" in told
    assert "sources.md" in told
    assert "elders.standing: not given; 0.72" in told


def test_check_tells_all_faults_and_how_many(tmp_path):
    town = write_town(tmp_path / "t", "residents: 0\nday_zero: x\n", "date,kind\n2004-05-04,x\n")
    with pytest.raises(InputError, match="3 things do not fit"):
        check_lines(str(town))


def test_a_new_town_is_whole_and_one_like_a_shipped_town_too(tmp_path):
    write_new(tmp_path / "mine")
    assert len(check_town(str(tmp_path / "mine")).scenario.factions) == 2
    write_new(tmp_path / "copy", "douma_2017")
    copy = read_town(tmp_path / "copy")
    assert (copy.name, len(copy.events)) == ("copy", len(read_town("douma_2017").events))
    with pytest.raises(InputError, match="exists already"):
        write_new(tmp_path / "mine")
    people = b"PAR1, whatever is in it"
    (tmp_path / "copy" / "residents.parquet").write_bytes(people)
    write_new(tmp_path / "again", str(tmp_path / "copy"))
    assert (tmp_path / "again" / "residents.parquet").read_bytes() == people


def test_targets_are_counted_from_the_record(tmp_path):
    town = write_town(tmp_path / "rivers", LONG, ROWS)
    found = measure_town(str(town), "2004-05-02", "2004-06-30")
    assert found.weeks == 8
    assert found.figures["record_events"] == 4
    assert found.figures["record_deaths"] == 10
    assert found.figures["record_empty"] == 5
    assert found.figures["record_gap"] == np.median([16, 31])
    assert "record_dispersion" not in found.figures
    assert any("branching" in line for line in found.cannot)
    with pytest.raises(InputError, match="targets need at least 4"):
        measure_town(str(town), "2004-06-10", "2004-06-30")


def test_dispersion_is_the_variance_by_mean_of_weekly_events():
    fatal = np.array([2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, *[0] * 14, 5])  # the last day is no week
    weeks = np.array([2, 1, 0, 0])
    found = measure_record(fatal, fatal.astype(float))
    assert found["record_dispersion"] == pytest.approx(weeks.var(ddof=1) / weeks.mean())
    assert (found["record_events"], found["record_gap"]) == (3, 9)


def test_a_window_without_events_has_figures_all_the_same():
    found = measure_record(np.zeros(28, np.int64), np.zeros(28))
    assert (found["record_events"], found["record_empty"], found["record_gap"]) == (0, 4, 28)
    assert np.isnan(found["record_dispersion"])


def test_the_calibration_file_names_its_town_from_its_own_folder(tmp_path, monkeypatch):
    town = write_town(tmp_path / "rivers", LONG, ROWS)
    path = write_targets(measure_town(str(town)), None)
    moved = tmp_path / "elsewhere" / "rivers"
    shutil.move(town, moved)
    monkeypatch.chdir(tmp_path)
    problem = read_problem(moved / path.name)
    assert problem.targets["record_events"].observed == 4
    assert str(moved) in problem.base[0]


def test_days_of_a_calibration_are_checked_against_its_targets(tmp_path):
    town = write_town(tmp_path / "rivers", LONG, ROWS)
    path = write_targets(measure_town(str(town)), None)
    path.write_text(path.read_text().replace("targets:\n", "targets:\n  fatal_events: {observed: 5}\n"))
    with pytest.raises(InputError, match="is of 13 weeks, and base has days = 56"):
        read_problem(path)


def test_the_uncertainty_of_the_town_is_that_of_its_folder(tmp_path):
    town = write_town(tmp_path / "rivers")
    with pytest.raises(InputError, match="is not there"):
        build_plan([f"town={town}", "uncertainty=[town]", "runs=2"])
    (town / "uncertainty.yaml").write_text("says: mine\nkeys: [pace.army]\nsample:\n- [0.5]\n- [0.6]\n")
    plan, _ = build_plan([f"town={town}", "uncertainty=[town]", "runs=2"])
    assert plan.run_settings(0, 1) == {"pace.army": 0.6}


def test_a_study_file_names_a_town_from_its_own_folder(tmp_path):
    town = write_town(tmp_path / "rivers")
    study = tmp_path / "study.yaml"
    study.write_text("base: [town=rivers]\nruns: 2\nfactors: {pace.army: [0.5, 1]}\n")
    plan, _ = build_plan([], study)
    assert plan.scenario(0).town == str(town)
    with pytest.raises(InputError, match="a study has one town"):
        build_plan([f"town={town},gaza_2008"])


def test_the_page_names_groups_source_and_assumptions():
    page = town_page("gaza_2008")
    for words in ("Gaza Strip, 2008", "governing_group", "CC BY 4.0", "Assumed", "<svg", "not predictive"):
        assert words in page


def test_a_page_escapes_what_it_is_told(tmp_path):
    town = write_town(tmp_path / "rivers", TOWN.replace("title: Two Rivers", "title: <script>x</script>"))
    assert "<script>" not in town_page(str(town))


def test_a_result_tells_of_its_town_and_its_bundle_outlives_it(tmp_path):
    town = write_town(tmp_path / "rivers")
    result = run_to_folder(compose_scenario([f"town={town}"]), tmp_path / "r", figure=False)
    assert result.daily["date"].iloc[1] == "2004-05-02"
    assert any("2004-05-13" in line for line in result.lines)
    told = read_run(tmp_path / "r")
    assert told["town"]["name"] == "rivers"
    assert any("elders.standing" in line for line in told["town"]["assumed"])
    assert {Path(name).name for name in told["inputs"]} == {"town.yaml", "events.csv", "kinds.csv"}
    bundle(tmp_path / "r", tmp_path / "r.zip")
    (town / "events.csv").write_text(EVENTS + "2004-05-11,fatal,1,,,,n\n")
    with pytest.raises(InputError, match=r"events\.csv: this file was changed"):
        reproduce(tmp_path / "r", 1)
    (town / "events.csv").write_text(EVENTS)
    moved = shutil.move(town, tmp_path / "elsewhere" / "rivers")
    with pytest.raises(InputError, match=r"is not there, .* with --inputs DIR"):
        reproduce(tmp_path / "r", 1)
    assert not reproduce(tmp_path / "r", 1, tmp_path / "elsewhere").differences
    bundle(tmp_path / "r", tmp_path / "moved.zip", moved_to=moved)
    assert (tmp_path / "moved.zip").read_bytes() == (tmp_path / "r.zip").read_bytes()
    (moved / "events.csv").write_text(EVENTS + "2004-05-11,fatal,1,,,,n\n")
    with pytest.raises(InputError, match=r"events\.csv: this file was changed"):
        reproduce(tmp_path / "r", 1, moved)
    shutil.rmtree(moved)
    assert not reproduce(unpack(tmp_path / "r.zip", tmp_path / "again"), 1).differences


def test_an_own_table_without_roles_runs_and_says_what_was_assumed(tmp_path):
    rows = "".join(f"{k},{k // 5},{('loyalist', 'uncommitted', 'opposition')[k % 3]}\n" for k in range(800))
    text = "day_zero: 2004-05-01\ndays: 3\nquarters: 3\nfactions: [{name: guard, members: 9}]\n"
    town = write_town(tmp_path / "village", text + "settings: {burn_in_days: 0}\n", None, None)
    (town / "residents.csv").write_text("resident,household,camp\n" + rows)
    found = check_town(str(town))
    assert found.scenario.reference_residents == 800
    assert "nobody has kin" in "\n".join(found.assumed)
    assert "role: officers and fighters are drawn" in "\n".join(found.assumed)
    assert sim.run([f"town={town}"]).people["residents"] == 800


def test_a_shipped_town_is_found_by_its_name():
    assert (find_town("gaza_2008") / "sources.md").is_file()


def test_a_calibration_leaves_its_sample_in_the_folder_of_the_town(tmp_path):
    town = write_town(tmp_path / "rivers", LONG, ROWS)
    problem = read_problem(write_targets(measure_town(str(town)), None))
    sample = pd.DataFrame({"pace.army": [0.5, 0.25], "pace.factions": [1.0, 0.125]})
    (line,) = write_for_town(SimpleNamespace(problem=problem, sample=sample))  # type: ignore[arg-type]
    assert str(town) in line
    plan, _ = build_plan([f"town={town}", "uncertainty=[town]", "runs=2"])
    assert plan.run_settings(0, 1) == {"pace.army": 0.25, "pace.factions": 0.125}
