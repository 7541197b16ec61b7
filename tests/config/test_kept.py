"""Composed configs on disk: a hit is what Hydra composed, and damage, changes and refusal go unnoticed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import main
from sim.cli.show import KEPT, TOPICS
from sim.compose import compose_scenario
from sim.compose.merge import _find_composed, compose_anew, key_of
from sim.disk import kept
from sim.errors import InputError
from tests.config.folders import folder_of


@pytest.fixture
def configs(tmp_path, monkeypatch):
    """The folder of composed configs, empty, and nothing composed in this process."""
    monkeypatch.setenv("HUDNA_CACHE", str(tmp_path))
    _find_composed.cache_clear()
    yield tmp_path / "configs"
    _find_composed.cache_clear()


def without_hydra(monkeypatch):
    """From now on composing by Hydra fails, in this process."""
    _find_composed.cache_clear()
    monkeypatch.setattr("sim.compose.merge.compose_anew", None)


def test_what_was_composed_once_is_read_back_in_later_processes(configs, monkeypatch):
    lines = ["scenario=small_town", "events.clash.base=0.5"]
    composed = compose_scenario(lines)
    assert len(list(configs.iterdir())) == 1
    without_hydra(monkeypatch)
    assert compose_scenario(lines) == composed
    assert compose_scenario(["scenario=small_town"]).seed == composed.seed
    with pytest.raises(InputError, match="not callable"):
        compose_scenario(["scenario=al_rastan"])


@pytest.mark.parametrize("damage", ["cut", "altered", "another file", "no mapping", "binary"])
def test_a_damaged_file_is_composed_anew(configs, damage):
    composed = compose_scenario(["scenario=small_town"])
    compose_scenario(["scenario=al_rastan"])
    for path in configs.iterdir():
        text = path.read_text()
        if '"name": "small_town"' in text:
            break
    other = next(each for each in configs.iterdir() if each != path)
    path.write_bytes(
        {
            "cut": text[:900].encode(),
            "altered": text.replace('"seed": 0', '"seed": 1', 1).encode(),
            "another file": other.read_bytes(),
            "no mapping": b"[1, 2]",
            "binary": b"\xff\xfe",
        }[damage]
    )
    assert path.read_bytes() != text.encode()
    _find_composed.cache_clear()
    assert compose_scenario(["scenario=small_town"]) == composed
    assert path.read_text() == text


@pytest.mark.parametrize("values", [{"a": {1: 2}}, {"a": (1, 2)}, {"a": float("nan")}, {"a": object()}])
def test_values_that_json_would_change_are_not_kept(configs, values):
    kept.remember("some", values)
    assert kept.recall("some") is None
    kept.remember("some", {"a": {"1": [2, None, True, "x", 0.1]}})
    assert kept.recall("some") == {"a": {"1": [2, None, True, "x", 0.1]}}


def test_everything_that_decides_a_composition_counts():
    here = ((Path("a"), Path("b")), "f", "config", ("x=1", "y=2"))
    others = [
        ((Path("a"),), *here[1:]),
        (here[0], "g", *here[2:]),
        (*here[:2], "study", here[3]),
        (*here[:3], ("y=2", "x=1")),
    ]
    keys = [key_of(*each) for each in (here, *others)]
    assert len(set(keys)) == len(keys)
    assert key_of(*here) == keys[0]


def test_the_files_used_last_are_kept(configs, monkeypatch):
    monkeypatch.setattr(kept, "MOST_FILES", 2)
    for k in range(4):
        kept.remember(f"key{k}", {"k": k})
        os.utime(configs / f"key{k}.json", (k, k))
    kept.remember("key4", {"k": 4})
    assert sorted(path.name for path in configs.iterdir()) == ["key3.json", "key4.json"]


def test_a_part_that_offers_no_option_counts_too(configs, tmp_path):
    own = tmp_path / "own"
    for days in (33, 44):
        folder_of(
            own,
            _parts__base=f"# @package _global_\ndays: {days}\n",
            scenario__mine="# @package _global_\ndefaults: [/_parts/base@_global_, _self_]\nname: mine\n",
        )
        _find_composed.cache_clear()
        assert compose_scenario(["scenario=mine"], own).days == days


def test_a_file_that_changes_while_it_is_composed_is_not_kept(configs, tmp_path, monkeypatch):
    own = folder_of(tmp_path / "own", scenario__mine="# @package _global_\nname: mine\nseed: 1\n")
    sound = compose_anew

    def slow(*given):
        values = sound(*given)
        folder_of(tmp_path / "own", scenario__mine="# @package _global_\nname: mine\nseed: 2\n")
        return values

    monkeypatch.setattr("sim.compose.merge.compose_anew", slow)
    assert compose_scenario(["scenario=mine"], own).seed == 1
    assert not configs.exists() or list(configs.iterdir()) == []


def test_the_cache_of_configs_can_be_switched_off(configs, tmp_path, monkeypatch):
    monkeypatch.setenv("HUDNA_CACHE", "off")
    monkeypatch.chdir(tmp_path)
    assert compose_scenario(["scenario=small_town"]).name == "small_town"
    assert list(tmp_path.rglob("*.json")) == []


@pytest.mark.parametrize("topic", KEPT)
def test_a_list_is_read_back_without_the_model_until_the_code_changes(configs, topic, capsys, monkeypatch):
    def show(*more):
        assert main(["show", topic, *more, "--format", "csv"]) == 0
        return capsys.readouterr().out

    first = show()
    monkeypatch.setitem(TOPICS, topic, None)
    assert show() == first
    monkeypatch.setattr("sim.disk.kept.digest_of_code", lambda: "another")
    with pytest.raises(TypeError):  # it would be made anew
        show()


def test_a_list_of_the_users_own_configs_is_made_each_time(configs, tmp_path, capsys):
    for days in (33, 44):
        own = folder_of(tmp_path / "own", scenario__mine=f"# @package _global_\nname: mine\ndays: {days}\n")
        assert main(["show", "scenarios", "mine", "--config-dir", str(own)]) == 0
        assert str(days) in capsys.readouterr().out


def test_showing_scenarios_again_imports_no_model(tmp_path):
    environment = {**os.environ, "HUDNA_CACHE": str(tmp_path)}
    code = "import sys; from sim.cli import main; main(['show', 'scenarios']); print('numba' in sys.modules)"
    told = [
        subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        ).stdout.splitlines()
        for _ in range(2)
    ]
    assert [each[-1] for each in told] == ["True", "False"]
    assert told[0][:-1] == told[1][:-1]


def test_the_digest_of_the_code_is_that_of_every_source(tmp_path):
    (tmp_path / "sub").mkdir()
    small, script = tmp_path / "sub" / "small.py", tmp_path / "script.py"
    digests = []
    for path, text in ((small, "1"), (small, "2"), (script, "2"), (tmp_path / "c.yaml", "x: 2")):
        path.write_text(text)
        kept.digest_of_code.cache_clear()
        digests.append(kept.digest_of_code(tmp_path))
    assert len(set(digests[:3])) == 3
    assert digests[3] == digests[2]
    assert kept.digest_of_code() != kept.digest_of_code(tmp_path)
