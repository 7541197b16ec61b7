"""The YAML files of the defaults are those of the schema, and nothing in the schema is left unexplained."""

from pathlib import Path

import pytest
import yaml

from sim.config.files import shipped_folder
from sim.dev.config_text import files, write
from sim.scenario import Scenario
from sim.schema_tree import leaves

TEXTS = files(Scenario())


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_the_file_is_in_step_with_the_schema(name):
    assert (shipped_folder() / name).read_text(encoding="utf-8") == TEXTS[name], "run `make configs`"


def test_no_default_file_is_left_over():
    there = {
        path.relative_to(shipped_folder()).as_posix() for path in shipped_folder().glob("*/default.yaml")
    }
    assert there == {name for name in TEXTS if "/" in name}


def test_the_files_hold_every_default_of_the_schema():
    held = {name.split("/")[0]: yaml.safe_load(text) for name, text in TEXTS.items()}
    values = {**held.pop("config.yaml"), **held}
    del values["defaults"]
    assert values == Scenario().model_dump(mode="json")


def test_lines_are_not_too_long():
    assert max(len(line) for text in TEXTS.values() for line in text.splitlines()) <= 110


@pytest.mark.parametrize("leaf", list(leaves(Scenario())), ids=lambda leaf: leaf.key)
def test_every_value_has_a_meaning_and_every_number_a_unit_and_a_source(leaf):
    assert leaf.says
    if isinstance(leaf.value, int | float) and not isinstance(leaf.value, bool):
        assert leaf.unit
        assert leaf.source


def test_writing_twice_changes_nothing_the_second_time(tmp_path: Path):
    assert len(write(tmp_path, TEXTS)) == len(TEXTS)
    assert write(tmp_path, TEXTS) == []
