"""What a city looks like, in figures, beside what is known of such towns (pattern P5 and its sources)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.city.city import City
from sim.city.columns import Camp, Sex, Tie

SURVEY = "household survey 2009"
MARRIAGES = "Othman & Saadat 2009"
ACROSS = "P5, claim 12"
FACTS = ("consanguineous_share", "cousin_marriage_share", "clan_marriage_share")


class Figure(NamedTuple):
    """One line of the statistics: a value, and the range it should lie in, where one is known."""

    statistic: str
    value: float
    unit: str = "share"
    low: float | None = None
    high: float | None = None
    source: str = ""

    @property
    def target(self) -> str:
        """The range as text, empty if none is known."""
        return "" if self.low is None or self.high is None else f"{self.low:g}-{self.high:g}"

    @property
    def is_inside(self) -> bool | None:
        """Whether the value lies in the range; None if value or range is not known."""
        if self.low is None or self.high is None or math.isnan(self.value):
            return None
        return bool(self.low <= self.value <= self.high)


def _find_reached(city: City, kinds: tuple[Tie, ...]) -> NDArray[np.bool_]:
    """bool[H, 3]: a member of each camp lives in the household or in one tied to it by one of `kinds`."""
    n = city.n_households
    rows = np.repeat(np.arange(n), np.diff(city.offsets))
    counted = np.isin(city.tie_kind, [int(kind) for kind in kinds])
    a, b = rows[counted], city.neighbours[counted]
    out = np.zeros((n, len(Camp)), bool)
    for camp in Camp:
        lives = np.bincount(city.household[city.camp == camp], minlength=n) > 0
        out[:, camp] = lives | (np.bincount(a, lives[b], n) > 0)
    return out


def kin_across_share(city: City, camp: Camp, kinds: tuple[Tie, ...] = (Tie.CLOSE, Tie.AFFINE)) -> float:
    """Share of the loyalists (or opponents) with kin in the opposite camp; NaN if there are none.

    Kin are the own household and those tied to it by one of `kinds`; the uncommitted have no opposite.
    """
    members = city.household[city.camp == camp]
    other = Camp.OPPOSITION if camp == Camp.LOYALIST else Camp.LOYALIST
    return float(_find_reached(city, kinds)[members, other].mean()) if members.size else float("nan")


def cross_camp_tie_share(city: City, opposite_only: bool = False) -> float:
    """Mean over ties of the chance that two people, one from either household, stand in different camps.

    With `opposite_only`: in opposite camps, the uncommitted set aside as being on neither side. NaN if the
    city has no ties.
    """
    if not city.neighbours.size:
        return float("nan")
    sizes = np.diff(city.first)
    people = np.stack([np.bincount(city.household[city.camp == c], minlength=sizes.size) for c in Camp], 1)
    share = people / sizes[:, None]
    rows = np.repeat(np.arange(sizes.size), np.diff(city.offsets))
    a, b = share[rows], share[city.neighbours]
    if opposite_only:
        crossing = a[:, Camp.LOYALIST] * b[:, Camp.OPPOSITION] + a[:, Camp.OPPOSITION] * b[:, Camp.LOYALIST]
    else:
        crossing = 1.0 - (a * b).sum(1)
    return float(crossing.mean())


def largest_clans_share(city: City, n: int = 5) -> float:
    """Share of residents in the n largest clans."""
    people = np.bincount(city.clan[city.household])
    return float(np.sort(people)[::-1][:n].sum() / city.n_residents)


def _people(city: City) -> list[Figure]:
    sizes = np.diff(city.first)
    quarters = np.bincount(city.quarter[city.household], minlength=city.n_quarters) / city.n_residents
    age_sex = (city.sex == Sex.MALE) & (city.age >= 18) & (city.age <= 55)
    out = [
        Figure("residents", city.n_residents, "residents"),
        Figure("households", city.n_households, "households"),
        Figure("mean household", float(sizes.mean()), "residents", 5.0, 5.8, f"P5, {SURVEY}"),
    ]
    out += [
        Figure(f"household size, {p}th percentile", float(np.percentile(sizes, p)), "residents")
        for p in (10, 50, 90)
    ]
    out += [Figure(f"{camp.name.lower()} residents", float((city.camp == camp).mean())) for camp in Camp]
    return [
        *out,
        Figure("men aged 18 to 55", float(age_sex.mean())),
        Figure("residents under 15", float((city.age < 15).mean())),
        Figure("men and boys", float((city.sex == Sex.MALE).mean())),
        Figure("smallest quarter", float(quarters.min())),
        Figure("largest quarter", float(quarters.max())),
    ]


def _kin(city: City) -> list[Figure]:
    facts = {name: city.facts.get(name, float("nan")) for name in FACTS}
    top_five, per_household = largest_clans_share(city), city.neighbours.size / city.n_households
    of_loyalists, of_opposition = (kin_across_share(city, camp) for camp in (Camp.LOYALIST, Camp.OPPOSITION))
    out = [
        Figure(
            "consanguineous marriages", facts["consanguineous_share"], "share", 0.3, 0.4, f"P5, {MARRIAGES}"
        ),
        Figure("marriages of first cousins", facts["cousin_marriage_share"]),
        Figure("other marriages within the clan", facts["clan_marriage_share"]),
        Figure("clans", np.unique(city.clan).size, "clans", 50, 100, "assumed"),
        Figure("residents in the five largest clans", top_five, "share", 0.25, 0.3, "assumed"),
        Figure("loyalists with close or affine kin across", of_loyalists, "share", 0.5, 1.0, ACROSS),
        Figure("opposition with close or affine kin across", of_opposition, "share", 0.5, 1.0, ACROSS),
        Figure("ties that join different camps", cross_camp_tie_share(city)),
        Figure("ties that join opposite camps", cross_camp_tie_share(city, opposite_only=True)),
        Figure("ties a household", per_household, "ties", 14, 18, "about 16, assumed"),
    ]
    for kind in Tie:
        n_ties = int((city.tie_kind == kind).sum())
        out.append(Figure(f"{kind.name.lower()} ties a household", n_ties / city.n_households, "ties"))
    return out


def city_statistics(city: City) -> pd.DataFrame:
    """Figures of a city: columns statistic, value (float), unit, target (text), source, inside.

    inside is True or False where a target is known and the value is, else None. A city of the user's own
    knows nothing of its marriages: those values are NaN.
    """
    figures = _people(city) + _kin(city)
    frame = pd.DataFrame(
        {
            "statistic": [figure.statistic for figure in figures],
            "value": [float(figure.value) for figure in figures],
            "unit": [figure.unit for figure in figures],
            "target": [figure.target for figure in figures],
            "source": [figure.source for figure in figures],
        }
    )
    frame["inside"] = pd.Series([figure.is_inside for figure in figures], dtype=object)
    return frame


def statistics_page(city: City) -> str:
    """The figures of `city_statistics` as one page of Markdown."""
    lines = [
        "# The city in figures",
        "",
        f"{city.n_residents:,} residents in {city.n_households:,} households, city seed {city.seed}. "
        "Clans are numbers and belong to no real family; quarters are schematic.",
        "",
        "| statistic | value | unit | target | inside | source |",
        "|---|---:|---|---|---|---|",
    ]
    for figure in _people(city) + _kin(city):
        value = f"{figure.value:,.3f}"
        if math.isnan(figure.value):
            value = "not known"
        elif figure.unit != "share" and float(figure.value).is_integer():
            value = f"{figure.value:,.0f}"
        inside = {True: "yes", False: "no", None: ""}[figure.is_inside]
        cells = (figure.statistic, value, figure.unit, figure.target, inside, figure.source)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
