"""The model: a Mesa model of one city, and its day on one screen."""

from __future__ import annotations

import copy
import random
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from numbers import Integral
from typing import Any, Literal

import mesa
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.actors.postures import BESIEGED, CALM, PRESSING, Posture
from sim.actors.roster import begin_all
from sim.city.city import City
from sim.city.columns import Camp, Status
from sim.compose import compose_scenario
from sim.core.luck import fresh_seed
from sim.core.sums import add_in_order
from sim.day.eve import Eve, eve_of, quiet, settle
from sim.day.flight import fly_and_return
from sim.day.found import CHANGEABLE, MOST_HELD, OF_DAY_0, adopt, found_world
from sim.day.limits import Watch, check_events
from sim.day.ranks import join_and_desert
from sim.day.strike import answers, schedule_events, strike
from sim.errors import InputError, NoTruce
from sim.interrupt import check_interrupt
from sim.kinds.due import Due
from sim.records import DailyCollector, day_row, snapshot_table
from sim.scenario import Scenario
from sim.truce import Signs, Truce
from sim.world.incident import Incident, Layer

Recast = Callable[["TruceModel", list[Incident], Sequence[float]], list[Incident]]


class TruceModel(mesa.Model):
    """One history of a divided city under an undeclared truce. A step is a day; `running` ends with the last.

    Args:
        scenario: the name of a scenario of the catalogue, or a composed Scenario.
        seed: the seed of the run; by default that of the scenario.
        overrides: changes of a scenario of the catalogue, as on the command line.
        rng: Mesa's own: a seed or a Generator, in place of `seed`.
        city: a city that is built already; by default that of the scenario.

    Raises:
        InputError: with one line for each thing that is wrong.
        NoTruce: an InputError too: in the burn-in no truce stood.
    """

    # hides the property of this name by which Mesa 3.5 writes into a scenario: ours is frozen
    scenario: Scenario = None  # type: ignore[assignment]

    def __init__(
        self,
        scenario: str | Scenario = "small_town",
        *,
        seed: int | Literal["own"] = "own",
        overrides: Sequence[str] = (),
        rng: Any = None,
        city: City | None = None,
    ) -> None:
        if isinstance(scenario, str):
            scenario = compose_scenario([f"scenario={scenario}", *overrides])
        elif overrides:
            raise InputError(
                "overrides: go with the name of a scenario; a composed one is changed as it is composed"
            )
        seed = scenario.seed if seed == "own" and rng is None else _seed_of(seed, rng)
        super().__init__(rng=seed)
        self.scenario = scenario.model_copy(update={"seed": seed})
        self.kinds = scenario.events.kinds()
        self.calendar = _calendar(self.scenario)
        self.world = found_world(self, self.scenario, city)
        if self.scenario.burn_in_days > 0:
            settle(self.world, _eve(scenario, city))
        self.n_at_start = self.world.city.n_residents
        self.truce = Truce(scenario.truce)
        self.without: frozenset[int] = frozenset()  # ids of events that do not strike in this branch
        self.recast: Recast | None = None  # what a record makes of the incidents of a day (sim/following)
        self.snapshots: list[pd.DataFrame] = []
        self.quarters: dict[int, NDArray[np.float64]] = {}  # sums by quarter, by day
        self.datacollector = DailyCollector()
        self._record([])
        self.running = scenario.days > 0

    @classmethod
    def of(cls, scenario: Scenario, city: City | None = None) -> TruceModel:
        """A model of a composed scenario, with the scenario's own seed."""
        return cls(scenario, city=city)

    @property
    def day(self) -> int:
        """Days simulated so far; 0 is the start."""
        return int(self.steps)

    def step(self) -> None:
        """One day. Everybody acts on yesterday's state; what follows from it is felt today.

        Raises InputError if more events are about to strike than limits.events_per_day allows.
        """
        day, world, kinds = self.day, self.world, self.kinds
        incidents, covariates = self.begin_day(day)
        incidents += answers(world, kinds, day)
        if self.without:
            incidents = [incident for incident in incidents if incident.id not in self.without]
        if self.recast is not None:
            incidents = self.recast(self, incidents, covariates)
        check_events(self.scenario.limits, len(incidents), day, world.size)
        struck = strike(world, kinds, incidents, self.scenario.feelings.shock_scale)
        world.residents.visit(world.seed, day, world.visit_chance)
        world.residents.feel()
        moves = fly_and_return(world, kinds["departure"], kinds["return"], day)
        moves += join_and_desert(world, self.scenario.ranks, kinds["joining"], kinds["desertion"], day)
        world.residents.settle()
        struck += moves
        signs = self._signs(struck)
        world.end_day(signs.social_breaches)
        self.truce.judge(day, signs)
        self._record(struck)
        self.running = day < self.scenario.days

    def begin_day(self, day: int) -> tuple[list[Incident], list[float]]:
        """What the config and the actors begin on this day, and the covariates they judged by.

        All of it is a function of the state of the morning, so that asking twice changes nothing.
        """
        world = self.world
        world.begin_day(day)
        covariates = world.covariates()
        incidents = schedule_events(world, self.kinds, self.calendar.get(day, ()), day)
        incidents += begin_all(world, day, covariates)
        return incidents, covariates

    def branch(
        self,
        *,
        without: Collection[int] = (),
        scenario: Scenario | None = None,
        luck: int = 0,
        room: TruceModel | None = None,
    ) -> TruceModel:
        """Make a copy that stands where this model stands and goes its own way; unchanged to the last bit.

        Args:
            without: ids of events (as in the event log) that never strike from now on; a blow that is removed
                is not answered either.
            scenario: what is in force from tomorrow; it may differ in the sections of
                `sim.day.found.CHANGEABLE` alone.
            luck: 0 keeps the run's luck, k draws everything from tomorrow on with the k-th fresh one.
            room: a model that is not needed any more. The copy takes its memory; it must not be used again.

        Returns:
            The copy.

        Raises:
            InputError: the scenario differs in what a branch has to keep.
        """
        world = self.world
        shared: list[Any] = [self.kinds, self.calendar, world.in_force]
        shared += (self.scenario, self.scenario.army, self.scenario.elders, self.scenario.truce)
        shared += (world.young_men, world.join_threshold)
        for actor in world.actors:
            shared += (actor.kinds, actor.hazards, actor.others)
        memo: dict[int, Any] = {id(each): each for each in shared}
        memo[id(self.random)], memo[id(self.rng)] = _copy_random(self.random), _copy_generator(self.rng)
        memo[id(world.scratch)] = np.empty(0, np.int64)  # allocated again when needed
        if room is not None:
            memo[id(world.residents)] = world.residents.make_copy(room.world.residents)
        levels = (world.passage, world.pressure, world.supplies, world.works)
        # of the log a list of its own is enough: what happened is over
        flat = (self.today, self.quarters, self.snapshots, world.log, world.captives, *levels)
        twin = copy.deepcopy(self, memo | {id(each): copy.copy(each) for each in flat})
        twin.without = self.without | frozenset(without)
        if scenario is not None:
            twin._change(scenario)
        twin.world.draw_anew(luck)
        return twin

    def _change(self, scenario: Scenario) -> None:
        for name, here in self.scenario:
            if name not in (*CHANGEABLE, "name", "seed", "days") and here != getattr(scenario, name):
                raise InputError(f"{name}: a branch keeps its {name}; change it in a run of its own")
        for key in OF_DAY_0:
            section, _, name = key.partition(".")
            now, then = (getattr(getattr(each, section), name) for each in (self.scenario, scenario))
            if now != then:
                raise InputError(
                    f"{key}: acts on day 0 alone, and this branch starts after it; "
                    "change it in a run of its own"
                )
        self.scenario = scenario.model_copy(update={"seed": self.scenario.seed})
        self.kinds = scenario.events.kinds()
        self.calendar = _calendar(self.scenario)
        self.truce.config = scenario.truce
        adopt(self.world, self.scenario)
        self.running = self.day < scenario.days

    def run_model(self) -> None:
        """Run to the last day; Ctrl-C stops it between two days. Raises InputError past a limit."""
        watch = Watch(self.scenario.limits)
        while self.day < self.scenario.days:
            self.step()
            watch.check(self.day)
            check_interrupt()

    def _signs(self, struck: Sequence[Incident]) -> Signs:
        """What the judge of the truce sees of this day."""
        world = self.world
        social = add_in_order(i.breach for i in struck if self.kinds[i.kind].layer == Layer.SOCIAL)
        departed = world.residents.count_of(Camp.LOYALIST, Status.DEPARTED)
        posture = world.army.posture
        return Signs(
            social_breaches=social,
            free_passage=world.passage.free,
            loyalists_remaining=1 - departed / max(1, world.loyalists_at_start),
            is_besieged=posture in BESIEGED,
            is_stormed=posture == Posture.STORMING,
            is_calm_posture=posture in CALM,
            is_pressed=posture in PRESSING,
        )

    def _record(self, struck: list[Incident]) -> None:
        self.world.log += struck
        self.today = day_row(self, struck)
        self.datacollector.collect(self)
        records = self.scenario.records
        if self.day in records.snapshots:
            self.snapshots.append(snapshot_table(self))
        if records.quarter_days and self.day % records.quarter_days == 0:
            self.quarters[self.day] = self.world.residents.by_quarter()


_NO_SEED = np.random.SeedSequence(0)  # of a generator whose state is set at once


def _copy_generator(generator: np.random.Generator) -> np.random.Generator:
    """A generator in the same state; a deep copy, by way of pickles, takes three times as long."""
    twin = type(generator.bit_generator)(_NO_SEED)
    twin.state = generator.bit_generator.state
    return np.random.Generator(twin)


def _copy_random(generator: random.Random) -> random.Random:
    """The same for Python's generator, which a plain copy seeds from the system first."""
    twin = random.Random(0)
    twin.setstate(generator.getstate())
    return twin


def _seed_of(seed: Any, rng: Any) -> int:
    """The seed of a call. Raises InputError for two that differ, and for what is none."""
    if seed is None:
        raise InputError(
            "seed: None is not a seed; give a number, and mesa.batch_run of Mesa 3.4 rng=[0, 1, ...]"
        )
    if rng is not None and seed != "own" and seed is not rng and seed != rng:
        raise InputError("seed and rng both name a seed; give one of them")
    if rng is not None and not isinstance(rng, Integral):
        return int(np.random.default_rng(rng).integers(2**62))
    given = seed if rng is None else rng
    if isinstance(given, bool | np.bool_) or not isinstance(given, Integral):
        raise InputError(f"seed: {given!r} is no whole number; a seed lies between 0 and 2**62")
    number = int(given)
    if not 0 <= number <= 2**62:
        raise InputError(f"seed: {number} is out of range; a seed lies between 0 and 2**62")
    return number


TRIALS = 3  # lucks of a burn-in that are tried before it is said that no truce stands
MOST_FEELINGS_HELD = 5_000_000  # residents in all eves that are kept, of 8 bytes each
_one_at_a_time = threading.Lock()
# the last few, for the next run: of one that broke, what is said of it
_eves: OrderedDict[tuple[str, int], tuple[City | None, Eve | NoTruce]] = OrderedDict()
MOST_QUIET = 8
_quiet: OrderedDict[int, tuple[Scenario, Scenario, str]] = OrderedDict()


def _eve(scenario: Scenario, city: City | None) -> Eve:
    """How the town stands after its burn-in: the same for all runs of a scenario. Raises InputError."""
    with _one_at_a_time:
        before, text = _find_quiet(scenario)
        key = (text, id(city))
        if key not in _eves:
            # the city is held along, so that its id stays its own
            _eves[key] = (city, _live_through(before, city))
        _eves.move_to_end(key)
        while len(_eves) > MOST_HELD and sum(map(_size, _eves.values())) > MOST_FEELINGS_HELD:
            _eves.popitem(last=False)
        eve = _eves[key][1]
    if isinstance(eve, NoTruce):
        raise NoTruce(str(eve))
    return eve


def _find_quiet(scenario: Scenario) -> tuple[Scenario, str]:
    """The scenario of the burn-in, and as text what decides it; kept, since the runs of a study share one."""
    if id(scenario) not in _quiet:
        before = quiet(scenario)
        # the scenario is held along, so that its id stays its own
        _quiet[id(scenario)] = scenario, before, before.model_copy(update={"seed": 0}).model_dump_json()
        while len(_quiet) > MOST_QUIET:
            _quiet.popitem(last=False)
    return _quiet[id(scenario)][1:]


def _size(held: tuple[City | None, Eve | NoTruce]) -> int:
    eve = held[1]
    return 10_000 if isinstance(eve, NoTruce) else eve.fear.size


def _live_through(before: Scenario, city: City | None) -> Eve | NoTruce:
    """The eve, or why there is none."""
    for trial in range(1, TRIALS + 1):
        model = TruceModel(before, seed=fresh_seed(before.city.seed, trial), city=city)
        model.run_model()
        if model.truce.n_breaks == 0:
            return eve_of(model.world, model.datacollector.model_vars)
    first = model.truce.spells[0]
    return NoTruce(
        f"no truce can stand on day 0: in {TRIALS} trials of {before.days} quiet days it broke each time, "
        f"at last by {first.ending} on day {first.end}; "
        "lower the rates of social events, or set burn_in_days=0"
    )


def _calendar(scenario: Scenario) -> dict[int, list[tuple[str, Due]]]:
    """The kinds that are scheduled, with what is known of each event, by day."""
    calendar: dict[int, list[tuple[str, Due]]] = {}
    for name, kind in scenario.events.kinds().items():
        for due in kind.dues if kind.enabled else ():
            calendar.setdefault(due.day, []).append((name, due))
    return calendar
