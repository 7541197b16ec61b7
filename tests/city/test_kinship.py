"""The genealogy behind the ties: who may marry whom, and which houses a family ties."""

from __future__ import annotations

import numpy as np
import pytest

from sim.city.columns import Sex, Tie
from sim.city.config import CityConfig, Kinship
from sim.city.kinship import cousin_edges, sibling_edges
from sim.city.lineage import Generation
from sim.city.marriages import marriage_facts
from sim.city.population import Genealogy, grow


@pytest.fixture(scope="module")
def genealogy() -> Genealogy:
    return grow(CityConfig(seed=11), 60)


def person(g: Generation, parents: Generation, i: int) -> tuple[set[int], int]:
    """Families of a person's two parents, and the person's own."""
    f = g.family[i]
    return {int(parents.family[parents.husband[f]]), int(parents.family[parents.wife[f]])}, int(f)


def test_marriages_join_one_man_and_one_woman_of_age(genealogy):
    for g in (genealogy.first, genealogy.old, genealogy.adult):
        assert (g.sex[g.husband] == Sex.MALE).all()
        assert (g.sex[g.wife] == Sex.FEMALE).all()
        assert np.unique(np.concatenate((g.husband, g.wife))).size == 2 * g.husband.size
        assert (g.ready[g.husband] >= 0).all()
        assert (g.ready[g.wife] >= 0).all()
        couples = np.arange(g.husband.size)
        np.testing.assert_array_equal(g.couple[g.husband], couples)
        np.testing.assert_array_equal(g.couple[g.wife], couples)
        assert (np.diff(g.husband) > 0).all()


def test_brother_and_sister_never_marry(genealogy):
    for g in (genealogy.first, genealogy.old, genealogy.adult):
        assert (g.family[g.husband] != g.family[g.wife]).all()


def test_brother_and_sister_never_marry_even_where_hardly_anybody_else_is_there():
    for seed in range(20):
        tiny = grow(CityConfig(seed=seed, kinship=Kinship(n_clans=1)), 1)
        for g in (tiny.first, tiny.old, tiny.adult):
            assert (g.family[g.husband] != g.family[g.wife]).all()


def test_the_reported_shares_are_those_of_the_genealogy_counted_by_hand(genealogy):
    cousins = clan = total = 0
    for g, parents in ((genealogy.old, genealogy.first), (genealogy.adult, genealogy.old)):
        for man, woman in zip(g.husband, g.wife, strict=True):
            his, hers = person(g, parents, man)[0], person(g, parents, woman)[0]
            total += 1
            cousins += bool(his & hers)
            clan += not his & hers and g.clan[man] == g.clan[woman]
    facts = marriage_facts([(genealogy.old, genealogy.first), (genealogy.adult, genealogy.old)])
    assert facts["marriages"] == total
    assert facts["cousin_marriage_share"] == pytest.approx(cousins / total)
    assert facts["clan_marriage_share"] == pytest.approx(clan / total)


def test_clan_passes_through_the_father(genealogy):
    for g, parents in ((genealogy.old, genealogy.first), (genealogy.adult, genealogy.old)):
        np.testing.assert_array_equal(g.clan, parents.clan[parents.husband[g.family]])


def test_mothers_bear_at_a_plausible_age(genealogy):
    for g, parents in ((genealogy.old, genealogy.first), (genealogy.adult, genealogy.old)):
        at_birth = parents.age[parents.wife[g.family]] - g.age
        assert at_birth.min() > 15
        assert at_birth.max() < 47


def test_minors_live_with_an_adult(genealogy):
    houses = genealogy.houses
    home = np.concatenate((houses.old, houses.adult, houses.young))
    age = np.concatenate((genealogy.old.age, genealogy.adult.age, genealogy.young.age))
    has_adult = np.bincount(home[(home >= 0) & (age >= 18)], minlength=houses.n) > 0
    # married minors of fifteen and more are adults of their house
    minors = (home >= 0) & (age < 15)
    assert has_adult[home[minors]].all()


def family(sex: list[int], couple: list[int]) -> Generation:
    """One family with the children given."""
    n = len(sex)
    none = np.zeros(0, np.int32)
    return Generation(
        family=np.zeros(n, np.int32),
        first_child=np.array([0, n], np.int32),
        sex=np.array(sex, np.int8),
        age=np.full(n, 40, np.float32),
        clan=np.zeros(n, np.int16),
        ready=np.ones(n, np.float32),
        is_alive=np.ones(n, bool),
        couple=np.array(couple, np.int32),
        husband=none,
        wife=none,
    )


def test_men_tie_closely_and_women_by_affinity():
    brothers_and_sisters = family([1, 1, 0, 0], [0, 1, 2, 3])
    seat = np.array([10, 11, 12, 13], np.int32)
    a, b, kind = sibling_edges(brothers_and_sisters, seat, np.array([20], np.int32))
    found = {frozenset(pair): k for *pair, k in zip(a.tolist(), b.tolist(), kind.tolist(), strict=True)}
    close, affine = Tie.CLOSE, Tie.AFFINE
    assert found == {
        frozenset({20, 10}): close,
        frozenset({20, 11}): close,
        frozenset({10, 11}): close,
        frozenset({20, 12}): affine,
        frozenset({20, 13}): affine,
        frozenset({10, 12}): affine,
        frozenset({10, 13}): affine,
        frozenset({11, 12}): affine,
        frozenset({11, 13}): affine,
        frozenset({12, 13}): affine,
    }


def test_a_sibling_who_is_gone_or_at_home_ties_nothing_twice():
    siblings = family([1, 1, 0], [0, -1, -1])
    a, b, _ = sibling_edges(siblings, np.array([10, 20, -1], np.int32), np.array([20], np.int32))
    assert {frozenset(pair) for pair in zip(a.tolist(), b.tolist(), strict=True)} == {frozenset({10, 20})}


def test_cousins_are_tied_with_the_share_that_keeps_contact():
    parents = family([1, 0], [0, 1])
    children = family([1, 0, 1, 1, 0], [-1] * 5)
    children.first_child = np.array([0, 2, 5], np.int32)
    seat = np.array([0, 1, 2, 3, 4], np.int32)
    rng = np.random.default_rng(0)
    a, b, kind = cousin_edges(rng, children, parents, seat, 1.0)
    assert set(zip(a.tolist(), b.tolist(), strict=True)) == {(i, j) for i in (0, 1) for j in (2, 3, 4)}
    assert (kind == Tie.COUSIN).all()
    assert cousin_edges(rng, children, parents, seat, 0.0)[0].size == 0
    children.age[0] = 10  # minors keep no ties of their own
    assert cousin_edges(rng, children, parents, seat, 1.0)[0].size == 3
