"""Which points a sweep makes: exactly those, in a fixed order."""

import numpy as np
import pytest

from sim.compose import Composer
from sim.config.sweeps import exact_range
from sim.errors import InputError
from sim.study.design import design
from sim.study.settings import Study
from tests.study.studies import plan_of


def values(line, key=None):
    request = Composer().split([line], Study)
    sweep = request.sweeps[key or line.partition("=")[0].lstrip("+")]
    return sweep.values


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("events.kidnapping.base=0.1,0.2", (0.1, 0.2)),
        ("events.kidnapping.base=choice(0.1,0.2)", (0.1, 0.2)),
        ("events.kidnapping.base=1,2", (1.0, 2.0)),
        ("days=range(1,4)", (1, 2, 3)),
        ("days=range(3)", (0, 1, 2)),
        ("days=range(10,0,-4)", (10, 6, 2)),
        ("events.kidnapping.base=range(0.1,0.4,0.1)", (0.1, 0.2, 0.3)),
        ("events.kidnapping.base=range(0,0.3,0.1)", (0.0, 0.1, 0.2)),
        ("events.kidnapping.base=range(0.3,0,-0.1)", (0.3, 0.2, 0.1)),
        ("events.kidnapping.base=range(0,1,0.3)", (0.0, 0.3, 0.6, 0.9)),
        ("events.kidnapping.at=[12],[12,40]", ([12], [12, 40])),
        ("measures.mediation.enabled=true,false", (True, False)),
        ("scenario=small_town,al_rastan", ("small_town", "al_rastan")),
        ("scenario=glob(al_rastan*,exclude=*quiet)", (
            "al_rastan", "al_rastan_at_war", "al_rastan_besieged", "al_rastan_guaranteed_passage",
            "al_rastan_no_newcomers",
        )),
        ("army.start=observing,squeezing", ("observing", "squeezing")),
    ],
)  # fmt: skip
def test_a_sweep_is_expanded_exactly(line, expected):
    found = values(line)
    assert found == expected
    assert [type(value) for value in found] == [type(value) for value in expected]


def test_a_long_float_range_has_no_rounding_error():
    assert exact_range(0, 1, 0.001, "") == tuple(k / 1000 for k in range(1000))


def test_a_grid_moves_the_last_factor_fastest():
    points = plan_of("events.kidnapping.base=0.1,0.2", "days=1,2,3").points
    assert [tuple(points.settings(k).values()) for k in range(6)] == [
        (0.1, 1), (0.1, 2), (0.1, 3), (0.2, 1), (0.2, 2), (0.2, 3),
    ]  # fmt: skip


def test_zip_pairs_the_lists():
    points = plan_of("events.kidnapping.base=0.1,0.2", "days=1,2", "design=zip").points
    assert [tuple(points.settings(k).values()) for k in range(len(points))] == [(0.1, 1), (0.2, 2)]


def test_zip_takes_a_value_again_so_that_one_thing_can_change_at_a_time():
    points = plan_of(
        "events.kidnapping.base=0.1,0.2,0.1", "army.start=observing,observing,squeezing", "design=zip"
    ).points
    assert [tuple(points.settings(k).values()) for k in range(3)] == [
        (0.1, "observing"), (0.2, "observing"), (0.1, "squeezing"),
    ]  # fmt: skip
    assert [factor.values for factor in points.factors] == [(0.1, 0.2), ("observing", "squeezing")]


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol"])
def test_samples_fill_the_intervals_evenly(kind):
    points = plan_of(
        "events.kidnapping.base=interval(0.1,0.9)",
        "days=interval(1,8)",
        "measures.mediation.enabled=true,false",
        f"design={kind}",
        "points=64",
    ).points
    base, days, enabled = zip(*(points.settings(k).values() for k in range(64)), strict=True)
    counts, _ = np.histogram(base, 8, (0.1, 0.9))
    assert (counts == 8).all()
    assert np.bincount(days).tolist() == [0, *[8] * 8]
    assert sum(enabled) == 32


def test_a_logarithmic_interval_is_even_in_the_logarithm():
    points = plan_of(
        "events.kidnapping.base=tag(log,interval(0.001,1))", "design=latin_hypercube", "points=30"
    ).points
    drawn = np.log10([points.settings(k)["events.kidnapping.base"] for k in range(30)])
    assert np.histogram(drawn, 3, (-3, 0))[0].tolist() == [10, 10, 10]


def test_the_same_seed_draws_the_same_points_and_another_one_others():
    lines = ["events.kidnapping.base=interval(0,1)", "design=latin_hypercube", "points=5"]
    one, again = plan_of(*lines), plan_of(*lines)
    other = plan_of(*lines, "design_seed=1")
    assert one.digest == again.digest != other.digest
    assert one.points.factors[0].values != other.points.factors[0].values


def test_without_a_sweep_there_is_one_point():
    points = plan_of("runs=3").points
    assert (len(points), points.label(0)) == (1, "all")


def test_a_label_names_keys_and_values():
    assert (
        plan_of("days=1,2", "army.start=squeezing,observing").points.label(0)
        == "days=1, army.start=squeezing"
    )


@pytest.mark.parametrize("told", ["range(1e-30,1,1e-30)", "range(1,0,-1e-300)", "range(0,2e9,1)"])
def test_a_range_without_end_is_refused_at_once(told):
    with pytest.raises(InputError, match="more than 1000000 values"):
        plan_of(f"events.kidnapping.base={told}")


def test_ten_thousand_points_compose_as_often_as_groups_combine(monkeypatch):
    from sim.compose import composer

    calls = []
    merge = composer.merge
    monkeypatch.setattr(composer, "merge", lambda *a: (calls.append(a[1]), merge(*a))[1])
    plan = plan_of("events.kidnapping.base=range(0,1,0.0002)", "scenario=small_town,al_rastan")
    assert plan.n_points == 10_000
    assert calls.count("config") == 2


def test_factor_files_and_lines_say_the_same():
    composer = Composer()
    assert composer.factor("days", [1, 2]).values == composer.factor("days", "1,2").values
    assert composer.factor("days", "range(1,3)").values == (1, 2)


def test_more_points_than_ten_thousand_ask_for_yes():
    lines = ["events.kidnapping.base=range(0,2,0.0001)"]
    with pytest.raises(InputError, match=r"20,000 points are more than 10,000; add --yes"):
        plan_of(*lines)
    assert plan_of(*lines, yes=True).n_points == 20_000


def test_points_are_designed_from_sweeps_alone():
    assert len(design([], Study())) == 1
