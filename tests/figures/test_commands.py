"""The command `plot`: files, bad input, unfinished studies; nothing half-written."""

import shutil
import subprocess
import sys

import pytest

from sim.cli import main
from sim.report.figures.registry import KINDS
from tests.study.studies import ROOT, stop_after


def told(capsys):
    lines = capsys.readouterr().err.splitlines()
    return [line for line in lines if line.startswith("hudna: error")]


def test_plot_draws_all_that_fits_a_study_and_names_the_rest(study, tmp_path, capsys):
    assert main(["plot", str(study.folder), "--out", str(tmp_path), "--format", "svg,pdf"]) == 0
    said = capsys.readouterr()
    names = {path.stem for path in tmp_path.iterdir()}
    assert {"break_curve", "comparison", "response", "spells", "harms", "fan_feud"} <= names
    assert "left out heat_map: needs exactly two factors" in said.err
    assert b"/FontFile2" in (tmp_path / "harms.pdf").read_bytes()
    assert "<text" in (tmp_path / "harms.svg").read_text()


def test_plot_of_a_run_goes_to_its_folder_and_twice_gives_the_same_bytes(run_folder, tmp_path, capsys):
    copy = tmp_path / "run"
    shutil.copytree(run_folder, copy)
    assert main(["plot", str(copy), "--format", "svg"]) == 0
    first = {path.name: path.read_bytes() for path in (copy / "figures").iterdir()}
    assert {"timeline.svg", "quarters.svg", "causes.svg"} <= set(first)
    assert main(["plot", str(copy), "--format", "svg"]) == 2
    assert len(told(capsys)) == 1
    assert main(["plot", str(copy), "--format", "svg", "--force"]) == 0
    assert {path.name: path.read_bytes() for path in (copy / "figures").iterdir()} == first


def test_an_unfinished_study_is_drawn_so_far_and_says_so(tmp_path, capsys):
    folder = tmp_path / "study"
    stop_after(2, folder)
    out = tmp_path / "out"
    assert main(["plot", str(folder), "--figure", "break_curve", "--format", "svg", "--out", str(out)]) == 0
    assert "Unfinished: " in (out / "break_curve.svg").read_text()
    assert "Unfinished: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["NOWHERE"], "is not a folder"),
        (["EMPTY"], "holds no result"),
        (["RUN", "--figure", "break_curve"], "needs a study"),
        (["STUDY", "--figure", "timeline"], "needs the folder of one run"),
        (["STUDY", "--figure", "heat_map"], "needs exactly two factors"),
        (["STUDY", "--figure", "brake_curve"], "did you mean 'break_curve'"),
        (["STUDY", "--format", "gif"], "known: png, svg, pdf"),
        (["STUDY", "--figure", "fan", "--column", "feer_loyalist"], "did you mean 'fear_loyalist'"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(arguments, says, study, run_folder, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    places = {
        "NOWHERE": tmp_path / "no",
        "EMPTY": tmp_path / "empty",
        "RUN": run_folder,
        "STUDY": study.folder,
    }
    out = tmp_path / "out"
    given = [str(places.get(each, each)) for each in arguments]
    assert main(["plot", *given, "--out", str(out)]) == 2
    lines = told(capsys)
    assert len(lines) == 1
    assert says in lines[0]
    assert not out.exists()


def test_a_study_without_any_run_is_refused(tmp_path, capsys):
    folder = tmp_path / "study"
    stop_after(1, folder)
    for path in (folder / "parts").iterdir():
        path.unlink()
    assert main(["plot", str(folder)]) == 2
    assert "no run of this study is done yet" in told(capsys)[0]
    assert not (folder / "figures").exists()


@pytest.mark.parametrize("command", ["plot", "report", "reproduce", "bundle"])
def test_a_result_with_a_table_gone_is_one_line(command, study, run_folder, tmp_path, capsys):
    for whole, table in ((study.folder, "runs"), (run_folder, "events")):
        folder = tmp_path / whole.name
        shutil.copytree(whole, folder)
        (folder / f"{table}.parquet").unlink()
        before = sorted(tmp_path.rglob("*"))
        assert main([command, str(folder)]) == 2
        lines = told(capsys)
        assert len(lines) == 1
        assert f"{table}.parquet" in lines[0]
        assert sorted(tmp_path.rglob("*")) == before


def test_every_figure_has_a_function_that_can_be_imported_from_a_notebook():
    import sim

    for kind in KINDS:
        assert getattr(sim.figures, kind.name).__name__ == kind.name
    with pytest.raises(AttributeError, match="break_curve"):
        sim.figures.no_such_figure  # noqa: B018


def test_help_comes_at_once():
    """It takes 0.4 s on an idle core, since heavy libraries stay out."""
    code = (
        "import sys; from sim.cli import main; main(['plot', '--help']); "
        "print(sorted({'matplotlib', 'pandas', 'numba', 'jinja2', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.rstrip().endswith("[]")
