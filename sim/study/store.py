"""A study on disk: a plan that never changes, parts that appear whole or not at all, a lock, a manifest.

A chunk of runs is committed by its runs part, which is put in place last. If the writer is killed,
what is committed stays, and anything else is ignored.
"""

from __future__ import annotations

import json
import platform
import shutil
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from sim.city.own_data import table_sums
from sim.disk.files import sync_folder, write_whole
from sim.disk.leftovers import UNFINISHED
from sim.disk.lock import hold
from sim.disk.results import statement
from sim.disk.target import check_place
from sim.engines.config import Engine
from sim.errors import InputError
from sim.study.parts import describe_damage, read_part
from sim.study.plan import FORMAT, Plan, plan_text
from sim.study.run_queue import WHOLE, Shard, Tally
from sim.study.runner import Outcome
from sim.towns.facts import town_facts
from sim.towns.folder import town_sums
from sim.version import LIBRARIES, __version__, environment_differences, library_version

PLAN, DESIGN, MANIFEST, PARTS, LOCK = "plan.json", "design.parquet", "manifest.json", "parts", "lock"
STATEMENT = statement("many possible histories")


class Store:
    """The folder of one study, or of one shard of it."""

    def __init__(self, folder: Path, plan: Plan, shard: Shard = WHOLE) -> None:
        self.folder, self.plan, self.shard = folder, plan, shard

    @classmethod
    def open(cls, folder: str | Path) -> Store:
        """The store in a folder. Raises InputError if there is none, or none of this version."""
        path = Path(folder)
        if not (path / PLAN).is_file():
            raise InputError(f"{folder}: holds no study; give the folder that `hudna sweep --out` wrote")
        try:
            content = json.loads((path / PLAN).read_text(encoding="utf-8"), parse_constant=_no_number)
            digest, made_by = content.pop("digest"), content["hudna"]
            if content["format"] != FORMAT or made_by != __version__:
                raise InputError(
                    f"{folder}: made by hudna {made_by}, and this is {__version__}; finish it with that "
                    "version, or name another folder"
                )
            codes = (
                np.array(pq.read_table(path / DESIGN).columns, np.int32)
                .reshape(-1, content["n_points"])[1:]
                .T
            )
            plan = Plan.of(content, np.ascontiguousarray(codes))
            manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
            number, of = map(int, manifest["shard"])
            shard = Shard(number, of)
            is_whole = plan.digest == digest and 1 <= shard.number <= shard.of
        except (
            ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError,
            OSError, pa.ArrowException,
        ) as error:  # fmt: skip
            raise InputError(f"{folder}: its plan cannot be read ({error}); name another folder") from None
        if not is_whole:
            raise InputError(f"{folder}: its plan was changed by hand; name another folder")
        if manifest.get("plan") != digest:
            raise InputError(
                f"{folder}: its {MANIFEST} is that of another study, so nobody knows what is done; "
                "name another folder"
            )
        return cls(path, plan, shard)

    @staticmethod
    def check_free(folder: Path) -> None:
        """Raise InputError unless a study can be started in this folder or exists there already."""
        if folder.exists() and not folder.is_dir():
            raise InputError(f"--out {folder}: is a file; name a folder")
        check_place(folder)
        ours = {LOCK, DESIGN, MANIFEST, PARTS}  # left by a start that was killed before the plan was complete
        if not folder.exists() or (folder / PLAN).is_file():
            return
        if any(each.name not in ours and not each.name.endswith(UNFINISHED) for each in folder.iterdir()):
            raise InputError(f"--out {folder}: has something in it already; name another folder")

    @classmethod
    def at(cls, folder: str | Path, plan: Plan, engine: Engine, command: str, shard: Shard = WHOLE) -> Store:
        """The store of this plan: created if the folder is free, opened if it holds exactly this plan.

        `command`: the command line, for the manifest. Raises InputError if it holds anything else, or cannot
        be written.
        """
        path = Path(folder)
        cls.check_free(path)
        if (path / PLAN).is_file():
            found = cls.open(path)
            if found.plan.digest != plan.digest:
                raise InputError(f"--out {folder}: holds another study ({_difference(found.plan, plan)})")
            if found.shard != shard:
                raise InputError(
                    f"--out {folder}: holds shard {found.shard.number}/{found.shard.of} of this study; "
                    "give every shard its own folder"
                )
            return found
        try:
            path.mkdir(parents=True, exist_ok=True)
            store = cls(path, plan, shard)
            with store.lock():
                if (path / PLAN).is_file():  # another process was faster
                    raise InputError(f"--out {folder}: another process has begun a study there")
                store._begin(engine, command)
        except OSError as error:
            raise InputError(f"--out {folder}: cannot be written ({error.strerror or error})") from None
        return store

    def _begin(self, engine: Engine, command: str) -> None:
        """Write the plan; plan.json comes last and makes the folder a store.

        Remains of an earlier start that died before its plan was complete may belong to another study: they
        are removed first.
        """
        shutil.rmtree(self.folder / PARTS, ignore_errors=True)
        for path in (self.folder / DESIGN, self.folder / MANIFEST, *self.folder.glob(f".*{UNFINISHED}")):
            path.unlink(missing_ok=True)
        (self.folder / PARTS).mkdir(exist_ok=True)
        codes = self.plan.points.codes
        names = ["point", *(factor.key for factor in self.plan.points.factors)]
        columns = [np.arange(len(codes), dtype=np.int32), *codes.T]
        stream = pa.BufferOutputStream()
        pq.write_table(pa.table([pa.array(column) for column in columns], names=names), stream)
        write_whole(self.folder / DESIGN, stream.getvalue().to_pybytes())
        begun = {"state": "begun", "command": command, "engine": engine.model_dump(mode="json")}
        self.write_manifest({**begun, **input_facts(self.plan)})
        write_whole(self.folder / PLAN, plan_text(self.plan).encode())
        sync_folder(self.folder)

    def manifest(self) -> dict[str, Any]:
        """What the manifest holds now; empty if it cannot be read."""
        with suppress(OSError, ValueError):
            found: dict[str, Any] = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
            return found
        return {}

    def write_manifest(self, more: dict[str, Any]) -> None:
        """Update the manifest with `more`; a new one gets study, versions, platform too. Raises OSError."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        content = {
            "hudna": __version__,
            "kind": "study",
            "created": now,
            "statement": STATEMENT,
            "plan": self.plan.digest,
            "shard": [self.shard.number, self.shard.of],
            "study": self.plan.study.model_dump(mode="json", exclude={"engine"}),
            "fixed": list(self.plan.fixed),
            **_environment(),
            **self.manifest(),
            **more,
            "changed": now,
        }
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        write_whole(self.folder / MANIFEST, text.encode())

    def note_environment(self, n_done: int) -> None:
        """Record the environment if it differs from that of the `n_done` runs done so far."""
        manifest = self.manifest()
        before = manifest.get("environments", [])
        last = before[-1] if before else manifest
        differences = environment_differences({"hudna": __version__, **last})
        if differences:
            now = {"from_run": n_done, "differences": differences, **_environment()}
            self.write_manifest({"environments": [*before, now]})

    def lock(self) -> AbstractContextManager[None]:
        """Hold the store for writing. InputError if another process has it."""
        return hold(self.folder / LOCK)

    @property
    def is_finished(self) -> bool:
        """Whether the final tables are complete."""
        return self.manifest().get("state") == "finished"

    def sweep_out(self) -> None:
        """Remove what a killed writer left: temporary files, and parts that no runs part commits."""
        committed = {path.name.partition("-")[2] for path in self.parts("runs")}
        for path in (self.folder / PARTS).iterdir():
            if path.name.endswith(UNFINISHED) or path.name.partition("-")[2] not in committed:
                path.unlink(missing_ok=True)
        self.sweep_beside()

    def sweep_beside(self) -> None:
        """Remove the temporary files in the folder itself."""
        for path in self.folder.glob(f".*{UNFINISHED}"):
            path.unlink(missing_ok=True)

    def commit(self, outcome: Outcome) -> None:
        """Put a chunk in place. Raises OSError; then the chunk does not count."""
        (point, run), n = outcome.chunk[0], len(outcome.chunk)
        name = f"{point:08d}_{run:07d}_{n}.parquet"
        parts = self.folder / PARTS
        for kind, content in (("daily", outcome.daily), ("events", outcome.events)):
            if content is not None:
                write_whole(parts / f"{kind}-{name}", content)
        write_whole(parts / f"runs-{name}", outcome.runs)
        sync_folder(parts)

    def parts(self, kind: str) -> list[Path]:
        """The parts of a kind (runs, daily or events) that are there, in the order of points and runs."""
        return sorted((self.folder / PARTS).glob(f"{kind}-*.parquet"))

    def tallies(self) -> list[Tally]:
        """Every run that is committed. Raises InputError, which says what to do, for a damaged part."""
        found: list[Tally] = []
        seen: dict[tuple[int, int], Path] = {}
        for path in self.parts("runs"):
            table = read_part(path, ["point", "run", "status", "broke"]).to_pydict()
            for point, run, status, broke in zip(*table.values(), strict=True):
                if not isinstance(point, int) or not isinstance(run, int) or not self._has(point, run):
                    raise describe_damage(path, f"point {point}, run {run} is not part of this study")
                if (point, run) in seen:
                    raise describe_damage(path, f"point {point}, run {run} is in {seen[point, run].name} too")
                seen[point, run] = path
                found.append(Tally(point, run, status == "ok", bool(broke)))
        return found

    def _has(self, point: int, run: int) -> bool:
        return 0 <= point < self.plan.n_points and 0 <= run < self.plan.study.most_runs


def _environment() -> dict[str, Any]:
    return {
        "versions": {name: library_version(name) for name in (*LIBRARIES, "SALib", "distributed")},
        "python": platform.python_version(),
        "platform": platform.platform(),
    }


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is not a number")


def _difference(there: Plan, here: Plan) -> str:
    """The first thing in which two plans differ, in words."""
    for key, value in here.study.model_dump(mode="json", exclude={"engine"}).items():
        other = getattr(there.study, key)
        if key not in ("base", "factors") and there.study.model_dump(mode="json")[key] != value:
            return f"{key} is {other} there and {value} here"
    if [each.key for each in there.points.factors] != [each.key for each in here.points.factors]:
        keys = ", ".join(each.key for each in there.points.factors) or "nothing"
        return f"it varies {keys}"
    for one, other in zip(there.points.factors, here.points.factors, strict=True):
        if one.values != other.values:
            return f"its values of {one.key} differ"
    return "its scenario differs"


def input_facts(plan: Plan) -> dict[str, Any]:
    """What a manifest records of the files behind a study: SHA-256 by file, and the town's facts."""
    sums = table_sums(*plan.tables())
    town = plan.combinations[0].values.get("town")
    if not isinstance(town, str):
        return {"inputs": sums}
    return {"inputs": sums | town_sums(town), "town": town_facts(town)}
