"""Folders of a user's own configs, made on the spot."""

from pathlib import Path

import pytest

from sim.compose import compose_scenario
from sim.errors import InputError


def folder_of(path: Path, **files: str) -> Path:
    """A config folder: `events__quiet="..."` becomes events/quiet.yaml."""
    for name, text in files.items():
        file = path / f"{name.replace('__', '/')}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return path


def refusal(*overrides: str, config_dir: str | Path | None = None) -> str:
    """What is said when these are refused: the test fails if they are not, or in many lines."""
    with pytest.raises(InputError) as caught:
        compose_scenario(overrides, config_dir)
    message = str(caught.value)
    assert message
    assert "\n" not in message
    return message
