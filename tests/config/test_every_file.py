"""A mistake in YAML is told in the same line, with file, line and exit status 2, whatever the file is for."""

import pytest
import yaml

from sim.cli import main
from sim.compose import compose_scenario
from sim.config.document import read_document
from tests.calibrate.test_calibrate import SMALL
from tests.config.folders import folder_of, refusal

GLOBAL = "# @package _global_\n"
CALIBRATION = yaml.safe_dump(SMALL)


def told(capsys, *arguments):
    """The one line that refuses these arguments."""
    assert main([str(argument) for argument in arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1, err
    return err


def asked(kind, text, path):
    """Write the text as a file of this kind; the file, and the command that reads it."""
    path.mkdir(exist_ok=True)
    content = text if isinstance(text, bytes) else text.encode()
    if kind == "scenario":
        file = path / "scenario" / "mine.yaml"
        command = ["run", "scenario=mine", "--config-dir", path, "--out", path / "out"]
    elif kind == "uncertainty":
        file = path / "uncertainty" / "mine.yaml"
        command = ["sweep", "scenario=small_town", "runs=1", "uncertainty=mine", "--config-dir", path]
    else:
        file = path / "mine.yaml"
        command = ["sweep", "--study", file] if kind == "study" else ["calibrate", file]
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    return file, [*command, "--out", path / "out"]


TENS = (f"{name}: &{name} [{','.join([f'*{other}'] * 10)}]\n" for other, name in ("ab", "bc", "cd", "de"))
BOMB = f"{{head}}a: &a [{','.join('x' * 10)}]\n{''.join(TENS)}".encode()

BROKEN = {
    "a key twice": (b"{head}says: a\nsays: b\n", 3, "duplicate key says, it stands in line 2"),
    "a tab": (b"{head}says:\ta\n", 2, "holds a tab"),
    "a byte order mark": (b"\xef\xbb\xbf{head}says: a\n", 1, "UTF-8 without BOM"),
    "another encoding": ("{head}says: é\n".encode("latin-1"), None, "not text in UTF-8"),
    "utf-16": ("{head}says: a\n".encode("utf-16"), None, "not text in UTF-8"),
    "leading zeros": (b"{head}says: a\nn: 010\n", 3, "n: 010 is another number to some readers"),
    "base 60": (b"{head}n: 1:30\n", 2, "n: 1:30 is another number"),
    "a list": (b"{head}[a]\n", 1, "`key: value` lines"),
    "a key that is no text": (b"{head}on: 1\n", 2, "the key on is read as bool, not as text; quote it: 'on'"),
    "a late header": (b"# mine\n# @package _global_\nsays: a\n", 2, "must be the first line"),
    "another header": (b"# @pakage _global_\n", 1, "is not a header"),
    "an alias bomb": (BOMB, None, "aliases expand"),
    "two documents": (b"{head}says: a\n---\nsays: b\n", None, "broken YAML"),
    "a tag": (b"{head}says: !!binary aGk=\n", 2, "the tag !!binary is not allowed"),
    "something to run": (b"{head}x: {_target_: os.system}\n", 2, "runs nothing"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["scenario", "study", "calibration", "uncertainty"])
@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_told_alike_whatever_it_is_for(kind, what, capsys, tmp_path):
    text, line, says = BROKEN[what]
    head = GLOBAL if kind == "scenario" else "# mine\n"
    file, command = asked(kind, text.replace(b"{head}", head.encode()), tmp_path / "own")
    err = told(capsys, *command)
    assert f"{file}, line {line}: " in err if line else str(file) in err
    assert says in err
    assert not (tmp_path / "own" / "out").exists()


WRONG = {
    "scenario": (GLOBAL + "days: 5\ncity:\n  n_residents: -4\n", 4, "city.n_residents = -4: out of range"),
    "study": ("base: [scenario=small_town]\nruns: many\n", 2, 'runs = "many": should be a whole number'),
    "calibration": (CALIBRATION + "waves: 0\n", CALIBRATION.count("\n") + 1, "waves = 0: out of range"),
    "uncertainty": ("priors:\n  events.clsh.base: {low: 0, high: 1}\n", 2, "events.clsh.base: no such key"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_value_is_told_with_file_and_line(kind, capsys, tmp_path):
    text, line, says = WRONG[kind]
    text = text if kind != "calibration" else CALIBRATION.replace("waves:", "# waves:") + "waves: 0\n"
    file, command = asked(kind, text, tmp_path / "own")
    err = told(capsys, *command)
    assert f"{file}, line {line}: " in err
    assert says in err


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("seed: 3\n", 1, "the first line must be '# @package _global_'"),
        ("# @package events\nkidnapping: {base: 1}\n", 1, "the first line must be '# @package _global_'"),
        ("# @package _global_.hydra\nrun: {dir: x}\n", 1, "the first line must be '# @package _global_'"),
        (GLOBAL + "events.kidnapping.base: 0.3\n", 2, "nest it: events: {kidnapping: {base: ...}}"),
        (GLOBAL + "events:\n  kidnapping: [1]\n", 3, "events.kidnapping: should be a section"),
        (GLOBAL + "city: [1, 2]\n", 2, "city: should be a section"),
        (GLOBAL + "days: {a: 1}\n", 2, "days: should be a value"),
        (GLOBAL + "defaults: [mine]\n", 2, "scenario/mine -> scenario/mine"),
        (GLOBAL + "city:\n  n_residnts: 3\n", 3, "did you mean city.n_residents?"),
    ],
)
def test_a_scenario_that_is_none_is_told_with_file_and_line(text, line, says, tmp_path):
    own = folder_of(tmp_path, scenario__mine=text)
    message = refusal("scenario=mine", config_dir=own)
    assert f"{own / 'scenario' / 'mine.yaml'}, line {line}: " in message
    assert says in message


def test_defaults_in_a_circle_are_told(tmp_path):
    own = folder_of(
        tmp_path, scenario__a=GLOBAL + "defaults: [b]\n", scenario__b=GLOBAL + "defaults: [/scenario/a]\n"
    )
    assert "scenario/a -> scenario/b -> scenario/a" in refusal("scenario=a", config_dir=own)


def test_a_name_with_an_apostrophe_is_told(tmp_path):
    own = folder_of(tmp_path, **{"scenario__it's": GLOBAL})
    assert "rename it" in refusal("scenario=small_town", config_dir=own)


def test_a_mistake_on_the_command_line_is_not_put_down_to_a_file(tmp_path):
    own = folder_of(tmp_path, scenario__mine=GLOBAL + "days: 5\n")
    assert refusal("scenario=mine", "days=-1", config_dir=own).startswith("days = -1")


@pytest.mark.parametrize(
    "text",
    ["1e-3", "1E3", "1_000", ".5", "1.", "12", "0", "0.5", "-3e2", "yes", "null", "2024-01-01", "~", "x"],
)
def test_a_value_is_read_as_a_scenario_reads_it(text, tmp_path):
    own = folder_of(tmp_path, scenario__mine=f"{GLOBAL}name: {text}\n")
    ours = read_document(own / "scenario" / "mine.yaml").values["name"]
    from omegaconf import OmegaConf

    theirs = OmegaConf.load(own / "scenario" / "mine.yaml")["name"]
    assert (type(ours), ours) == (type(theirs), theirs)


def test_a_number_in_scientific_notation_is_a_number_in_a_study_too(capsys, tmp_path):
    (tmp_path / "study.yaml").write_text(
        "factors: {events.kidnapping.base: [1e-3, 2e-3]}\nbase: [scenario=small_town]\n"
    )
    assert main(["sweep", "--study", str(tmp_path / "study.yaml"), "runs=1", "--dry-run"]) == 0
    assert "2 points" in capsys.readouterr().out


def test_shipped_files_pass_the_check_of_every_file():
    from sim.config.files import shipped_folder

    for file in shipped_folder().rglob("*.yaml"):
        assert read_document(file).values


def test_yaml_is_read_in_one_place():
    from pathlib import Path

    import sim

    folder = Path(sim.__file__).parent
    reading = [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if "yaml.safe_load" in path.read_text() or "yaml.load(" in path.read_text()
    ]
    assert reading == []


def test_a_scenario_of_several_is_refused_without_the_advice_of_a_list():
    message = refusal("scenario=al_rastan,small_town")
    assert "hudna sweep" in message
    assert "a list is written" not in message
    assert "one run has one scenario" in refusal("scenario=[al_rastan,small_town]")


def test_the_command_line_wins_over_a_factor_of_the_study_file(tmp_path):
    from sim.errors import InputError
    from sim.study.build import build_plan

    file = tmp_path / "study.yaml"
    file.write_text("base: [scenario=small_town]\nfactors: {events.kidnapping.base: [0.1, 0.2]}\n")
    plan, _ = build_plan(["events.kidnapping={base: 0.5}"], file)
    assert plan.n_points == 1
    assert plan.scenario(0).events.kidnapping.base == 0.5
    file.write_text("base: [scenario=small_town]\nfactors: {events.kidnapping: [{base: 0.1}, {base: 0.2}]}\n")
    with pytest.raises(InputError, match=r"set on the command line, and by the factor events\.kidnapping"):
        build_plan(["events.kidnapping.base=0.5"], file)


def test_a_calibration_takes_scenarios_of_the_user(capsys, tmp_path):
    from sim.calibrate.problem import base_values, read_problem

    own = folder_of(tmp_path, scenario__mine=GLOBAL + "defaults: [small_town]\ndays: 99\n")
    file = tmp_path / "calibration.txt"
    base = ["scenario=mine", *(line for line in SMALL["base"] if not line.startswith(("scenario=", "days=")))]
    file.write_text(yaml.safe_dump({**SMALL, "base": base}))
    assert base_values(read_problem(file, own))["days"] == 99
    assert "no such option of scenario" in told(capsys, "calibrate", file, "--out", tmp_path / "out")


def test_the_scenario_of_a_file_is_what_it_says(tmp_path):
    own = folder_of(tmp_path, scenario__mine=GLOBAL + "defaults: [small_town]\nname: mine\ndays: 7\n")
    scenario = compose_scenario(["scenario=mine"], own)
    assert (scenario.name, scenario.days, scenario.city.n_residents) == ("mine", 7, 5000)
