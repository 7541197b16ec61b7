"""Spoilt inputs by the hundred: each is taken with sense or refused in words, soon, with no traceback."""

from __future__ import annotations

import math
import random
import shutil
import signal
import warnings
import zipfile
from contextlib import contextmanager
from datetime import date

import numpy as np
import pytest

from sim.archive.bundle import bundle
from sim.archive.unpack import unpack
from sim.calibrate.problem import read_problem
from sim.city.cache import _fits
from sim.city.config import CityConfig
from sim.city.own_data import load_city, write_city
from sim.city.population import generate_city
from sim.cli import main
from sim.compose import compose_scenario
from sim.errors import InputError
from sim.report.source import read
from sim.scenario import Scenario
from sim.study.bands import _part
from sim.study.build import build_plan
from sim.study.store import Store
from sim.towns.events import kinds_of
from sim.towns.folder import read_town
from tests.config.folders import folder_of
from tests.fuzz.mutate import spoil_bytes, spoil_override, spoil_text
from tests.fuzz.texts import CALIBRATION_TEXT, SCENARIO_TEXT, STUDY_TEXT, UNCERTAINTY_TEXT
from tests.study.studies import SERIAL, SMALL
from tests.towns.folders import write_town

NAMES = ("result/run.json", "result/SHA256SUMS", "../x", "/x", "x", "result/..", "result/a/b")
SECONDS = 30  # of work: a case that takes more hangs
MOST_SECONDS = 10 * SECONDS  # by the clock, on a busy machine
SEED = 15


@contextmanager
def in_time():
    """Raise TimeoutError if the block takes too long."""

    def late(*_):
        raise TimeoutError("this input hangs")

    before = [signal.signal(number, late) for number in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.alarm(MOST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        for number, handler in zip((signal.SIGPROF, signal.SIGALRM), before, strict=True):
            signal.signal(number, handler)


def leaves(values, above=""):
    """Dotted keys of nested values."""
    for key, value in values.items():
        yield f"{above}{key}"
        if isinstance(value, dict):
            yield from leaves(value, f"{above}{key}.")


def assert_sense(scenario):
    """A scenario that was taken is one: it stands its own checks, and all its numbers are numbers."""

    def check(value):
        if isinstance(value, float):
            assert math.isfinite(value), value
        for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(each)

    values = scenario.model_dump(mode="json")
    check(values)
    assert Scenario.model_validate(values) == scenario


KEYS = ["scenario", "seed", "days", *leaves(Scenario().model_dump(mode="json"))]


def overrides(luck, _folder, _things):
    """Overrides of a run."""
    assert_sense(
        compose_scenario([*SMALL[:2], *(spoil_override(KEYS, luck) for _ in range(luck.randint(1, 3)))])
    )


def scenario_files(luck, folder, _things):
    """A scenario of the user's own."""
    (folder / "scenario").mkdir()
    content = spoil_text(SCENARIO_TEXT, luck).encode("utf-8", "surrogatepass")
    (folder / "scenario" / "spoilt.yaml").write_bytes(content)
    assert_sense(compose_scenario(["scenario=spoilt"], folder))


def study_files(luck, folder, _things):
    """A study file."""
    (folder / "study.yaml").write_bytes(spoil_text(STUDY_TEXT, luck).encode("utf-8", "surrogatepass"))
    plan, _ = build_plan([], folder / "study.yaml")
    for point in range(min(4, plan.n_points)):
        assert_sense(plan.scenario(point))


def calibration_files(luck, folder, _things):
    """A calibration file."""
    (folder / "mine.yaml").write_bytes(spoil_text(CALIBRATION_TEXT, luck).encode("utf-8", "surrogatepass"))
    problem = read_problem(folder / "mine.yaml")
    assert len(problem.priors) >= 2
    assert problem.targets
    assert all(math.isfinite(prior.low) and prior.low < prior.high for prior in problem.priors.values())


def uncertainty_files(luck, folder, _things):
    """A file of what is not known of parameters."""
    (folder / "uncertainty").mkdir()
    content = spoil_text(UNCERTAINTY_TEXT, luck).encode("utf-8", "surrogatepass")
    (folder / "uncertainty" / "mine.yaml").write_bytes(content)
    plan, _ = build_plan([*SMALL, "runs=3", "uncertainty=[mine]", SERIAL], config_dir=folder)
    assert plan.draws is not None
    for run in range(3):
        drawn = plan.draws.settings(run)
        assert drawn
        assert_sense(plan.scenario(0, drawn))


def town_folders(luck, folder, _things):
    """A town: town.yaml, its events, or its words for kinds."""
    town = write_town(folder / "town")
    path = town / luck.choice(("town.yaml", "town.yaml", "events.csv", "kinds.csv"))
    path.write_bytes(spoil_text(path.read_text(), luck).encode("utf-8", "surrogatepass"))
    scenario = compose_scenario([f"town={town}"])
    assert_sense(scenario)
    found = read_town(town)
    assert scenario.reference_residents == found.form.residents or "reference_residents" in path.read_text()
    for each in found.events:
        assert kinds_of(each.kind)
        assert each.date == date.fromisoformat(each.date).isoformat()
        assert each.deaths is None or each.deaths >= (each.soldiers or 0)


def tables(luck, folder, things):
    """Own tables of residents and ties, as CSV and Parquet."""
    end = luck.choice(("csv", "parquet"))
    names = {name: folder / f"{name}.{end}" for name in ("residents", "ties")}
    for name, path in names.items():
        shutil.copy(things / f"{name}.{end}", path)
    spoilt = names[luck.choice(tuple(names))]
    if end == "csv":
        spoilt.write_bytes(spoil_text(spoilt.read_text(), luck).encode("utf-8", "surrogatepass"))
    else:
        spoilt.write_bytes(spoil_bytes(spoilt.read_bytes(), luck))
    city = load_city(CityConfig(**{name: str(path) for name, path in names.items()}))
    assert city.n_residents > 0
    assert (city.neighbours.size == 0) or (
        0 <= city.neighbours.min() <= city.neighbours.max() < city.n_households
    )
    assert np.isin(city.camp, (0, 1, 2)).all()
    assert _fits(city)


def stores(luck, folder, things):
    """A study that is not finished, with one of its files spoilt."""
    shutil.copytree(things / "study", folder / "study")
    files = sorted(path for path in (folder / "study").rglob("*") if path.is_file() and path.name != "lock")
    spoilt = luck.choice(files)
    content = spoilt.read_bytes()
    is_text = spoilt.suffix == ".json" and luck.random() < 0.7
    changed = (
        spoil_text(content.decode(), luck).encode("utf-8", "surrogatepass")
        if is_text
        else spoil_bytes(content, luck)
    )
    spoilt.write_bytes(changed)
    _part.cache_clear()
    store = Store.open(folder / "study")
    before = Store.open(things / "study")
    assert store.plan.digest == before.plan.digest
    found = {each[:2] for each in store.tallies()}
    assert found <= {each[:2] for each in before.tallies()}
    read(folder / "study")


def runs(luck, folder, things):
    """A run's folder with its run.json or a table spoilt."""
    shutil.copytree(things / "run", folder / "run")
    spoilt = folder / "run" / luck.choice(("run.json", "daily.parquet", "events.parquet"))
    if spoilt.suffix == ".json":
        spoilt.write_bytes(spoil_text(spoilt.read_text(), luck).encode("utf-8", "surrogatepass"))
    else:
        spoilt.write_bytes(spoil_bytes(spoilt.read_bytes(), luck))
    bundle(folder / "run", folder / "run.zip")


def zips(luck, folder, things):
    """A bundle with some of its bytes changed, or another archive under its name."""
    content = (things / "run.zip").read_bytes()
    path = folder / "run.zip"
    if luck.random() < 0.8:
        path.write_bytes(spoil_bytes(content, luck))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for _ in range(luck.randint(1, 4)):
                name = luck.choice(
                    ("result/run.json", "result/SHA256SUMS", "../x", "/x", "x", "result/..", "result/a/b")
                )
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    archive.writestr(name, luck.choice((b"", b"{}", bytes(3_000_000))))
    whole = unpack(path, folder / "in")
    with zipfile.ZipFile(things / "run.zip") as original:  # whatever is taken is what was packed
        for name in original.namelist():
            assert (whole.parent / name).read_bytes() == original.read(name)


KINDS = {  # how many of 300 cases
    overrides: 60,
    scenario_files: 35,
    study_files: 35,
    calibration_files: 25,
    uncertainty_files: 20,
    town_folders: 30,
    tables: 35,
    stores: 25,
    runs: 10,
    zips: 25,
}


@pytest.fixture(scope="module")
def things(tmp_path_factory):
    """Whole inputs: a city's tables, a study on its way, a run and its bundle."""
    folder = tmp_path_factory.mktemp("things")
    city = generate_city(CityConfig(n_residents=60, n_quarters=2, seed=1))
    for end in ("csv", "parquet"):
        write_city(city, folder, f".{end}")
    lines = [*SMALL, "burn_in_days=0", "runs=9", "keep=daily", SERIAL]
    stop_after_three(folder / "study", lines)
    assert main(["run", *SMALL, "burn_in_days=0", "--no-figure", "--out", str(folder / "run")]) == 0
    bundle(folder / "run", folder / "run.zip")
    return folder


def stop_after_three(folder, lines):
    """Begin a study and stop it when some of it is done."""
    from sim.study.study import begin
    from tests.study.studies import StopError, n_parts

    def tell(_queue):
        if folder.exists() and n_parts(folder) >= 3:
            raise StopError

    plan, engine = build_plan(lines)
    with pytest.raises(StopError):
        begin(plan, engine, folder, tell)


def test_what_is_not_spoilt_is_taken(things, tmp_path):
    own = folder_of(tmp_path / "own", scenario__ours=SCENARIO_TEXT)
    (tmp_path / "study.yaml").write_text(STUDY_TEXT)
    assert compose_scenario(["scenario=ours"], own).days == 30
    assert build_plan([], tmp_path / "study.yaml")[0].n_points == 4
    (tmp_path / "calibration.yaml").write_text(CALIBRATION_TEXT)
    assert len(read_problem(tmp_path / "calibration.yaml").priors) == 2
    mine = folder_of(tmp_path / "known", uncertainty__mine=UNCERTAINTY_TEXT)
    plan, _ = build_plan([*SMALL, "runs=3", "uncertainty=[mine]"], config_dir=mine)
    assert plan.run_settings(0, 2) == {"pace.factions": 0.1, "grievances.memory_days": 12.25}
    assert len(read_town(write_town(tmp_path / "town")).events) == 4
    for end in ("csv", "parquet"):
        names = {name: str(things / f"{name}.{end}") for name in ("residents", "ties")}
        assert load_city(CityConfig(**names)).n_residents == 60
    assert len(Store.open(things / "study").tallies()) >= 3
    assert (unpack(things / "run.zip", tmp_path / "in") / "run.json").is_file()


def fuzz(kind, n, things, tmp_path):
    """Do so many cases of a kind; every failure is told with its number, all at once."""
    failures, taken = [], 0
    for number in range(n):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        luck = random.Random(f"{SEED} {kind.__name__} {number}")
        try:
            with in_time():
                kind(luck, folder, things)
            taken += 1
        except InputError as error:
            if not str(error).strip() or "Traceback" in str(error):
                failures.append(f"{number}: refused without a word")
        except Exception as error:  # any other is a failure
            failures.append(f"{number}: {type(error).__name__}: {' '.join(str(error).split())[:200]}")
        shutil.rmtree(folder, ignore_errors=True)
    assert not failures, f"{len(failures)} of {n} {kind.__name__} ({taken} taken)\n" + "\n".join(failures)
    assert taken < n, "no case was spoilt enough to be refused"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_spoilt_inputs_are_refused_in_words(kind, things, tmp_path):
    fuzz(kind, KINDS[kind], things, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_many_spoilt_inputs_are_refused_in_words(kind, things, tmp_path):
    fuzz(kind, 10 * KINDS[kind], things, tmp_path)
