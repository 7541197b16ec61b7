"""Many histories of each side: a study of the house in a process of its own, watched and ended from here."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim.disk.results import dated_name
from sim.errors import InputError
from sim.explore.side import Side, config_option, find_changed, start_of, write_value
from sim.scenario import Scenario
from sim.study.build import build_plan
from sim.study.plan import estimated_seconds
from sim.study.store import Store

MOST_RUNS = 10_000  # of each side, from the page; `hudna sweep` takes more
_SERIAL_BELOW = 15.0  # seconds of work that starting workers is not worth
_PATIENCE = 10.0  # seconds until a study that was told to end is killed
_STDERR = 4000  # characters of what a failed study said


def study_file(one: Side, other: Side | None, runs: int) -> dict[str, Any]:
    """The study that runs each side so often under the same luck, as a study file.

    Raises InputError where no study can say it: events taken out one by one, or sides of two seeds.
    """
    sides = [each for each in (one, other) if each is not None]
    if not 2 <= runs <= MOST_RUNS:
        raise InputError(f"runs = {runs}: out of range; right would be 2 to {MOST_RUNS:,}")
    for name, each in zip("AB", sides, strict=False):
        if each.without:
            raise InputError(
                f"side {name} leaves out a single event of one history, and other histories do not have it; "
                "put it back, or switch off its kind (events.KIND.enabled)"
            )
    scenarios = [each.scenario() for each in sides]
    settings = [find_changed(start_of(one.base, one.config_dir).model_dump(mode="json"), one.values)]
    found: dict[str, Any] = {"question": _question(len(sides)), "base": list(one.base)}
    if other is None:
        found["base"] += one.overrides()[len(one.base) :]
        return {**found, "runs": runs}
    if scenarios[0].seed != scenarios[1].seed:
        raise InputError("seed: the sides have different seeds; give both the same seed")
    if one.base != other.base:
        raise InputError(
            "the sides start from different scenarios; choose one for both, and change its values"
        )
    start = start_of(one.base, one.config_dir).model_dump(mode="json")
    settings.append(find_changed(start, other.values))
    _drop_idle(settings, scenarios)
    common = {key for key in settings[0] if key in settings[1] and settings[0][key] == settings[1][key]}
    shared = Side(
        one.base, {key: settings[0][key] for key in settings[0] if key in common}, (), one.config_dir
    )
    found["base"] = shared.overrides()
    keys = [key for key in dict.fromkeys([*settings[0], *settings[1]]) if key not in common]
    if not keys:
        raise InputError("the two sides are the same; change something in B, or untick Compare")
    found["factors"] = {key: [_there(start, each, key) for each in settings] for key in keys}
    return {**found, "design": "zip", "runs": runs}


def _drop_idle(settings: list[dict[str, Any]], scenarios: list[Scenario]) -> None:
    """Give a measure that one side does not take the days and the strength it has on the other side.

    They do nothing there, and the two sides differ in fewer keys.
    """
    for k in (0, 1):
        measures = dict(scenarios[k].measures)
        for key in {**settings[0], **settings[1]}:
            section, _, name = key.rpartition(".")
            measure = measures.get(section.removeprefix("measures."))
            if (
                section.startswith("measures.")
                and name != "enabled"
                and not getattr(measure, "enabled", True)
            ):
                settings[k].pop(key, None)
                if key in settings[1 - k]:
                    settings[k][key] = settings[1 - k][key]


def sweep_command(file: dict[str, Any], config_dir: Path | None = None) -> str:
    """The one line that asks `hudna sweep` the same as a study file (of `study_file`)."""
    factors = [
        f"{key}={','.join(write_value(value) for value in values)}"
        for key, values in file.get("factors", {}).items()
    ]
    design = ["design=zip"] if factors else []
    overrides = [*file["base"], *factors, *design, f"runs={file['runs']}"]
    return shlex.join(["hudna", "sweep", *overrides, *config_option(config_dir)])


def file_command(config_dir: Path | None = None) -> str:
    """The command that runs a study file, which stands in it as FILE."""
    return shlex.join(["hudna", "sweep", "--study", "FILE", *config_option(config_dir)])


def _question(n: int) -> str:
    return "How often does the truce break?" if n == 1 else "How do A and B differ under the same luck?"


def _there(start: dict[str, Any], setting: dict[str, Any], key: str) -> Any:
    """The value of a key on a side: as set, else that of the start."""
    if key in setting:
        return setting[key]
    at: Any = start
    for part in key.split("."):
        at = at[part]
    return at


class Many:
    """A study under way in a process of its own, begun here. Raises InputError for what no study can do.

    `keep`: where its `folder` is made and stays; None for a temporary one, which goes with `close`.
    """

    def __init__(self, one: Side, other: Side | None, runs: int, keep: Path | None = None) -> None:
        self.file = study_file(one, other, runs)
        self._aside = tempfile.TemporaryDirectory(prefix="hudna-explore-")
        path = Path(self._aside.name) / "study.yaml"
        path.write_text(json.dumps(self.file), encoding="utf-8")  # JSON is YAML
        self._log = open(Path(self._aside.name) / "log", "w+", encoding="utf-8")  # noqa: SIM115
        try:
            plan, _ = build_plan((), path, one.config_dir)
            seconds = plan.most_runs * estimated_seconds(plan.scenario(0))
            engine = ["engine=serial"] if seconds < _SERIAL_BELOW else []
            self.folder = (
                Path(self._aside.name) / "study" if keep is None else keep / dated_name("study").name
            )
            self.n_runs = plan.most_runs
            self.labels = ["A", "B"][: plan.n_points]
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "sim",
                    "sweep",
                    *engine,
                    "--study",
                    str(path),
                    "--out",
                    str(self.folder),
                    *config_option(one.config_dir),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
                start_new_session=True,  # Ctrl-C ends it through here alone
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        except BaseException:
            self._log.close()
            self._aside.cleanup()
            raise

    @property
    def is_running(self) -> bool:
        """Whether its process still works."""
        return self._process.poll() is None

    def progress(self) -> dict[str, Any]:
        """How far it is: runs `done` `of` all, `failed`, and `counts`, for each side [broke, succeeded].

        `counts` is empty once the study is finished.
        """
        counts = [[0, 0] for _ in self.labels]
        n_done = n_failed = 0
        with suppress(InputError, OSError):  # not begun yet, or its parts are just being joined
            store = Store.open(self.folder)
            if store.is_finished:
                return {"done": self.n_runs, "of": self.n_runs, "failed": 0, "counts": []}
            for tally in store.tallies():
                n_done += 1
                n_failed += not tally.is_ok
                counts[tally.point][0] += tally.broke
                counts[tally.point][1] += tally.is_ok
        return {"done": n_done, "of": self.n_runs, "failed": n_failed, "counts": counts}

    def check(self) -> None:
        """Raise InputError, with what it said, if the study ended without its tables."""
        if self._process.poll() not in (0, 1) or not (self.folder / "points.parquet").is_file():
            self._log.flush()
            self._log.seek(0)
            told = [line for line in self._log.read()[-_STDERR:].splitlines() if "error:" in line]
            raise InputError(
                "the study stopped: " + (told[-1].partition("error: ")[2] if told else "no reason given")
            )

    def close(self) -> None:
        """End its process, if it still works, and remove what is temporary."""
        if self.is_running:
            _end(self._process)
        self._log.close()
        self._aside.cleanup()


def _end(process: subprocess.Popen[Any]) -> None:
    """Tell a process and its workers to end; kill them if they do not."""
    for number, patience in ((signal.SIGTERM, _PATIENCE), (signal.SIGKILL, None)):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            return
