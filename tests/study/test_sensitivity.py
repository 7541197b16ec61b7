"""Sensitivity: exact designs, indices that are known, and a small study from end to end."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.cli import main
from sim.errors import InputError
from sim.study.build import build_plan
from sim.study.run_queue import Shard
from sim.study.sensitivity.luck import luck_share
from sim.study.sensitivity.sample import block_size
from sim.study.sensitivity.table import sensitivity_table
from sim.study.study import begin, merge
from tests.study.studies import SERIAL, SMALL, StopError, assert_same, done, plan_of

pytestmark = pytest.mark.xdist_group("sensitivity")  # what the module makes is made once

KEYS = ("events.kidnapping.base", "events.clash.base", "events.assault.base")
THREE = [f"{key}=interval(0,1)" for key in KEYS]
STUDY = [
    *SMALL,
    "events.kidnapping.base=tag(log,interval(0.01,1))",
    "truce.feud.bar=interval(2,8)",
    "measures.mediation.enabled=false,true",
    "design=morris",
    "samples=3",
    "runs=2",
    "keep=rows",
]


@pytest.fixture(autouse=True)
def few_are_checked(monkeypatch):
    """Plans of thousands of points are wanted here, not their validation."""
    monkeypatch.setattr("sim.study.build.CHECK_ALL", 20)


def codes_of(plan):
    """Codes by block, point and factor."""
    n = plan.points.codes.shape[1]
    return plan.points.codes.reshape(plan.study.samples, -1, n)


def runs_of(plan, outcome):
    """Run rows of a study whose outcome `y` is a function of the three factors and the seed of a history."""
    rows = []
    for point in range(plan.n_points):
        settings = plan.points.settings(point)
        x = [settings[key] for key in KEYS]
        for run in range(plan.study.runs):
            y = outcome(*x, settings["seed"] + run)
            rows.append({"point": point, "run": run, "status": "ok", "y": y})
    return pd.DataFrame(rows)


def luck_of(seed):
    """A number in [0, 1) that the seed alone decides."""
    return np.random.default_rng(seed).random()


def analysed(design, samples, outcome, *more):
    """The table of `y`, by factor."""
    plan = plan_of(*THREE, f"design={design}", f"samples={samples}", *more)
    return sensitivity_table(plan, runs_of(plan, outcome), ["y"]).set_index("factor")


def test_a_trajectory_changes_every_factor_once_the_seed_too():
    plan = plan_of(*THREE, "design=morris", "samples=6", "runs=5")
    codes = codes_of(plan)
    assert codes.shape == (6, 5, 4)
    changed = np.diff(codes, axis=1) != 0
    assert (changed.sum(axis=2) == 1).all()
    assert (changed.sum(axis=1) == 1).all()
    for factor in plan.points.factors[:3]:
        assert factor.values == pytest.approx((0, 1 / 3, 2 / 3, 1))


def test_a_base_sample_is_a_row_of_a_one_row_for_each_factor_and_a_row_of_b():
    codes = codes_of(plan_of(*THREE, "design=saltelli", "samples=8"))
    assert codes.shape == (8, 6, 4)
    a, b = codes[:, 0], codes[:, -1]
    for k in range(4):
        expected = a.copy()
        expected[:, k] = b[:, k]
        assert (codes[:, k + 1] == expected).all()


@pytest.mark.parametrize("design", ["morris", "saltelli"])
def test_no_two_blocks_share_a_seed_and_each_has_two_sets_of_them(design):
    plan = plan_of(*THREE, f"design={design}", "samples=8", "runs=5", "seed=70")
    assert [factor.key for factor in plan.points.factors][-1] == "seed"
    first = [plan.points.settings(point)["seed"] for point in range(plan.n_points)]
    blocks = np.array(first).reshape(8, -1)
    assert [len(set(block)) for block in blocks.tolist()] == [2] * 8
    assert sorted(set(first)) == [70 + 5 * k for k in range(16)]
    assert plan.scenario(1).seed == first[1]


def test_a_redrawn_city_is_part_of_the_luck():
    plan = plan_of(*THREE, "design=morris", "samples=2", "runs=3", "cities=redrawn", "city.seed=9")
    assert [factor.key for factor in plan.points.factors][-2:] == ["seed", "city.seed"]
    for point in range(plan.n_points):
        settings = plan.points.settings(point)
        assert settings["city.seed"] == settings["seed"] + 9
    assert len(sensitivity_table(plan, runs_of(plan, lambda a, b, c, s: a), ["y"])) == 4


@pytest.mark.parametrize("design", ["morris", "saltelli"])
def test_a_design_is_the_same_every_time_and_another_with_another_seed(design):
    lines = [*THREE, f"design={design}", "samples=4"]
    one, again, other = plan_of(*lines), plan_of(*lines), plan_of(*lines, "design_seed=1")
    assert one.digest == again.digest != other.digest


def test_the_ends_of_a_logarithmic_interval_are_exact():
    lines = ["events.kidnapping.base=tag(log,interval(0.009,0.036))", "events.clash.base=0.1,0.2"]
    values = plan_of(*lines, "design=morris", "samples=8").points.factors[0].values
    assert (values[0], values[-1]) == (0.009, 0.036)


def test_morris_finds_the_slopes_of_a_line():
    table = analysed("morris", 6, lambda a, b, c, seed: 4 * a - 2 * b)
    assert table.mu.tolist() == pytest.approx([4, -2, 0, 0])
    assert table.mu_star.tolist() == pytest.approx([4, 2, 0, 0])
    assert table.sigma.tolist() == pytest.approx([0, 0, 0, 0], abs=1e-12)
    assert table.mu_star_low.tolist() == pytest.approx(table.mu_star.tolist())
    assert table.blocks.tolist() == [6] * 4


def test_morris_finds_a_bend_and_an_interaction_by_their_spread():
    table = analysed("morris", 200, lambda a, b, c, seed: (2 * a - 1) * (2 * b - 1) + c)
    # a step of a moves y by 2 (2 b - 1), with b on the grid 0, 1/3, 2/3, 1: plus or minus 2 or 2/3
    assert table.mu[KEYS[0]] == pytest.approx(0, abs=4 * 1.49 / np.sqrt(200))
    assert table.mu_star[KEYS[0]] == pytest.approx(4 / 3, abs=4 * 0.67 / np.sqrt(200))
    assert table.sigma[KEYS[0]] == pytest.approx(np.sqrt((4 + 4 / 9) / 2), rel=0.1)
    assert table.sigma[KEYS[2]] == pytest.approx(0, abs=1e-12)


def test_sobol_indices_of_ishigami_s_function_are_the_known_ones():
    """Ishigami and Homma 1990, a = 7, b = 0.1; the seed does nothing."""

    def ishigami(a, b, c, seed):
        x, y, z = (2 * np.pi * u - np.pi for u in (a, b, c))
        return np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)

    table = analysed("saltelli", 512, ishigami, "runs=1")
    assert table.s1.tolist() == pytest.approx([0.3139, 0.4424, 0, 0], abs=0.06)
    assert table.st.tolist() == pytest.approx([0.5576, 0.4424, 0.2437, 0], abs=0.06)
    assert (table.st_low[:3] < [0.5576, 0.4424, 0.2437]).all()
    assert (table.st_high[:3] > [0.5576, 0.4424, 0.2437]).all()


@pytest.mark.parametrize("runs", [1, 4])
def test_the_seed_is_a_factor_and_its_share_is_that_of_single_histories(runs):
    """y = 4 a - 2 b + 3 luck: variances 16, 4, 9 of 29 twelfths; in the mean of runs, luck has 9 / runs."""
    table = analysed("saltelli", 512, lambda a, b, c, seed: 4 * a - 2 * b + 3 * luck_of(seed), f"runs={runs}")
    total = 20 + 9 / runs
    assert table.st.tolist() == pytest.approx([16 / total, 4 / total, 0, 9 / runs / total], abs=0.06)
    seed = table.loc["seed"]
    assert seed.luck_share == pytest.approx(9 / 29, abs=0.04)
    assert seed.luck_share_low < 9 / 29 < seed.luck_share_high
    assert table.luck_share[:3].isna().all()


def test_in_morris_what_another_seed_does_is_measured_like_a_factor():
    table = analysed("morris", 400, lambda a, b, c, seed: 3 * luck_of(seed), "runs=1")
    # two numbers in [0, 3) lie 1 apart in the mean; a step is 2/3
    assert table.mu_star["seed"] == pytest.approx(1.5, abs=4 * 1.06 / np.sqrt(400))
    assert table.mu_star[:3].tolist() == [0, 0, 0]
    assert table.luck_share["seed"] == pytest.approx(1, abs=0.15)


def test_luck_has_no_share_where_nothing_differs_and_all_where_nothing_else_does():
    pairs = np.array([[0, 1]] * 3)
    assert np.isnan(luck_share(np.ones((3, 2, 2)), pairs)).all()
    y = np.random.default_rng(0).random((50, 4, 6))
    assert luck_share(y, pairs)[0] == pytest.approx(1, abs=0.05)


def test_a_block_with_a_failed_run_is_left_out():
    plan = plan_of(*THREE, "design=morris", "samples=4", "runs=2")
    runs = runs_of(plan, lambda a, b, c, seed: 4 * a - 2 * b)
    runs.loc[3, "status"] = "failed"
    table = sensitivity_table(plan, runs, ["y"]).set_index("factor")
    assert table.blocks.tolist() == [3] * 4
    assert table.mu.tolist() == pytest.approx([4, -2, 0, 0])
    runs.loc[runs.point >= 5, "status"] = "failed"
    with pytest.raises(InputError, match="0 blocks are whole"):
        sensitivity_table(plan, runs, ["y"])


def test_an_outcome_that_does_not_vary_has_no_indices():
    table = analysed("saltelli", 4, lambda a, b, c, seed: 1.0, "runs=1")
    assert table[["s1", "st", "luck_share"]].isna().all().all()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small study of Morris' design, in its folder."""
    folder = tmp_path_factory.mktemp("sensitivity") / "study"
    done(folder, *STUDY)
    return folder


def test_a_study_leaves_the_table_and_tells_the_answer(small, capsys):
    study = sim.read_study(small)
    assert len(study.points) == 3 * block_size("morris", 3)
    assert study.differences.empty
    table = study.sensitivity
    assert set(table.outcome) > {"broke", "break_days", "deaths"}
    assert table.factor[:4].tolist() == [
        "events.kidnapping.base", "truce.feud.bar", "measures.mediation.enabled", "seed",
    ]  # fmt: skip
    mean = study.runs.groupby("point").broke.mean().to_numpy().reshape(3, 5)
    at = {key: k for k, key in enumerate(table.factor[:4])}
    codes = study.plan.points.codes.reshape(3, 5, 4)
    for key, k in at.items():
        steps = [np.flatnonzero(np.diff(block[:, k]))[0] for block in codes]
        effects = [(mean[b][s + 1] - mean[b][s]) / (2 / 3) for b, s in enumerate(steps)]
        row = table[(table.outcome == "broke") & (table.factor == key)].iloc[0]
        assert row.mu_star == pytest.approx(np.mean(np.abs(effects)))
    assert study.lines[0] == (
        "broke: whether the truce broke; Morris, 3 trajectories of 5 points, 2 histories a point"
    )
    assert "seed (luck)" in "\n".join(study.lines)
    assert any(line.startswith("Luck makes ") for line in study.lines)


def test_the_tables_do_not_depend_on_who_did_the_runs(small, tmp_path):
    for number in (1, 2):
        done(tmp_path / str(number), *STUDY, shard=Shard(number, 2))
    merge([tmp_path / "1", tmp_path / "2"], tmp_path / "whole")
    assert_same(tmp_path / "whole", small)


def test_the_command_and_the_function_ask_about_any_outcome(small, capsys):
    assert main(["sensitivity", str(small), "--outcome", "taken", "--format", "csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("outcome,factor,blocks,runs,mu,mu_star")
    assert len(lines) == 5
    table = sim.sensitivity(small, "events_social")
    assert table.mu_star.is_monotonic_decreasing
    pd.testing.assert_frame_equal(table, sim.sensitivity(sim.read_study(small), "events_social"))
    stored = sim.read_study(small).sensitivity
    deaths = stored[stored.outcome == "deaths"].set_index("factor")
    again = sim.sensitivity(small, "deaths").set_index("factor").loc[deaths.index]
    pd.testing.assert_frame_equal(again, deaths)
    assert main(["sensitivity", str(small)]) == 0
    said = capsys.readouterr().out
    assert "Luck makes " in said
    assert "events.kidnapping.base\t" in said


def test_figures_and_report_of_such_a_study(small, tmp_path, capsys):
    assert main(["plot", str(small), "--out", str(tmp_path), "--format", "svg"]) == 0
    assert (tmp_path / "morris.svg").exists()
    assert not (tmp_path / "comparison.svg").exists()
    assert main(["report", str(small), "--out", str(tmp_path / "r.html")]) == 0
    page = (tmp_path / "r.html").read_text()
    assert "than another seed does" in page
    assert "Luck makes " in page


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["STUDY", "--outcome", "brok"], "did you mean 'broke'"),
        (["STUDY", "--outcome", "ending"], "no outcome of numbers"),
        (["STUDY", "--outcome", "first_break_day"], "take break_days"),
        (["PLAIN"], "this study has design=grid"),
        (["NOWHERE"], "is not a folder"),
        (["RUN"], "is a run; give the folder of a study"),
    ],
)
def test_a_mistake_is_told_in_one_line(arguments, says, small, tmp_path, capsys):
    places = {
        "STUDY": small,
        "PLAIN": tmp_path / "plain",
        "NOWHERE": tmp_path / "no",
        "RUN": tmp_path / "run",
    }
    if "PLAIN" in arguments:
        done(places["PLAIN"], *SMALL, "days=1,2", "runs=1")
    if "RUN" in arguments:
        assert main(["run", *SMALL, "days=2", "--no-figure", "--out", str(places["RUN"])]) == 0
    capsys.readouterr()
    assert main(["sensitivity", *(str(places.get(each, each)) for each in arguments)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert says in err


def test_a_study_that_is_under_way_is_analysed_as_far_as_blocks_are_whole(tmp_path, capsys):
    plan, engine = build_plan([*STUDY, SERIAL])
    out = tmp_path / "study"

    def tell(queue):
        if queue.n_done >= 2 * 5 * 2:  # two trajectories of five points, two runs each
            raise StopError

    with pytest.raises(StopError):
        begin(plan, engine, out, tell)
    assert main(["sensitivity", str(out), "--format", "csv"]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[1].split(",")[2] == "2"
    assert "Unfinished: " in said.err
