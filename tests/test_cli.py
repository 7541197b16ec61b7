"""The command line: what it lists, what it parses, and how it tells a mistake."""

import csv
import gc
import io
import os
import subprocess
import sys
import time
import types
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import pytest

from sim import __version__
from sim.actors.covariates import COVARIATES
from sim.cli import main
from sim.cli.app import GROUPS
from sim.events import KINDS
from sim.records.columns import TABLES
from sim.scenario import Scenario
from sim.schema_tree import leaves
from sim.study.tables import POINT_COLUMNS

COMMAND = [sys.executable, "-m", "sim"]


def hudna(*arguments, **options):
    """Run the command in a process of its own."""
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=120, **options)


@dataclass
class Api:
    """Stands in for sim.api: remembers what the command line asks for."""

    asked: list = field(default_factory=list)
    error: BaseException | None = None

    def run_to_folder(self, scenario, out=None, *, force=False, figure=True):
        self.asked.append((scenario, out, force, figure))
        if self.error:
            raise self.error
        return types.SimpleNamespace(lines=["The truce held.", "180 days."], notes=[])


@pytest.fixture
def api(monkeypatch):
    stand_in = Api()
    monkeypatch.setitem(sys.modules, "sim.api", stand_in)
    return stand_in


def test_help_lists_the_commands():
    text = hudna("--help").stdout
    commands = [each.__name__ for group in GROUPS for each in import_module(f"sim.cli.{group}").COMMANDS]
    assert [line.split()[0] for line in text.partition("Commands:")[2].splitlines() if line.strip()] == [
        *commands,
        "town",
    ]


def test_no_arguments_show_the_help(capsys):
    assert main([]) == 0
    assert "Commands:" in capsys.readouterr().out


def test_help_imports_nothing_heavy():
    code = (
        "import sys, contextlib, io; from sim.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()): main(['--help']); main(['run', '--help'])\n"
        "print([m for m in ('numpy', 'numba', 'mesa', 'hydra', 'pandas') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.slow
def test_help_comes_within_three_tenths_of_a_second():
    def once():
        start = time.perf_counter()
        hudna("--help")
        return time.perf_counter() - start

    assert min(once() for _ in range(5)) < 0.3


def test_the_version_is_printed(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"hudna {__version__}\n"


def test_overrides_and_options_may_stand_in_any_order(api, capsys):
    assert (
        main(["run", "days=9", "--no-figure", "+seed=3", "--out", "x", "~factions.newcomers", "--force"]) == 0
    )
    ((scenario, out, force, figure),) = api.asked
    assert (scenario.days, scenario.seed, "newcomers" in scenario.factions) == (9, 3, False)
    assert (out, force, figure) == (Path("x"), True, False)
    assert capsys.readouterr().out == "The truce held.\n180 days.\n"


def test_run_without_options_takes_the_default_scenario_with_a_figure_and_a_dated_folder(api):
    assert main(["run"]) == 0
    assert api.asked == [(Scenario(), None, False, True)]


def test_cfg_prints_the_config_and_runs_nothing(api, capsys):
    assert main(["run", "--cfg", "seed=3"]) == 0
    assert "seed: 3\n" in capsys.readouterr().out
    assert api.asked == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "runs=400"], "runs: belongs to a study, of many histories; `hudna sweep` takes it"),
        (["run", "--cfg", "uncertainty=posterior"], "uncertainty: belongs to a study"),
        (["run", "seed=-1"], "seed = -1: out of range"),
        (["run", "sed=1"], "did you mean 'seed'"),
        (["run", "seed", "=", "1"], "key=value"),
        (["run", "--config-dir", "missing"], "no such folder"),
        (["run", "--frobnicate"], "--frobnicate"),
        (["run", "--out"], "--out"),
        (["rum"], "Did you mean 'run'"),
        (["show"], "parameters, events, scenarios"),
        (["show", "parametres"], "parameters"),
        (["show", "parameters", "zebra"], "no line has this word"),
        (["show", "events", "--format", "xml"], "markdown"),
        (["city"], "--out"),
        (["city", "--out", "x", "city.n_residents=-5"], "city.n_residents = -5"),
        (["run", "name='\x1b[31m'"], "not a plain name"),
    ],
)
def test_a_mistake_is_told_in_one_line_and_exits_with_2(arguments, says, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("hudna: error: ")
    assert err.count("\n") == 1
    assert "\x1b" not in err
    assert says in err
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_leaves_no_traceback_in_a_process_of_its_own(tmp_path):
    done = hudna("run", "days=-3", cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(Path.cwd())})
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "hudna: error: days = -3: out of range; right would be 0 to 3650 (days)\n"


def test_several_mistakes_get_a_line_each(capsys):
    assert main(["run", "seed=-1", "days=-1"]) == 2
    assert [line.split(" = ")[0] for line in capsys.readouterr().err.splitlines()] == [
        "hudna: error: seed",
        "hudna: error: days",
    ]


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (OSError(28, "No space left on device", "runs/x"), 2, "runs/x: No space left on device"),
        (PermissionError(13, "Permission denied", "runs"), 2, "runs: Permission denied"),
        (MemoryError(), 2, "not enough memory"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_what_goes_wrong_outside_is_told_in_one_line(api, error, status, says, capsys):
    api.error = error
    assert main(["run"]) == status
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1


def test_a_fault_of_the_program_itself_is_not_hidden(api):
    api.error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        main(["run"])


def test_a_reader_that_leaves_early_is_no_fault():
    process = subprocess.Popen(
        [*COMMAND, "show", "parameters"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(60) == 1


def _shown(capsys, *arguments):
    assert main(["show", *arguments, "--format", "csv"]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_show_parameters_lists_every_value_of_the_schema(capsys):
    rows = _shown(capsys, "parameters")
    assert [row["key"] for row in rows] == [leaf.key for leaf in leaves(Scenario())]
    row = next(row for row in rows if row["key"] == "city.n_officers")
    assert (row["default"], row["unit"], row["range"], row["source"]) == (
        "1560",
        "residents",
        "0 to 10000000",
        "[16]",
    )


def test_show_parameters_can_be_filtered(capsys):
    rows = _shown(capsys, "parameters", "CITY.kinship")
    assert rows
    assert all("city.kinship" in row["key"] for row in rows)


def test_show_events_lists_every_kind(capsys):
    rows = _shown(capsys, "events")
    assert {row["kind"] for row in rows} == set(KINDS)
    assert {row["layer"] for row in rows} == {"social", "standoff"}
    kidnapping = next(row for row in rows if row["kind"] == "kidnapping")
    assert kidnapping["actor"] == "faction"
    assert "counter_abduction" in kidnapping["answered by (mean number)"]


def test_show_covariates_lists_all_of_them(capsys):
    assert [(row["covariate"], row["definition"]) for row in _shown(capsys, "covariates")] == list(COVARIATES)


def test_show_columns_lists_every_column_of_every_table(capsys):
    rows = _shown(capsys, "columns")
    for table, listed in {**TABLES, "points": POINT_COLUMNS}.items():
        assert [row["column"] for row in rows if row["table"] == table] == [column.name for column in listed]
    assert all(row["meaning"] for row in rows)


def test_show_scenarios_lists_the_users_own_too(capsys, tmp_path):
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "mine.yaml").write_text("# @package _global_\n# Mine.\nname: mine\ndays: 9\n")
    rows = _shown(capsys, "scenarios", "--config-dir", str(tmp_path))
    names = [row["scenario"] for row in rows]
    assert names == sorted(names)
    assert {"al_rastan", "mine", "small_town"} <= set(names)
    assert rows[names.index("mine")] == {
        "scenario": "mine",
        "days": "9",
        "residents": "65000",
        "meaning": "Mine.",
    }
    assert all(row["meaning"] for row in rows)


def test_show_prints_lines_with_tabs_where_there_is_no_terminal(capsys):
    assert main(["show", "covariates"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "covariate\tdefinition"
    assert len(lines) == len(COVARIATES) + 1


def test_show_prints_markdown(capsys):
    assert main(["show", "covariates", "--format", "markdown"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["| covariate | definition |", "| --- | --- |"]


def test_show_draws_a_table_on_a_terminal(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert main(["show", "covariates"]) == 0
    assert "Covariates" in capsys.readouterr().out


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_city_writes_tables_that_compose_reads_back(tmp_path, capsys, suffix):
    small = ["scenario=small_town", "city.n_residents=600", "city.n_officers=10", "city.n_defectors=1"]
    out = tmp_path / "city"
    assert main(["city", *small, "--out", str(out), "--format", suffix]) == 0
    written = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert [path.name for path in written] == [f"residents.{suffix}", f"ties.{suffix}", "statistics.md"]
    assert "600 residents" in (out / "statistics.md").read_text()
    own = [f"city.residents={written[0]}", f"city.ties={written[1]}"]
    assert main(["city", *own, "--out", str(tmp_path / "again"), "--format", suffix]) == 0
    assert (tmp_path / "again" / f"ties.{suffix}").read_bytes() == written[1].read_bytes()


def test_city_never_overwrites_without_force(tmp_path, capsys):
    (tmp_path / "residents.csv").write_text("mine")
    small = ["scenario=small_town", "city.n_residents=600", "city.n_officers=10", "city.n_defectors=1"]
    assert main(["city", *small, "--out", str(tmp_path)]) == 2
    assert "--force" in capsys.readouterr().err
    assert (tmp_path / "residents.csv").read_text() == "mine"
    assert main(["city", *small, "--out", str(tmp_path), "--force"]) == 0
    assert (tmp_path / "residents.csv").read_text() != "mine"


def test_what_looks_for_garbage_seldom_leaves_it_as_it_was(capsys):
    before = gc.get_threshold()
    assert main(["show", "covariates"]) == 0
    assert main(["show", "covariates", "no such word"]) == 2
    assert gc.get_threshold() == before
