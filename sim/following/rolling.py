"""Rolling origins: follow to a day, forecast what comes next, step on; then score the forecasts.

Of every truce the model follows its record from the first day on. Every few weeks some particles go on
freely; the counts and deaths of the next weeks, and whether the truce ended in them, are known and scored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.following.ahead import UNCHANGED, WEEK, Ahead
from sim.following.forecasts import Past, break_probabilities, deaths_by_day, forecasts
from sim.following.island import IslandFound
from sim.following.prospects import histories_ahead
from sim.following.record import Record
from sim.following.scores import Law, brier, central_interval, crps, law_of, log_score
from sim.following.truces import date_of

MODEL = "model"
TARGETS = ("events", "deaths")


@dataclass(frozen=True)
class Plan:
    """Origins every `step` days, from the first `step` days on; leads are days ahead."""

    step: int = 28
    leads: tuple[int, ...] = (28, 56)
    most_days: int = 301  # of a record that are followed
    members: int = 50  # histories from an origin

    def ahead(self, record: Record) -> Ahead:
        """The request for a record: its origins, and the weeks ahead of each."""
        last = min(self.most_days, record.days - 1)
        origins = tuple(range(self.step, last + 1, self.step)) or (last,)
        weeks = -(-max(self.leads) // WEEK)
        return Ahead(origins, weeks, self.members, explained=())

    def cut_record(self, record: Record) -> Record:
        """The part of a record that is followed: up to the last origin."""
        return record.until(self.ahead(record).origins[-1])


@dataclass(frozen=True)
class Said:
    """The forecast of one count by one method, and its scores."""

    law: Law
    seen: int
    members: int
    is_ensemble: bool = True

    def row(self) -> dict[str, float]:
        """Scores (`ignorance` in bits), mean, and the ends of the 90 % interval.

        `in50`, `in90`: whether (0 or 1) the central intervals hold what was seen.
        """
        half, most = (central_interval(self.law, share) for share in (0.5, 0.9))
        return {
            "seen": self.seen,
            "mean": float(self.law @ np.arange(self.law.size)),
            "low": most[0],
            "high": most[1],
            "crps": crps(self.law, self.seen, self.members if self.is_ensemble else None),
            "ignorance": log_score(self.law, self.seen, self.members),
            "in50": float(half[0] <= self.seen <= half[1]),
            "in90": float(most[0] <= self.seen <= most[1]),
        }


def count_rows(
    truce: str,
    record: Record,
    islands: Sequence[IslandFound],
    plan: Plan,
    others: Sequence[Record],
    seed: int,
) -> Iterator[tuple[dict[str, object], Said]]:
    """The forecasts of counts by every method at every origin, with what was recorded.

    Each comes with truce, day, date, target, lead and method. `record` is complete: the forecasts are
    scored on what came after the days followed. `others`: records of other towns, for the baselines.

    Only windows in which the recorded truce stands are known in full. So every method is asked what comes if
    it stands: baselines learn from days under a truce, and of the model's histories those count that stand.
    """
    table = histories_ahead(islands)
    counts, deaths = np.array(record.counts()), np.array(deaths_by_day(record))
    for origin in plan.ahead(record).origins:
        free = table[(table.day == origin) & (table.variant == UNCHANGED)]
        past = Past.of(record, origin, others)
        for lead in plan.leads:
            if origin + lead > record.days:
                continue
            window = slice(origin, origin + lead)
            seen = {"events": int(counts[window].sum()), "deaths": int(deaths[window].sum())}
            simple = forecasts(past, lead, seed)
            here = _standing(free, lead)
            for target in TARGETS:
                own = [sums[lead // WEEK - 1] for sums in here[target]]
                drawn = {name: getattr(each, target) for name, each in simple.items()}
                places = int(max(seen[target], *own, *(each.max() for each in drawn.values()))) + 2
                told = {"truce": truce, "day": origin, "date": date_of(record, origin)}
                told |= {"target": target, "lead": lead}
                law = law_of(own, places, here.weight.to_list())
                yield told | {"method": MODEL}, Said(law, seen[target], len(own))
                for name, each in drawn.items():
                    said = Said(law_of(each, places), seen[target], max(each.size, len(own)), each.size > 1)
                    yield told | {"method": name}, said


def _standing(free: pd.DataFrame, lead: int) -> pd.DataFrame:
    """The histories whose truce stands at the origin and through the window.

    Where fewer than two do: those that stand at the origin; where these are fewer than two, all.
    """
    unbroken = free[~free.broken.astype(bool)]
    through = unbroken[(unbroken.break_days == 0) | (unbroken.break_days > lead)]
    for enough in (through, unbroken):
        if len(enough) > 1:
            return enough
    return free


def break_rows(
    truce: str,
    record: Record,
    islands: Sequence[IslandFound],
    plan: Plan,
    others: Sequence[Record],
) -> Iterator[dict[str, object]]:
    """The forecasts by every method of an end within the longest lead, where it is known if there was one.

    Arguments as for `count_rows`. The model's Brier score is fair: few histories do not make it worse in the
    mean (Ferro 2014). Where none of its histories stands at the origin, it says one half.
    """
    lead = max(plan.leads)
    table = histories_ahead(islands)
    lengths = [(float(each.days), each.ended) for each in others]
    for origin in plan.ahead(record).origins:
        left = record.days - origin
        if left < lead and not record.ended:
            continue
        here = table[(table.day == origin) & (table.variant == UNCHANGED)]
        standing = here[~here.broken.astype(bool)]
        broke = (standing.break_days > 0) & (standing.break_days <= lead)
        total = standing.weight.sum()
        own = float(standing.weight[broke].sum() / total) if total > 0 else 0.5
        n = float(total**2 / (standing.weight**2).sum()) if total > 0 else 0.0  # effective number
        happened = bool(record.ended and left <= lead)
        said = {MODEL: own, **break_probabilities(lengths, float(record.stood + origin), float(lead))}
        for method, p in said.items():
            yield {
                "truce": truce,
                "day": origin,
                "date": date_of(record, origin),
                "lead": lead,
                "method": method,
                "p": p,
                "happened": happened,
                "brier": brier(p, happened, n if method == MODEL else None),
                "unbroken": float(total),
            }


def summarise(origins: pd.DataFrame, breaks: pd.DataFrame) -> pd.DataFrame:
    """A row for each target, lead and method: mean scores over origins, coverage, number of origins.

    `origins`: what `count_rows` gives, with the scores of `Said.row`; `breaks`: the rows of `break_rows`.
    """
    rows: list[Mapping[str, object]] = []
    for (target, lead, method), here in origins.groupby(["target", "lead", "method"], sort=False):
        rows.append(
            {
                "target": target,
                "lead": lead,
                "method": method,
                "origins": len(here),
                "truces": here.truce.nunique(),
                **{name: float(here[name].mean()) for name in ("crps", "ignorance", "in50", "in90")},
            }
        )
    for (lead, method), here in breaks.groupby(["lead", "method"], sort=False):
        rows.append(
            {
                "target": "break",
                "lead": lead,
                "method": method,
                "origins": len(here),
                "truces": here.truce.nunique(),
                "brier": float(here.brier.mean()),
            }
        )
    return pd.DataFrame(rows)
