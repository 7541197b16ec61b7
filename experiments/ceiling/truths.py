"""One truce of the model that is taken for the truth, and what four knowers say of its future.

Up to an origin a history leaves a record of fatal events. From there on it goes its own way, and four knowers
say how it will go on, each by histories of the model:

- *nothing*: other truces of the same prior that stand on that day;
- *record*: particles that followed the record, parameters drawn from the prior;
- *record and parameters*: the same with the true parameters;
- *hidden state*: the history itself, branched with fresh luck. Nobody can know more: the rest is luck.
"""

from __future__ import annotations

import gc
import hashlib
import json
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.compose import compose_scenario
from sim.disk.files import write_whole
from sim.errors import InputError
from sim.following.ahead import FREE, UNCHANGED, WEEK, Ahead, Continuations, go_on
from sim.following.ask import open_parameters, part
from sim.following.filter import follow_record
from sim.following.particles import draw_particles, scenario_with
from sim.following.record import Record, Row, deadly, fatal_events
from sim.model import TruceModel
from sim.study.draws import Uncertainty
from sim.study.priors import Prior
from sim.truce import TruceState
from sim.version import __version__
from sim.world.incident import Cause

RECORD, PARAMETERS, STATE = "record", "record and parameters", "hidden state"
LEVEL = {key: Prior(distribution="log_uniform", low=0.3, high=2.0) for key in ("pace.factions", "pace.army")}


@dataclass(frozen=True)
class Case:
    """A kind of town: overrides; with `uncertainty=` among them a population, else its level is not known."""

    name: str
    says: str
    overrides: tuple[str, ...]
    share: float = 1.0  # of the truths that are asked for: fewer of what is slow

    @cached_property
    def digest(self) -> str:
        """Of all that the case says of a town, so that what other defaults gave is not taken for its own."""
        names, plain = part(self.overrides)
        priors = {key: prior.model_dump() for key, prior in LEVEL.items()}
        told = f"{__version__} {names} {priors} {compose_scenario(plain).model_dump_json()}"
        return hashlib.sha256(told.encode()).hexdigest()[:8]


CASES = (
    Case("al_rastan", "al-Rastan, level of violence not known", ("scenario=al_rastan",), 0.5),
    Case("small_town", "the small town, level of violence not known", ("scenario=small_town",)),
    Case("population", "a population of truces", ("scenario=local_truce", "uncertainty=local_truce")),
)


@dataclass(frozen=True)
class Truth:
    """One truce that is taken for the truth; plain data for a worker."""

    case: Case
    number: int
    origin: int  # days
    weeks: int
    particles: int
    members: int
    seed: int = 0

    def do(self) -> dict[str, Any]:
        """What became of it, and what the knowers said; without `said` if it broke before the origin."""
        names, plain = part(self.case.overrides)
        scenario = compose_scenario(plain)
        uncertainty, whole = open_parameters(names, plain, None)
        if not names:
            uncertainty, whole = Uncertainty(priors=LEVEL), frozenset()
        truth = draw_particles(uncertainty, 256, self.seed + 1, whole)[(self.number * 97) % 256]
        own = scenario_with(scenario, truth.values)
        days = self.origin + self.weeks * WEEK
        own = own.model_copy(update={"days": days})
        try:
            model = TruceModel(own, seed=self.seed * 1_000_003 + self.number)
        except InputError:  # no truce stands on day 0 under this draw
            return {"case": self.case.name, "number": self.number, "stands": False}
        for _ in range(self.origin):
            model.step()
        told: dict[str, Any] = {"case": self.case.name, "number": self.number}
        if model.truce.n_breaks or model.truce.state == TruceState.BROKEN:
            return told | {"stands": False}
        record = record_of(model, self.origin)
        state = [go_on(_free(model, 1 + k), record, self.weeks) for k in range(self.members)]
        said = {STATE: state}
        free = _free(model, 0)
        happened = go_on(free, record, self.weeks)
        for knower, draws_from, base in (
            (RECORD, uncertainty, scenario),
            (PARAMETERS, Uncertainty(), own),
        ):
            said[knower] = self._followed(base, record, draws_from, whole)
        gc.collect()
        return told | {"stands": True, "events": len(record.rows), "happened": happened, "said": said}

    @property
    def _name(self) -> str:
        sizes = f"{self.origin}_{self.weeks}_{self.particles}_{self.members}_{self.seed}"
        return f"{self.case.name}_{self.case.digest}_{sizes}_{self.number}.json"

    def kept(self, folder: Path) -> dict[str, Any] | None:
        """What an earlier run has left of it; None if nothing."""
        path = folder / self._name
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None

    def keep(self, folder: Path) -> None:
        """Do it and keep what it gave."""
        start = time.process_time()
        found = self.do() | {"seconds": time.process_time() - start}
        write_whole(folder / self._name, json.dumps(found).encode())

    def _followed(
        self, scenario: Any, record: Record, uncertainty: Uncertainty, whole: frozenset[str]
    ) -> list[dict[str, Any]]:
        seed = self.seed * 1_000_003 + 500_000 + self.number
        watch = Continuations(record, Ahead((self.origin,), self.weeks, self.members), seed)
        draws = draw_particles(uncertainty, self.particles, seed, whole)
        follow_record(scenario, record, draws, seed=seed, watch=watch)
        rows = [row for row in watch.rows if row["variant"] == UNCHANGED]
        return [row for row in rows if not row["broken"]] or rows


def _free(model: TruceModel, luck: int) -> TruceModel:
    branch = model.branch(luck=luck)
    branch.recast = FREE
    return branch


def record_of(model: TruceModel, days: int) -> Record:
    """The fatal events of a history up to now, as a source would have recorded them."""
    kinds = deadly()
    rows = [
        Row(each.day, "fatal", each.deaths + round(each.soldiers))
        for each in model.world.log
        if each.kind in kinds and each.cause != Cause.LAPSED and each.deaths + round(each.soldiers) >= 1
    ]
    return fatal_events("a truce of the model", days, rows)
