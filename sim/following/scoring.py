"""Score the model and the baselines on recorded truces: what `hudna score` does."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from sim.compose import compose_scenario
from sim.core.luck import fresh_seed
from sim.disk.results import check_target
from sim.engines.config import Engine
from sim.errors import InputError
from sim.explanation.spread import Execution, say_nothing
from sim.following.ask import find_record, open_parameters, other_records, part
from sim.following.baselines import gamma_poisson, hawkes, poisson_fitted
from sim.following.forecasts import BREAK_METHODS, GAMMA_POISSON, HAWKES, METHODS, ZERO
from sim.following.island import Island, IslandFound
from sim.following.knockouts import KNOCKOUTS, knock_out
from sim.following.particles import draw_particles
from sim.following.record import Record
from sim.following.rolling import MODEL, TARGETS, Plan, break_rows, count_rows, summarise
from sim.following.rows import rows_of
from sim.following.scores import Law, block_bootstrap, skill
from sim.following.truces import FOLDER, truce_ids
from sim.following.work import done
from sim.report.words import list_words, with_range
from sim.study.progress import Standing

PARTICLES = 200
ENOUGH = 5  # truces, for a verdict


@dataclass
class Scores:
    """The results of scoring; `origins`, `breaks`: a row per forecast; `evidence`: a row per truce.

    `scores`: as of `summarise`; `skills`: as of `skill_table`.
    """

    plan: Plan
    particles: int
    truces: list[str]
    origins: pd.DataFrame
    breaks: pd.DataFrame
    evidence: pd.DataFrame
    scores: pd.DataFrame
    skills: pd.DataFrame
    laws: list[tuple[str, int, Law, int]] = field(
        default_factory=list
    )  # target, lead, law, seen: the model's
    lines: list[str] = field(default_factory=list)
    overrides: tuple[str, ...] = ()
    options: tuple[str, ...] = ()  # of the command, beside those of the plan, where not at the default
    folder: Path | None = None
    attribution: str = ""  # of the recorded events


def score(
    truces: Sequence[str] = (),
    overrides: Sequence[str] = (),
    *,
    plan: Plan | None = None,
    particles: int = PARTICLES,
    seed: int = 0,
    without: Sequence[str] = (),
    workers: int = 1,
    data: str | Path = FOLDER,
    config_dir: str | Path | None = None,
    out: str | Path | None = None,
    force: bool = False,
    tell: Callable[[Standing], None] = say_nothing,
) -> Scores:
    """Follow records of truces, and score the model's forecasts beside those of the simplest methods.

    Args:
        truces: ids of truces of `data`, or towns; all truces of `data` if none is named. overrides: changes
        to the scenario, as for `run`. plan: origins, leads and how many histories go on from an origin.
        particles: histories that follow each record. seed: seed of all draws. without: mechanisms that are
        switched off in further runs, only for their evidence. workers: worker processes, 0 for one per core.
        Results do not depend on it. data: a folder with truces.csv and events.csv. config_dir: a folder with
        scenarios and option files of your own. out: folder for the results; finished work is kept beside it,
        and the same call continues after a stop. force: whether existing results are replaced. tell: is
        called with the progress.

    Returns:
        Scores by target, lead and method, skill with intervals, and the evidence by truce.

    Raises:
        InputError: with one line for each thing that is wrong.
        Unfinished: if it stops and can be continued.
    """
    plan = plan or Plan()
    check_plan(plan, particles)
    if out is not None:
        check_target(Path(out), force)
    chosen = list(dict.fromkeys(truces)) or truce_ids(Path(data))
    records, of_towns = {}, {}
    for truce in chosen:
        records[truce], of_towns[truce] = find_record(truce, Path(data))
    for truce, record in records.items():
        if record.days < 2:
            raise InputError(f"{truce}: {record.days} day; nothing can be forecast")
    names, plain = part(overrides)
    variants = [MODEL, *without]
    scenarios = [compose_scenario([*of_towns[truce], *plain], config_dir) for truce in chosen]
    scenarios_of = [[scenario, *(knock_out(scenario, name) for name in without)] for scenario in scenarios]
    draws = []
    for k, scenario in enumerate(scenarios):  # each truce its own, so that their errors are independent
        uncertainty, whole = open_parameters(names, plain, config_dir, scenario.town)
        draws.append(draw_particles(uncertainty, particles, fresh_seed(seed, k), whole))
    islands = [
        Island(
            0,
            plan.cut_record(record),
            scenario,
            draws[k],
            seed * 1_000_003 + k,
            True,
            plan.ahead(record) if name == MODEL else None,
            k * len(variants) + v,
        )
        for k, record in enumerate(records.values())
        for v, (name, scenario) in enumerate(zip(variants, scenarios_of[k], strict=True))
    ]
    engine = Engine(name="serial", workers=1) if workers == 1 else Engine(workers=workers)
    beside = Path(out).absolute().parent if out is not None else None
    with done(islands, Execution(engine, tell, beside)) as found:
        for each in found:
            each.refuse_impossible()
        result = _score(plan, records, found, variants, Path(data), seed)
        result.particles, result.overrides = particles, tuple(overrides)
        result.options = _options(seed, without, Path(data), config_dir)
        result.attribution = "; ".join(sorted({each.attribution for each in records.values()} - {""}))
        result.lines = _lines(result)
        if result.attribution:
            result.lines.append(f"Recorded events: {result.attribution}")
        if out is not None:
            from sim.following.score_folder import write_scores

            write_scores(result, Path(out), force=force)
    return result


def _options(seed: int, without: Sequence[str], data: Path, config_dir: str | Path | None) -> tuple[str, ...]:
    return (
        *((f"--seed {seed}",) if seed else ()),
        *(f"--without {name}" for name in without),
        *((f"--data {shlex.quote(str(data))}",) if data != FOLDER else ()),
        *((f"--config-dir {shlex.quote(str(config_dir))}",) if config_dir is not None else ()),
    )


def check_plan(plan: Plan, particles: int) -> None:
    """Raise InputError for a plan that cannot be carried out."""
    if particles < 2:
        raise InputError(f"particles: {particles}; a filter needs at least 2")
    if plan.step < 1 or plan.most_days < 1 or plan.members < 2:
        raise InputError("step and days are at least 1, and at least 2 histories go on from an origin")
    for lead in plan.leads:
        if lead < 7 or lead % 7:
            raise InputError(f"lead {lead}: days in whole weeks, 7 or more")


def _score(
    plan: Plan,
    records: dict[str, Record],
    found: Sequence[IslandFound],
    variants: Sequence[str],
    data: Path,
    seed: int,
) -> Scores:
    origins: list[dict[str, object]] = []
    breaks: list[dict[str, object]] = []
    evidence, laws = [], []
    for k, (truce, record) in enumerate(records.items()):
        own = found[k * len(variants) : (k + 1) * len(variants)]
        others = other_records(record, data)
        for told, said in count_rows(truce, record, own[:1], plan, others, seed):
            origins.append(told | said.row())
            if told["method"] == MODEL:
                laws.append((str(told["target"]), int(str(told["lead"])), said.law, said.seen))
        breaks += break_rows(truce, record, own[:1], plan, others)
        evidence.append(evidence_row(truce, plan.cut_record(record), dict(zip(variants, own, strict=True))))
    tables = pd.DataFrame(origins), pd.DataFrame(breaks)
    empty = [name for name, table in zip(("counts", "breaks"), tables, strict=True) if table.empty]
    if "counts" in empty:
        raise InputError(
            f"no window of {min(plan.leads)} days lies within these records; take longer ones, or shorter "
            f"leads"
        )
    scores = summarise(*tables) if not empty else summarise(tables[0], _no_breaks())
    skills = skill_table(*tables)
    return Scores(plan, 0, list(records), *tables, pd.DataFrame(evidence), scores, skills, laws)


def _no_breaks() -> pd.DataFrame:
    return pd.DataFrame(columns=["truce", "lead", "method", "brier"])


def evidence_row(truce: str, record: Record, found: dict[str, IslandFound]) -> dict[str, object]:
    """Log evidence of the counts of one record: the model, whole and without mechanisms, and baselines.

    `found`: by variant, MODEL among them.
    """
    counts = record.counts()
    row: dict[str, object] = {
        "truce": truce,
        "name": record.name,
        "days": record.days,
        "events": len(record.rows),
    }
    for name, island in found.items():
        row[name if name == MODEL else f"without {name}"] = sum(day.log_counts for day in island.days)
    row["gamma-Poisson"] = float(gamma_poisson(counts).sum())
    row["Hawkes"] = float(hawkes(counts).sum())
    row["Poisson, fitted"] = poisson_fitted(counts)
    row["least effective"] = min(day.effective for day in found[MODEL].days)
    return row


def skill_table(origins: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """Skill of the model against each baseline, with intervals by bootstrap over truces.

    `origins` and `breaks` as for `summarise`. Columns: target, lead (days), score, against, skill, low, high,
    origins, truces.
    """
    rows = []
    for target in TARGETS:
        for lead in sorted(set(origins.lead)):
            here = origins[(origins.target == target) & (origins.lead == lead)]
            for method in METHODS:
                rows.append(_skill_row(here, target, lead, method, "crps"))
    for method in BREAK_METHODS if len(breaks) else ():
        rows.append(_skill_row(breaks, "break", int(breaks.lead.max()), method, "brier"))
    return pd.DataFrame(rows)


def _skill_row(here: pd.DataFrame, target: str, lead: int, method: str, of: str) -> dict[str, object]:
    """Skill in the mean of the score `of`, over the same origins."""
    pair = here[here.method.isin([MODEL, method])].pivot_table(
        index=["truce", "day"], columns="method", values=of
    )
    blocks = [block[[MODEL, method]].to_numpy() for _, block in pair.groupby(level="truce")]
    low, high = block_bootstrap(
        blocks, lambda rows: skill(float(rows[:, 0].mean()), float(rows[:, 1].mean()))
    )
    value = skill(float(pair[MODEL].mean()), float(pair[method].mean()))
    return {
        "target": target,
        "lead": lead,
        "score": of,
        "against": method,
        "skill": value,
        "low": low,
        "high": high,
        "origins": len(pair),
        "truces": len(blocks),
    }


def bits_an_event(evidence: pd.DataFrame, of: str, against: str) -> tuple[float, float, float]:
    """Bits per event by which one column of the evidence exceeds another, with its interval over truces.

    `evidence`: rows of `evidence_row`. nan where there is no event.
    """
    n = evidence.events.to_numpy(np.float64)
    gain = (evidence[of] - evidence[against]).to_numpy(np.float64) / np.log(2)

    def ratio(rows: np.ndarray) -> float:
        events = rows[:, 1].sum()
        return float(rows[:, 0].sum() / events) if events else float("nan")

    blocks = [np.array([[g, k]]) for g, k in zip(gain, n, strict=True)]
    return ratio(np.concatenate(blocks)), *block_bootstrap(blocks, ratio)


def _lines(found: Scores) -> list[str]:
    n_events = int(found.evidence.events.sum())
    lines = [
        f"{len(found.truces)} truces, {found.evidence.days.sum():,} days followed, {n_events:,} recorded "
        f"events; "
        f"{found.particles} particles, {found.plan.members} histories from each of "
        f"{len(found.origins[['truce', 'day']].drop_duplicates())} origins"
    ]
    against = [
        "gamma-Poisson",
        "Hawkes",
        *(name for name in map(str, found.evidence.columns) if name.startswith("without ")),
    ]
    for name in against if n_events else ():
        value, low, high = bits_an_event(found.evidence, MODEL, name)
        what = name if name.startswith("without ") else f"over {name}"
        lines.append(f"Evidence {_against(what)}: {with_range(value, low, high, 'bits per event', 2)}")
    told = found.skills[found.skills.against != ZERO]
    for (target, lead, of), here in told.groupby(["target", "lead", "score"], sort=False):
        what = {"events": "Fatal events", "deaths": "Deaths", "break": "End of the truce"}[str(target)]
        each = [
            with_range(100 * row.skill, 100 * row.low, 100 * row.high, f"% against {row.against}")
            for row in rows_of(here)
        ]
        score = "Brier" if of == "brier" else "CRPS"
        lines.append(f"{what} within {lead} days, {score} skill: {', '.join(each)}")
    cover = found.scores[(found.scores.method == MODEL) & found.scores.target.isin(TARGETS)]
    for row in rows_of(cover):
        lines.append(
            f"The number of {row.target} lay in the model's 50 % band in {100 * row.in50:.0f} % of "
            f"{row.origins} windows of {row.lead} days, and in its 90 % band in {100 * row.in90:.0f} %"
        )
    lines.append(_verdict(found))
    return lines


def _against(what: str) -> str:
    return (
        f"of the whole model over the model {what}" if what.startswith("without ") else f"of the model {what}"
    )


def _verdict(found: Scores) -> str:
    """Whether the model forecasts better than processes that know no mechanism, in plain words."""
    if len(found.truces) < ENOUGH:
        return f"That is too little for a verdict, which takes {ENOUGH} truces or more"
    skills = found.skills
    told: dict[str, list[str]] = {}  # what is decided -> of what
    for target, words in (("events", "the number of fatal events"), ("deaths", "deaths")):
        for method in (GAMMA_POISSON, HAWKES):
            here = skills[(skills.target == target) & (skills.against == method)]
            better, worse = bool((here.low > 0).any()), bool((here.high < 0).any())
            if better != worse:
                decided = f"{'better' if better else 'worse'} than a {method} process does"
                told.setdefault(decided, []).append(words)
    if not told:
        return (
            "Whether the model forecasts events or deaths better or worse than a gamma-Poisson or a Hawkes "
            "process is not decided by these truces"
        )
    return f"The model forecasts {list_words([f'{list_words(of)} {how}' for how, of in told.items()])}"


__all__ = ["KNOCKOUTS", "Scores", "score"]
