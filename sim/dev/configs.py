"""Writes all of configs/ from the schemas of scenario and study: `make configs`."""

from __future__ import annotations

from pathlib import Path

from sim.dev.config_text import engine_file, files, primary_file, write
from sim.engines.config import ENGINES
from sim.scenario import Scenario
from sim.study.settings import Study


def study_files() -> dict[str, str]:
    """Path under configs/ -> text, for the files of studies."""
    engines = {f"engine/{name}.yaml": engine_file(says, engine) for name, (says, engine) in ENGINES.items()}
    return {"study.yaml": primary_file(Study(), {"engine": "dask"}), **engines}


if __name__ == "__main__":
    target = Path(__file__).resolve().parents[2] / "configs"
    for written in write(target, {**files(Scenario()), **study_files()}):
        print(f"written: {written}")
