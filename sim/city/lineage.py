"""Generations: who was born to whom, when, and who still lives.

Four generations. The founders (the first, all dead) come in sibships; their children are the old, their
grandchildren the adults of today, their great-grandchildren live at home. Persons of one family (children
of one couple) are contiguous rows, and couples are sorted by husband, so that a patriline is contiguous
in every generation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

# Ages and lengths in years. All assumed unless marked: plausible for provincial Syria before 2011.
FOUNDER_MOTHER_AGE, FOUNDER_MOTHER_AGE_SD = 118.0, 8.0  # of the founders' mothers, were they alive
MARRIAGE_AGE = (20.5, 25.5)  # woman, man
MARRIAGE_AGE_SD = (3.0, 3.5)
MARRIAGE_AGE_RANGE = (15.0, 40.0)
FIRST_BIRTH_AFTER = (1.0, 2.0)  # after the wedding
BIRTH_SPACING = (1.5, 3.0)  # between surviving children
LAST_BIRTH_AGE = 45.0  # of the mother
BOYS_SHARE = 0.512  # sex ratio at birth 1.05, recalled
# Gompertz mortality, S(age) = exp(-scale * (exp(age * slope) - 1)): half live to 74 (man), 78 (woman)
MORTALITY_SLOPE = 0.1
MORTALITY_SCALE = (2.9e-4, 4.3e-4)  # woman, man


class Stage(IntEnum):
    """One substream of luck for each stage of the generator: a stage never moves another one's draws."""

    BIRTHS = 1
    MARRIAGES = 2
    DEATHS = 3
    HOUSES = 4
    RESIDENCE = 5
    COUSINS = 6
    QUARTERS = 7
    CAMPS = 8


def stage_luck(seed: int, stage: Stage, generation: int = 0) -> np.random.Generator:
    """The generator of one stage (and generation): Philox with key (seed, stage, generation)."""
    return np.random.Generator(np.random.Philox(key=[seed, stage << 8 | generation]))


@dataclass
class Generation:
    """n persons in families, and the c couples they made; filled stage by stage."""

    family: NDArray[np.int32]  # [n] couple of the generation before (for founders: the sibship)
    first_child: NDArray[np.int32]  # [families + 1] rows of the children of each family
    sex: NDArray[np.int8]  # [n] Sex
    age: NDArray[np.float32]  # [n] years, as if alive
    clan: NDArray[np.int16]  # [n] through the father
    ready: NDArray[np.float32]  # [n] years since the person's own age at marriage, negative if still to come
    is_alive: NDArray[np.bool_]  # [n]
    couple: NDArray[np.int32]  # [n] couple of the person, -1 unmarried
    husband: NDArray[np.int32]  # [c] rows, ascending
    wife: NDArray[np.int32]  # [c] rows


def _within_family(step: NDArray[np.float64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Running sum of `step` that restarts in each family."""
    total = np.cumsum(step)
    before = np.concatenate(([0.0], total))[np.cumsum(counts) - counts]
    return np.asarray(total - np.repeat(before, counts))


def bear_children(
    rng: np.random.Generator,
    mother_age: NDArray[np.float32],
    years_married: NDArray[np.float32],
    clan: NDArray[np.int16],
    counts: NDArray[np.int64],
) -> Generation:
    """Children of each couple: the first a year or two after the wedding, then spaced.

    mother_age, years_married: float32[c] years; clan: int16[c] of the father; counts: int64[c].
    Spacing is squeezed where the mother would pass LAST_BIRTH_AGE. Children not born yet are left out.
    Nobody is dead or married yet.
    """
    family = np.repeat(np.arange(mother_age.size, dtype=np.int32), counts)
    spread = rng.random(family.size)
    is_eldest = np.ones(family.size, bool)
    is_eldest[1:] = family[1:] != family[:-1]
    low = np.where(is_eldest, FIRST_BIRTH_AFTER[0], BIRTH_SPACING[0])
    high = np.where(is_eldest, FIRST_BIRTH_AFTER[1], BIRTH_SPACING[1])
    since_wedding = _within_family(low + (high - low) * spread, counts)

    room = np.maximum(LAST_BIRTH_AGE - (mother_age - years_married), 1.0)
    length = np.ones(mother_age.size)
    last = np.cumsum(counts)[counts > 0] - 1
    length[counts > 0] = since_wedding[last]
    age = years_married[family] - since_wedding * np.minimum(1.0, room / length)[family]

    is_boy = rng.random(family.size) < BOYS_SHARE
    wedding_age = rng.standard_normal(family.size)
    born = age >= 0
    family, age, sex = family[born], age[born].astype(np.float32), is_boy[born].astype(np.int8)
    wedding_age = np.take(MARRIAGE_AGE, sex) + np.take(MARRIAGE_AGE_SD, sex) * wedding_age[born]
    n = family.size
    first_child = np.zeros(mother_age.size + 1, np.int32)
    np.cumsum(np.bincount(family, minlength=mother_age.size), out=first_child[1:])
    none = np.zeros(0, np.int32)
    return Generation(
        family=family,
        first_child=first_child,
        sex=sex,
        age=age,
        clan=clan[family],
        ready=(age - np.clip(wedding_age, *MARRIAGE_AGE_RANGE)).astype(np.float32),
        is_alive=np.ones(n, bool),
        couple=np.full(n, -1, np.int32),
        husband=none,
        wife=none,
    )


def children_of(rng: np.random.Generator, parents: Generation, children_mean: float) -> Generation:
    """The next generation: a Poisson number of children of every couple, with their father's clan.

    `children_mean`: children a couple, before those are left out who are not born yet.
    """
    years_married = np.minimum(parents.ready[parents.husband], parents.ready[parents.wife])
    counts = rng.poisson(children_mean, parents.wife.size)
    return bear_children(rng, parents.age[parents.wife], years_married, parents.clan[parents.husband], counts)


def founders(rng: np.random.Generator, clan: NDArray[np.int16], children_mean: float) -> Generation:
    """The first generation: one sibship for each entry of `clan` (int16[s], ascending).

    Sibships are of one size and every other child is a man: luck this early would spoil the clan sizes.
    """
    mother_age = rng.normal(FOUNDER_MOTHER_AGE, FOUNDER_MOTHER_AGE_SD, clan.size).astype(np.float32)
    counts = np.diff(np.floor(np.arange(clan.size + 1) * children_mean)).astype(np.int64)
    generation = bear_children(rng, mother_age, mother_age - np.float32(MARRIAGE_AGE[0]), clan, counts)
    generation.sex[:] = np.arange(generation.sex.size) % 2 == 0
    return generation


def let_die(rng: np.random.Generator, generation: Generation) -> None:
    """Draw who still lives, by sex and age; replaces `is_alive`.

    Gompertz's law of mortality, its numbers assumed (MORTALITY_SLOPE, MORTALITY_SCALE).
    """
    scale = np.take(MORTALITY_SCALE, generation.sex)
    survival = np.exp(-scale * np.expm1(generation.age * MORTALITY_SLOPE))
    generation.is_alive = rng.random(generation.age.size) < survival
