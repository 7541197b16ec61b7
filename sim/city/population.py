"""The synthetic city, from founders to camps: one function, one stage after the other.

Kin who live elsewhere are part of it: the genealogy makes slightly more people than the city has, and whole
households are left out by lot until exactly `n_residents` remain.
"""

from __future__ import annotations

from itertools import count
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.city.camps import cut_camps, draw_lean
from sim.city.city import City
from sim.city.columns import Rank, Role
from sim.city.config import CityConfig
from sim.city.houses import Houses, settle
from sim.city.kinship import cousin_edges, sibling_edges
from sim.city.lineage import Generation, Stage, children_of, founders, let_die, stage_luck
from sim.city.marriages import marriage_facts, marry
from sim.core.ties import Ties, build_ties

ELSEWHERE_SHARE = 0.05  # people of the genealogy who live outside the city, about; assumed
PEOPLE_A_SIBSHIP, GROWTH_POWER = 0.65, 2.82
AWAY_FROM_CLAN_SHARE = 0.15  # households outside the quarters of their clan; assumed


class Genealogy(NamedTuple):
    """The four generations and their houses."""

    first: Generation
    old: Generation
    adult: Generation
    young: Generation
    houses: Houses

    @property
    def n_people(self) -> int:
        """Number of living people."""
        return int((self.houses.old >= 0).sum() + (self.houses.adult >= 0).sum()) + self.houses.young.size


def clan_sizes(n_clans: int, sigma: float, n: int) -> NDArray[np.int64]:
    """Share `n` sibships out to clans: log-normal sizes at stratified quantiles, at least one each.

    Quantiles instead of draws make the largest clans equally large in every city (P5: the top five).
    More clans than sibships are clipped. Returns int64[clans], descending, summing to n.
    """
    n_clans = min(n_clans, n)
    normal = NormalDist()
    z = np.array([normal.inv_cdf((k + 0.5) / n_clans) for k in range(n_clans)])[::-1]
    weight = np.exp(sigma * z)
    exact = np.maximum(weight / weight.sum() * n, 1.0)
    exact = 1.0 + (exact - 1.0) * ((n - n_clans) / max((exact - 1.0).sum(), 1e-12))
    sizes = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(sizes - exact, kind="stable")
    sizes[order[: n - int(sizes.sum())]] += 1
    return np.asarray(sizes)


def grow(config: CityConfig, n_sibships: int) -> Genealogy:
    """Four generations from `n_sibships` (at least 1) sibships of founders, and their houses.

    `config.n_residents` plays no part: how many people came of it is `n_people`.
    """
    kinship, seed = config.kinship, config.seed
    mean = kinship.children_mean
    sizes = clan_sizes(kinship.n_clans, kinship.clan_size_sigma, n_sibships)
    sizes = stage_luck(seed, Stage.BIRTHS).permutation(sizes)  # so that a clan's id tells nothing
    clan = np.repeat(np.arange(sizes.size, dtype=np.int16), sizes)

    first = founders(stage_luck(seed, Stage.BIRTHS, 1), clan, mean)
    marry(stage_luck(seed, Stage.MARRIAGES, 1), first, None, kinship)
    old = children_of(stage_luck(seed, Stage.BIRTHS, 2), first, mean)
    marry(stage_luck(seed, Stage.MARRIAGES, 2), old, first, kinship)
    adult = children_of(stage_luck(seed, Stage.BIRTHS, 3), old, mean)
    marry(stage_luck(seed, Stage.MARRIAGES, 3), adult, old, kinship)
    young = children_of(stage_luck(seed, Stage.BIRTHS, 4), adult, mean)
    let_die(stage_luck(seed, Stage.DEATHS, 2), old)
    let_die(stage_luck(seed, Stage.DEATHS, 3), adult)
    houses = settle(stage_luck(seed, Stage.HOUSES), first, old, adult, young)
    return Genealogy(first, old, adult, young, houses)


def _most(n: int) -> float:
    """People of a genealogy beyond whom it is larger than a city of n needs."""
    return n * (1.0 + 2.0 * ELSEWHERE_SHARE) + 20


def _grow_enough(config: CityConfig) -> Genealogy:
    """Grow until there are people enough, and in the first few attempts not many too many."""
    n = config.n_residents
    wanted = n / (1.0 - ELSEWHERE_SHARE)
    # people a sibship, fitted to the generator itself; only the number of attempts depends on it
    n_sibships = max(round(wanted / (PEOPLE_A_SIBSHIP * config.kinship.children_mean**GROWTH_POWER)), 1)
    for attempt in count():
        genealogy = grow(config, n_sibships)
        if n <= genealogy.n_people and (genealogy.n_people <= _most(n) or attempt > 5):
            break
        before = n_sibships
        n_sibships = max(round(wanted * before / max(genealogy.n_people, 1)), 1)
        if attempt > 4:  # a tiny town hits its size by luck only: make it larger, whole lines leave later
            n_sibships = max(n_sibships, before) * 5 // 4 + 1
        elif n_sibships == before:
            n_sibships += 1
    return genealogy


class _Rows(NamedTuple):
    """Rows of the city: where each provisional household went, and who lives in each."""

    row: NDArray[np.int32]  # [provisional + 1] household row, -1 left out; the last entry serves -1
    household: NDArray[np.int32]  # [R]
    person: NDArray[np.int64]  # [R] row among the old, adults and young laid end to end
    provisional: NDArray[np.int64]  # [H] provisional number of each household


def _choose(rng: np.random.Generator, genealogy: Genealogy, n: int) -> _Rows:
    """Leave out households until n people remain, and of one household all but the oldest.

    Only a tiny town's genealogy may be far too large: there whole lines go first, so that kin stay together.
    Then single households go by lot.
    """
    houses = genealogy.houses
    home = np.concatenate((houses.old, houses.adult, houses.young))
    age = np.concatenate((genealogy.old.age, genealogy.adult.age, genealogy.young.age))
    sizes = np.bincount(home[home >= 0], minlength=houses.n)
    inhabited = np.flatnonzero(sizes)
    by_line = inhabited[np.lexsort((inhabited, houses.line[inhabited]))]
    enough = np.searchsorted(np.cumsum(sizes[by_line]), _most(n)) + 1
    lot = rng.permutation(by_line[:enough])
    total = np.cumsum(sizes[lot])
    stays = int(np.searchsorted(total, n, side="right"))
    chosen = lot[:stays]
    gap = n - int(total[stays - 1] if stays else 0)
    if gap:
        rest = lot[stays:]
        fitting = rest[sizes[rest] == gap][:1]
        chosen = np.concatenate((chosen, fitting if fitting.size else rest[:1]))
    provisional = chosen[np.lexsort((chosen, houses.line[chosen]))]
    row = np.full(houses.n + 1, -1, np.int32)
    row[provisional] = np.arange(provisional.size, dtype=np.int32)

    person = np.flatnonzero(row[home] >= 0)
    key = row[home[person]].astype(np.int64) * 4096 - (age[person] * 16).astype(np.int64)
    person = person[np.argsort(key, kind="stable")]
    household = row[home[person]]
    if person.size > n:
        cut = row[chosen[-1]]
        last = int(np.searchsorted(household, cut, side="right"))
        keep = np.ones(person.size, bool)
        keep[last - (person.size - n) : last] = False
        person, household = person[keep], household[keep]
    return _Rows(row, household, person, provisional)


def _tie(config: CityConfig, genealogy: Genealogy, rows: _Rows) -> Ties:
    """All ties between the chosen households."""
    first, old, adult, _, houses = genealogy
    share = config.kinship.cousin_contact_share
    natal = rows.row[houses.natal]
    # the seat of the married is where their couple lives, even if they are dead
    old_seat = np.where(old.couple >= 0, natal[old.couple], rows.row[houses.old])
    adult_seat = rows.row[np.where(adult.couple >= 0, adult.couple, houses.adult)]
    gone = np.full(first.husband.size, -1, np.int32)
    edges = (
        sibling_edges(old, old_seat, gone),
        sibling_edges(adult, adult_seat, natal),
        cousin_edges(stage_luck(config.seed, Stage.COUSINS, 2), old, first, old_seat, share),
        cousin_edges(stage_luck(config.seed, Stage.COUSINS, 3), adult, old, adult_seat, share),
    )
    a, b, kind = (np.concatenate([edge[k] for edge in edges]) for k in range(3))
    return build_ties(rows.provisional.size, a, b, kind)


def _quarters(rng: np.random.Generator, n_households: int, n_quarters: int) -> NDArray[np.int16]:
    """Quarter int16[H]: rows (sorted by clan and line) fill quarter after quarter; some live elsewhere.

    So quarters are of one size, a small clan lives in one or two, and brothers mostly side by side.
    """
    home = np.arange(n_households) * n_quarters // max(n_households, 1)
    away = rng.random(n_households) < AWAY_FROM_CLAN_SHARE
    return np.where(away, rng.integers(0, n_quarters, n_households), home).astype(np.int16)


def generate_city(config: CityConfig) -> City:
    """Grow the synthetic city of `config`: exactly n_residents, deterministic in the config alone.

    Roles are all civilian: the muster gives them later. See docs of `City` for the arrays.
    """
    genealogy = _grow_enough(config)
    rows = _choose(stage_luck(config.seed, Stage.RESIDENCE), genealogy, config.n_residents)
    ties = _tie(config, genealogy, rows)
    generations = (genealogy.old, genealogy.adult, genealogy.young)
    sex = np.concatenate([g.sex for g in generations])[rows.person]
    age = np.concatenate([g.age for g in generations])[rows.person]
    n, n_households = rows.person.size, rows.provisional.size
    clan = genealogy.houses.clan[rows.provisional]
    sizes = np.bincount(rows.household, minlength=n_households)
    first = np.zeros(n_households + 1, np.int32)
    np.cumsum(sizes, out=first[1:])
    lean = draw_lean(stage_luck(config.seed, Stage.CAMPS), config, clan, rows.household)
    facts = marriage_facts([(genealogy.old, genealogy.first), (genealogy.adult, genealogy.old)])
    facts["kin_elsewhere_share"] = 1.0 - n / genealogy.n_people
    return City(
        seed=config.seed,
        n_quarters=config.n_quarters,
        resident_id=np.arange(n, dtype=np.int64),
        household=rows.household,
        camp=cut_camps(lean, config.camps),
        sex=sex,
        age=age.astype(np.int16),
        role=np.full(n, Role.CIVILIAN, np.int8),
        rank=np.full(n, Rank.NONE, np.int8),
        faction=np.full(n, -1, np.int16),
        faction_names=(),
        household_id=np.arange(n_households, dtype=np.int64),
        first=first,
        clan=clan,
        quarter=_quarters(stage_luck(config.seed, Stage.QUARTERS), n_households, config.n_quarters),
        lean=(np.bincount(rows.household, lean, n_households) / np.maximum(sizes, 1)).astype(np.float32),
        offsets=ties.offsets,
        neighbours=ties.neighbours,
        tie_kind=ties.kind,
        facts=facts,
    )
