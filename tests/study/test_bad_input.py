"""Every mistake in a study is told in one line, with exit status 2, before anything is started."""

import json
import subprocess
import sys

import pytest

from sim.cli import main
from tests.study.studies import SERIAL, SMALL, STUDY, TWO, done

BASE = "events.kidnapping.base"
WIDE, BAR = f"{BASE}=interval(0.01,1)", "truce.feud.bar=interval(2,8)"


def refused(capsys, *arguments):
    assert main([str(argument) for argument in arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("hudna: error: ")
    assert err.count("\n") == 1, err
    return err


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["events.kidnaping.base=1,2"], "did you mean events.kidnapping.base?"),
        (["sed=1,2"], "did you mean 'seed'"),
        ([f"{BASE}=0.1,5000"], f"{BASE} = 5000.0: out of range; right would be 0 to 1000"),
        ([f"{BASE}=a,2"], f'{BASE} = "a"'),
        (["scenario=small,al_rastan"], "did you mean 'small_town'"),
        (["scenario=glob(zebra*)"], "an empty sweep"),
        (["days=glob(*)"], "glob chooses among the files"),
        (["days=range(5,5)"], "an empty sweep"),
        (["days=range(0,5,0)"], "a step that is not 0"),
        (["days=range(0,1e12)"], "more than 1000000 values; take a larger step"),
        (["days=1,1"], "given twice"),
        ([f"{BASE}=1,1.0"], "given twice"),
        (["days=shuffle(1,2)"], "the order of points is fixed"),
        ([f"{BASE}=interval(0,1)"], "add design=latin_hypercube points=N"),
        ([f"{BASE}=interval(1,0)", "design=sobol", "points=4"], "low below high"),
        (["measures.mediation.enabled=interval(0,1)", "design=sobol", "points=4"], "is for numbers"),
        ([f"{BASE}=interval(0,1)", "design=sobol", "points=6"], "powers of 2, 4 or 8"),
        ([f"{BASE}=interval(0,1)", "design=latin_hypercube"], "needs points=N"),
        ([f"{BASE}=1,2", "points=4"], "is for design=latin_hypercube or design=sobol"),
        ([f"{BASE}=1,2", "days=1,2,3", "design=zip"], "here events.kidnapping.base 2, days 3"),
        (["design=zip"], "nothing is varied"),
        ([f"{BASE}=1,2,1", "days=1,2,1", "design=zip"], "points 0 and 2 are the same"),
        ([f"{BASE}=interval(0,1)", "days=1,2", "design=zip"], "an interval needs a sampler"),
        ([f"{BASE}=range(0,2,0.0001)"], "add --yes if that is meant"),
        ([WIDE, BAR, "design=morris"], "needs samples=N, the number of trajectories"),
        ([WIDE, BAR, "design=morris", "samples=1"], "samples = 1: out of range"),
        ([WIDE, BAR, "design=morris", "samples=4", "points=4"], "points=4 is for design=latin_hypercube"),
        ([WIDE, BAR, "design=saltelli"], "needs samples=N, the number of base samples"),
        ([WIDE, BAR, "design=saltelli", "samples=12"], "powers of 2, 8 or 16"),
        ([f"{BASE}=1,2", "samples=4"], "samples=4 is for design=morris or design=saltelli"),
        ([WIDE, "design=morris", "samples=4"], "vary two or more"),
        (["design=saltelli", "samples=4"], "nothing is varied"),
        ([WIDE, "truce.feud.bar=[4]", "design=morris", "samples=4"], "a number"),
        ([WIDE, "days=interval(3.1,3.9)", "design=morris", "samples=4"], "takes one value only"),
        ([WIDE, BAR, "seed=1,2", "design=morris", "samples=4"], "varies it by itself"),
        ([WIDE, BAR, "city.seed=1,2", "cities=redrawn", "design=morris", "samples=4"], "varies it by itself"),
        ([WIDE, BAR, "design=morris", "samples=4", "precision=0.1"], "leave precision out"),
        ([WIDE, BAR, "design=morris", "samples=4", "luck=independent"], "leave luck=common"),
        ([WIDE, BAR, "design=saltelli", "samples=4096"], "add --yes if that is meant"),
        (["runs=0"], "runs = 0: out of range"),
        (["runs=2,3"], "a study has one value of runs"),
        (["precision=0.7"], "precision = 0.7: out of range"),
        (["precision=0.1", "runs=50", "max_runs=10"], "max_runs=10 is under runs=50"),
        (["engine=daks"], "did you mean 'dask'"),
        (["engine.wokers=2"], "engine.workers"),
        (["keep=everything"], "right would be rows, summary, daily, events or all"),
        (["luck=bad"], "right would be common or independent"),
        (["compare_with=7"], "points are numbered from 0 to 0"),
        ([TWO, "compare_with={days: 3}"], "compare_with: days is not varied"),
        ([TWO, "compare_with={events.kidnapping.base: 3}"], "does not take 3.0"),
        (["~days"], "part of every scenario"),
        (["hydra.run.dir=x,y"], "Hydra itself cannot be changed"),
        (["name='${oc.env:HOME}',b"], "refused"),
        (["+events.kidnapping={_target_: os.system},{base: 1}"], "runs nothing"),
        (["factions.men_of_god.members=1,2", "scenario=al_rastan", "~factions.men_of_god"], "men_of_god"),
        (["city.camps.loyalist=0.1,0.9"], "together at most 1"),
        (["seed=4611686018427387900"], "too large for 20 runs"),
        (["base=[]"], "write the overrides themselves"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_and_nothing_is_started(lines, says, capsys, tmp_path):
    out = tmp_path / "study"
    assert says in refused(capsys, "sweep", *lines, "--out", out)
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--shard", "3"], "write i/N"),
        (["--shard", "0/4"], "out of range; shards are numbered from 1/4 to 4/4"),
        (["--shard", "5/4"], "out of range"),
        (["--study", "missing.yaml"], "there is no such file"),
        (["--config-dir", "missing"], "no such folder"),
    ],
)
def test_a_mistake_in_an_option_is_told(arguments, says, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "study"
    assert says in refused(capsys, "sweep", TWO, *arguments, "--out", out)
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("runs: 10\nquestoin: what\n", "did you mean 'question'"),
        ("runs: many\n", "a whole number"),
        ("base: scenario=small_town\n", "give a list of overrides"),
        ("base: [days=1\n", "broken YAML"),
        ("base: ['days=1,2']\n", "write it under factors"),
        ("factors: [1]\n", "give a mapping"),
        ("factors: {days: 3}\n", "give a list of values"),
        ("factors: {days: []}\n", "an empty sweep"),
        ("factors: {dasy: [1]}\n", "no such key"),
        ("engine: {name: dask, wrkers: 3}\n", "workers"),
        ("engine: [1]\n", "give the name of an engine"),
        ("question: !!python/object/apply:os.system [ls]\n", "tag"),
        ("question: ${oc.env:HOME}\n", "refused"),
        ("factors: {_target_: [1]}\n", "runs nothing"),
    ],
)
def test_a_mistake_in_a_study_file_is_told(text, says, capsys, tmp_path):
    file = tmp_path / "study.yaml"
    file.write_text(text)
    assert says in refused(capsys, "sweep", "--study", file, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_unreachable_scheduler_is_told_and_nothing_is_started(capsys, tmp_path):
    lines = [*SMALL, "engine=dask", "engine.scheduler=tcp://127.0.0.1:1", "engine.wait_seconds=0.5"]
    err = refused(capsys, "sweep", *lines, "--out", tmp_path / "out")
    assert "no dask scheduler can be reached there" in err
    assert not (tmp_path / "out").exists()


def test_a_store_of_another_study_is_refused_and_left_alone(capsys, tmp_path):
    out = tmp_path / "out"
    done(out, *SMALL, TWO, "runs=2")
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.name != "lock"}
    for lines, says in (
        ([TWO, "runs=3"], "runs is 2 there and 3 here"),
        ([f"{BASE}=0.02,0.2", "runs=2"], f"its values of {BASE} differ"),
        (["days=1,2", "runs=2"], f"it varies {BASE}"),
        ([TWO, "runs=2", "seed=9"], "its scenario differs"),
    ):
        assert says in refused(capsys, "sweep", *SMALL, *lines, SERIAL, "--out", out)
    assert before == {path.name: path.read_bytes() for path in out.iterdir() if path.name != "lock"}


def test_a_store_of_another_version_is_refused(capsys, tmp_path):
    out = tmp_path / "out"
    done(out, *SMALL, "runs=1")
    plan = json.loads((out / "plan.json").read_text())
    (out / "plan.json").write_text(json.dumps({**plan, "hudna": "0.0.1"}))
    for arguments in (["resume", out], ["status", out], ["sweep", *SMALL, "runs=1", SERIAL, "--out", out]):
        assert "made by hudna 0.0.1" in refused(capsys, *arguments)


def test_a_plan_that_was_changed_by_hand_is_refused(capsys, tmp_path):
    out = tmp_path / "out"
    done(out, *SMALL, "runs=1")
    plan = json.loads((out / "plan.json").read_text())
    (out / "plan.json").write_text(json.dumps({**plan, "chunk": 7}))
    assert "changed by hand" in refused(capsys, "resume", out)


@pytest.mark.parametrize("command", ["resume", "status"])
def test_a_folder_without_a_study_is_told(command, capsys, tmp_path):
    assert "holds no study" in refused(capsys, command, tmp_path)


def test_a_folder_with_something_else_in_it_is_left_alone(capsys, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    assert "something in it already" in refused(capsys, "sweep", *SMALL, SERIAL, "--out", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_merge_wants_all_shards_of_one_study_each_once_and_done(capsys, tmp_path):
    from sim.study.run_queue import Shard

    for number in (1, 2):
        done(tmp_path / str(number), *STUDY, shard=Shard(number, 3))
    done(tmp_path / "other", *SMALL, "runs=2", shard=Shard(3, 3))
    done(tmp_path / "whole", *STUDY)
    one, two = tmp_path / "1", tmp_path / "2"
    out = ["--out", tmp_path / "out"]
    assert "shard 3 is missing" in refused(capsys, "merge", one, two, *out)
    assert "shard 2 is named twice" in refused(capsys, "merge", one, two, two, *out)
    assert "not a shard of the same study" in refused(capsys, "merge", one, two, tmp_path / "other", *out)
    assert "not a shard of the same study" in refused(capsys, "merge", one, tmp_path / "whole", *out)
    assert "not a shard" in refused(capsys, "merge", tmp_path / "whole", *out)
    assert not (tmp_path / "out").exists()


def test_the_study_s_own_keys_are_none_of_the_scenario_s():
    from sim.scenario import Scenario
    from sim.study.settings import Study

    assert not set(Study.model_fields) & set(Scenario.model_fields)


def test_a_single_run_names_the_command_for_a_sweep(capsys):
    assert "`hudna sweep` runs them all" in refused(capsys, "run", "days=1,2")
    assert "`hudna sweep` takes it" in refused(capsys, "run", "engine=dask")


def test_help_of_sweep_imports_nothing_heavy():
    code = (
        "import sys, contextlib, io; from sim.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()): main(['sweep', '--help'])\n"
        "print([m for m in ('numpy', 'distributed', 'pandas', 'hydra', 'rich') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
