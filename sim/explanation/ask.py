"""What is to be explained: a run folder, a study folder, or overrides; and what Python users call."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.compose import compose_scenario
from sim.disk.results import check_target
from sim.disk.target import target_of
from sim.engines.config import Engine
from sim.errors import InputError, closest
from sim.explanation import history as one
from sim.explanation import study as many
from sim.explanation.changes import SORTS
from sim.explanation.folder import history_in, write_history, write_study
from sim.explanation.history import Explanation, explained
from sim.explanation.spread import Execution
from sim.explanation.study import StudyExplanation, study_explained
from sim.explanation.trials import SORTS as STUDY_SORTS
from sim.scenario import Scenario
from sim.study.store import PLAN


@dataclass(frozen=True)
class History:
    """One history; if it was read from a folder, also where its run row is and what it says."""

    scenario: Scenario
    written: tuple[str, Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class Options:
    """Options of the reruns, as in `explain`; None for the default of a history or a study.

    `quick`: fewer replicates, and of a study fewer histories.
    """

    replicates: int | None = None
    histories: int | None = None
    point: int | None = None
    without: Collection[int] = ()
    only: Collection[str] = ()
    quick: bool = False

    def check(self, is_study: bool) -> None:
        """Raise InputError for what does not fit a history, or a study."""
        if self.quick and (self.replicates is not None or self.histories is not None):
            raise InputError("--quick sets the numbers itself; give either it or the numbers")
        if is_study and self.without:
            raise InputError(f"--without {min(self.without)}: events are those of one run; explain that run")
        for name in ("histories", "point"):
            if not is_study and getattr(self, name) is not None:
                raise InputError(f"--{name}: is for a study; here one history is explained")
        sorts = STUDY_SORTS if is_study else SORTS
        for sort in self.only:
            if sort not in sorts:
                what = "a study" if is_study else "a history"
                raise InputError(f"--only {sort}: no such sort of changes of {what}; {closest(sort, sorts)}")


def explain(
    what: Sequence[str] | Scenario | str | Path,
    *,
    replicates: int | None = None,
    histories: int | None = None,
    point: int | None = None,
    without: Collection[int] = (),
    only: Collection[str] = (),
    workers: int = 1,
    config_dir: str | Path | None = None,
    out: str | Path | None = None,
    force: bool = False,
) -> Explanation | StudyExplanation:
    """Explain a history, or the histories of a study that broke.

    Args:
        what: the folder of a run or of a study, overrides as on the command line, or a composed Scenario.
        replicates: reruns of each change with other later luck; None for 50, or for a study 2 per history.
        histories: how many broken histories of a study are rerun; None for 20. point: number of the point of
        a study that they are taken from; None for all points. without: ids of events of the history that are
        removed instead of the heaviest. only: sorts of changes that are tried; all if empty. workers: worker
        processes, 1 for none, 0 for one per core. Results do not depend on it. config_dir: a folder with
        scenarios and option files of your own. out: folder for the results. Meanwhile reruns are kept beside
        it, so the same call continues after a stop. force: replace an existing result.

    Returns:
        What each change does to the break, with intervals, as a table and in words.

    Raises:
        InputError: with one line for each thing that is wrong.
        Unfinished: it was stopped and can go on.
    """
    folder = target_of(out) if out is not None else None
    engine = Engine(name="serial", workers=1) if workers == 1 else Engine(workers=workers)
    how = Execution(engine, beside=folder.parent if folder is not None else None)
    options = Options(replicates, histories, point, tuple(without), tuple(only))
    return perform(subject(what, config_dir), options, how, folder, force=force)


def subject(
    what: Sequence[str] | Scenario | str | Path, config_dir: str | Path | None = None
) -> History | Path:
    """The history that is meant, or the folder of the study; `what` as in `explain`. Raises InputError."""
    if isinstance(what, Scenario):
        return History(what)
    if isinstance(what, str | Path):
        if (Path(what) / PLAN).is_file():
            return Path(what)
        scenario, row = history_in(what)
        return History(scenario, (str(what), row))
    return History(compose_scenario(what, config_dir))


def perform(
    of: History | Path, options: Options, how: Execution, folder: Path | None, *, force: bool = False
) -> Explanation | StudyExplanation:
    """Explain what `subject` gave, and write what is found to a folder, if one is given.

    Raises InputError, Unfinished.
    """
    options.check(isinstance(of, Path))
    if folder is not None:
        check_target(folder, force)
    if isinstance(of, Path):
        usual = (many.HISTORIES, many.REPLICATES)
        if options.quick:
            usual = (many.QUICK_HISTORIES, many.QUICK_REPLICATES)
        histories = usual[0] if options.histories is None else options.histories
        replicates = usual[1] if options.replicates is None else options.replicates
        with study_explained(
            of,
            histories=histories,
            point=options.point,
            replicates=replicates,
            only=options.only,
            how=how,
        ) as study:
            if folder is not None:
                write_study(study, of, folder, force=force)
        return study
    usually = one.QUICK if options.quick else one.REPLICATES
    with explained(
        of.scenario,
        replicates=usually if options.replicates is None else options.replicates,
        without=options.without,
        only=options.only,
        written=of.written,
        how=how,
    ) as found:
        if folder is not None:
            write_history(found, folder, force=force)
    return found
