"""A config can run nothing, read nothing but itself, and cannot be endless."""

import os
from pathlib import Path

import pytest

from sim.compose import compose_yaml
from sim.config.references import resolve
from sim.errors import InputError
from tests.config.folders import folder_of, refusal

GLOBAL = "# @package _global_\n"


@pytest.mark.parametrize(
    "override",
    [
        "city.kinship={_target_: os.system}",
        "+factions.x={_target_: os.system, _args_: [true]}",
        "+city._target_=os.system",
        "+_target_=os.system",
    ],
)
def test_no_override_can_name_something_to_run(override):
    assert "_target_" in refusal(override)


@pytest.mark.parametrize(
    "text",
    [
        "_target_: os.system\n",
        "factions: {x: {_target_: subprocess.run}}\n",
        "factions: {x: [{_partial_: true}]}\n",
        'factions: {"\\x5ftarget_": os.system}\n',
        "a: &a {_target_: os.system}\ncity: *a\n",
    ],
)
def test_no_file_can_name_something_to_run(tmp_path, text):
    own = folder_of(tmp_path, scenario__mine=GLOBAL + text)
    assert "runs nothing" in refusal("scenario=mine", config_dir=own)


@pytest.mark.parametrize(
    "reference",
    [
        "${oc.env:SECRET}",
        "${oc.decode:${oc.env:SECRET}}",
        "${oc.dict.values:city}",
        "${now:%Y}",
        "${hydra:runtime.cwd}",
        "${python_version:}",
        "x${oc.env:SECRET}",
        "${${oc.env:SECRET}}",
        "${city.${name}}",
        "${seed",
    ],
)
def test_no_reference_reads_the_environment_or_calls_a_function(tmp_path, monkeypatch, reference):
    monkeypatch.setenv("SECRET", "tell-tale")
    own = folder_of(tmp_path, scenario__mine=f"{GLOBAL}name: '{reference}'\n")
    for message in (refusal(f"name='{reference}'"), refusal("scenario=mine", config_dir=own)):
        assert "tell-tale" not in message
        assert "refused" in message


@pytest.mark.parametrize(
    "reference", ["${hydra.runtime.cwd}", "${hydra.job.name}", "${nothing}", "${....seed}"]
)
def test_a_reference_leads_nowhere_but_into_the_scenario(tmp_path, reference):
    own = folder_of(tmp_path, scenario__mine=f"{GLOBAL}name: '{reference}'\n")
    for message in (refusal(f"name={reference}"), refusal("scenario=mine", config_dir=own)):
        assert "lead" in message
        assert str(Path.cwd()) not in message


def test_a_mapping_cannot_be_merged_onto_hydras_own(tmp_path):
    own = folder_of(
        tmp_path,
        scenario__mine=f"{GLOBAL}factions: '${{hydra.job}}'\n",
        later__more=f"{GLOBAL}factions: {{x: {{arms: 0.1}}}}\n",
    )
    assert "no 'hydra'" in refusal("scenario=mine", config_dir=own)
    assert "factions" in refusal("scenario=mine", "later=more", config_dir=own)


@pytest.mark.parametrize(
    "text",
    [
        f"{GLOBAL}hydra: {{searchpath: [file:///etc]}}\n",
        "# @package hydra.job\nname: x\n",
        f"{GLOBAL}defaults: [/events@hydra.job: default]\n",
        f"{GLOBAL}defaults: [override hydra/job_logging: disabled]\n",
    ],
)
def test_a_file_cannot_change_hydra(tmp_path, text):
    own = folder_of(tmp_path, scenario__mine=text)
    assert "scenario/mine.yaml" in refusal("scenario=mine", config_dir=own)


@pytest.mark.parametrize(
    "option", ["../../secret", "/secret", "..", "sub/../../secret", "secret.yaml", "~/secret"]
)
def test_an_option_cannot_lead_out_of_the_config_folders(tmp_path, option):
    folder_of(tmp_path, secret=f"{GLOBAL}name: leaked\n")
    own = folder_of(tmp_path / "own", scenario__mine=GLOBAL)
    assert "leaked" not in refusal(f"scenario={option}", config_dir=own)


@pytest.mark.parametrize(
    "entry", ["../../secret", "/../secret", "//secret", "../secret: x", "override /../x: secret", "'${name}'"]
)
def test_a_defaults_list_cannot_lead_out_of_the_config_folders(tmp_path, entry):
    folder_of(tmp_path, secret=f"{GLOBAL}name: leaked\n")
    own = folder_of(tmp_path / "own", scenario__mine=f"{GLOBAL}defaults: [{entry}]\n")
    message = refusal("scenario=mine", config_dir=own)
    assert "line 2" in message
    assert "no path" in message


def _bomb(levels: int) -> str:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]" for i in range(1, levels)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (_bomb(9), "aliases expand"),
        ("a: &a [*a]\n", "contains itself"),
        ("a: " + "[" * 5000 + "]" * 5000 + "\n", "nested deeper"),
        ("a: " + "x" * 300_000 + "\n", "too large"),
    ],
    ids=["aliases", "circle", "depth", "size"],
)
def test_an_endless_file_is_refused_before_it_is_written_out(tmp_path, text, says):
    own = folder_of(tmp_path, events__bomb=text)
    assert says in refusal("events=bomb", config_dir=own)  # written out, this test would never end


def test_references_that_multiply_are_refused_before_they_are_written_out(tmp_path):
    lines = ["r0: [1,1,1,1,1,1,1,1,1,1]"]
    for level in range(1, 9):
        lines.append(f"r{level}: [" + ",".join([f'"${{r{level - 1}}}"'] * 10) + "]")
    own = folder_of(tmp_path, scenario__bomb=GLOBAL + "\n".join(lines) + "\n")
    assert "references expand" in refusal("scenario=bomb", config_dir=own)


def test_references_in_a_circle_are_refused():
    assert "refers to itself" in refusal("seed=${days}", "days=${seed}")
    assert "refers to itself" in refusal("seed=${seed}")


def test_references_resolve_to_copies_of_what_they_name():
    values = {"a": {"b": [1, {"c": 2}]}, "d": "${a.b[1].c}", "e": {"f": "${..d}", "g": "${.f}"}, "h": "${a}"}
    resolved = resolve(values)
    assert resolved == {
        "a": {"b": [1, {"c": 2}]},
        "d": 2,
        "e": {"f": 2, "g": 2},
        "h": {"b": [1, {"c": 2}]},
    }
    assert resolved["h"] is not resolved["a"]


def test_a_folder_with_too_many_files_is_refused(tmp_path):
    for number in range(501):
        (tmp_path / f"{number}.yaml").write_text("")
    assert "too many files" in refusal(config_dir=tmp_path)


def test_links_in_a_circle_do_not_hang(tmp_path):
    own = folder_of(tmp_path, scenario__mine=f"{GLOBAL}name: mine\n")
    (own / "scenario" / "again").symlink_to(own)
    assert "name: mine" in compose_yaml(["scenario=mine"], own)


def test_a_pipe_in_the_place_of_a_file_does_not_hang(tmp_path):
    (tmp_path / "scenario").mkdir()
    os.mkfifo(tmp_path / "scenario" / "mine.yaml")
    with pytest.raises(InputError, match="not a regular file"):
        compose_yaml(["scenario=mine"], tmp_path)
