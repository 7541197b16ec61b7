"""The points, the differences and the bands say what the runs say."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import CensoredData, binomtest, ecdf

from sim.study.bands import STATISTICS, statistics
from sim.study.parts import RUNS_COLUMNS
from sim.study.tables import DAYS_A_YEAR, OUTCOMES, POINT_COLUMNS
from sim.truce import ENDINGS
from tests.study.studies import SMALL, TWO, N, done


@pytest.fixture(scope="module")
def frames(undisturbed):
    names = ("runs", "points", "differences", "bands", "daily", "events")
    return {name: pd.read_parquet(undisturbed / f"{name}.parquet") for name in names}


def test_runs_are_sorted_by_point_and_run_and_have_every_column(frames):
    runs = frames["runs"]
    assert runs.columns.tolist() == [column.name for column in RUNS_COLUMNS]
    assert list(zip(runs["point"], runs["run"], strict=True)) == [(p, k) for p in (0, 1) for k in range(N)]
    assert (runs["seed"] == runs["run"]).all()
    assert (runs["status"] == "ok").all()


def test_a_point_s_row_is_what_its_runs_are(frames):
    for _, row in frames["points"].iterrows():
        runs = frames["runs"][frames["runs"]["point"] == row["point"]]
        assert row["n"] == len(runs) == N
        assert row["broke"] == runs["broke"].sum()
        assert row["p_break"] == pytest.approx(runs["broke"].mean())
        interval = binomtest(int(row["broke"]), N).proportion_ci(method="wilson")
        assert (row["p_break_low"], row["p_break_high"]) == (interval.low, interval.high)
        assert row["breaks_a_year"] == pytest.approx(runs["breaks"].sum() / (N * 20) * DAYS_A_YEAR)
        for ending in ENDINGS:
            assert row[f"p_{ending}"] == pytest.approx((runs["ending"] == ending).mean())
        assert sum(row[f"p_{ending}"] for ending in ENDINGS) == pytest.approx(row["p_break"])
        assert row["truce_share_mean"] == pytest.approx(runs["truce_share"].mean())
        assert row["deaths_mean"] == pytest.approx(runs.filter(regex="^deaths_(l|u|oppo)").sum(axis=1).mean())
        assert row["taken_sd"] == pytest.approx(runs["taken"].std())


def test_median_and_restricted_mean_are_those_of_kaplan_and_meier(frames):
    for _, row in frames["points"].iterrows():
        runs = frames["runs"][frames["runs"]["point"] == row["point"]]
        broke = runs["broke"].to_numpy()
        until = runs["first_break_day"].fillna(20).to_numpy()
        curve = ecdf(CensoredData(uncensored=until[broke], right=until[~broke])).sf
        below = curve.quantiles[curve.probabilities <= 0.5 + 1e-12]
        assert row["median_break_days"] == (below[0] if len(below) else pytest.approx(np.nan, nan_ok=True))
        area = sum(float(curve.evaluate(day)) for day in range(20))
        assert row["restricted_mean_days"] == pytest.approx(area)
        assert row["restricted_mean_low"] < area < row["restricted_mean_high"]


def test_every_column_of_the_points_is_explained(frames):
    named = [column.name for column in POINT_COLUMNS]
    assert frames["points"].columns.tolist() == ["point", "events.kidnapping.base", *named]
    assert all(column.meaning for column in POINT_COLUMNS)


def test_no_column_of_the_points_can_be_the_name_of_a_factor():
    from sim.scenario import Scenario

    assert not {column.name for column in POINT_COLUMNS} & set(Scenario.model_fields)


def test_the_csv_files_say_what_the_parquet_files_say(frames, undisturbed):
    for name in ("points", "differences"):
        read = pd.read_csv(undisturbed / f"{name}.csv")
        pd.testing.assert_frame_equal(read, frames[name], check_dtype=False)


def test_differences_are_those_of_pairs_of_runs(frames):
    found = frames["differences"].set_index("outcome")
    assert (found["point"] == 1).all()
    assert (found["base"] == 0).all()
    assert found.index.tolist() == ["broke", "break_days", *(name for name, _, _ in OUTCOMES)]
    one, other = (frames["runs"][frames["runs"]["point"] == p].reset_index() for p in (1, 0))
    assert found.loc["taken", "difference"] == pytest.approx((one["taken"] - other["taken"]).mean())
    spread = (one["taken"] - other["taken"]).std() / np.sqrt(N)
    assert found.loc["taken", "high"] - found.loc["taken", "difference"] == pytest.approx(
        2.03 * spread, rel=1e-3
    )
    assert found.loc["broke", "difference"] == pytest.approx(one["broke"].mean() - other["broke"].mean())
    assert found.loc["broke", "low"] < found.loc["broke", "difference"] < found.loc["broke", "high"]
    assert set(found["method"]) == {"paired, Bonett-Price", "paired, t"}


def test_common_luck_makes_differences_sharper_than_independent_luck(undisturbed, tmp_path):
    lines = [*SMALL, "events.kidnapping.base=0.02,0.03", f"runs={N}", "keep=rows"]
    widths = {}
    for luck in ("common", "independent"):
        done(tmp_path / luck, *lines, f"luck={luck}")
        found = pd.read_parquet(tmp_path / luck / "differences.parquet").set_index("outcome")
        widths[luck] = found.loc["taken", "high"] - found.loc["taken", "low"]
        runs = pd.read_parquet(tmp_path / luck / "runs.parquet")
        assert runs["seed"].nunique() == (N if luck == "common" else 2 * N)
    assert widths["common"] < widths["independent"]


def test_bands_are_quantiles_over_the_runs_of_a_point(frames):
    daily, bands = frames["daily"], frames["bands"]
    assert bands.columns.tolist()[:3] == ["point", "day", "statistic"]
    assert len(bands) == 2 * 21 * len(STATISTICS)
    of_point = daily[daily["point"] == 1]
    for column in ("fear_loyalist", "taken", "truce", "pressure"):
        by_day = of_point.groupby("day")[column]
        for statistic, expected in (
            ("mean", by_day.mean()),
            ("q50", by_day.median()),
            ("q975", by_day.quantile(0.975)),
        ):
            found = bands[(bands["point"] == 1) & (bands["statistic"] == statistic)].set_index("day")[column]
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)


def test_bands_leave_out_what_is_nan():
    rng = np.random.default_rng(0)
    values = rng.random((40, 6))
    values[rng.random(values.shape) < 0.3] = np.nan
    values[:, 3] = np.nan
    found = statistics(values)
    shares = [0.025, 0.25, 0.5, 0.75, 0.975]
    expected = [np.nanmean(values[:, :3], axis=0), *np.nanquantile(values[:, :3], shares, axis=0)]
    np.testing.assert_allclose(found[:, :3], expected)
    assert np.isnan(found[:, 3]).all()


def test_daily_and_event_tables_hold_every_run_in_order(frames):
    for name in ("daily", "events"):
        keys = frames[name][["point", "run"]].to_numpy()
        assert (np.diff(keys[:, 0] * N + keys[:, 1]) >= 0).all()
    assert len(frames["daily"]) == 2 * N * 21
    assert (
        frames["daily"].groupby(["point", "run"])["day"].apply(list).map(lambda d: d == list(range(21))).all()
    )
    last = frames["daily"][frames["daily"]["day"] == 20].reset_index()
    assert (last["present_loyalist"] == frames["runs"]["present_loyalist"]).all()


@pytest.mark.parametrize(
    ("keep", "names"),
    [
        ("rows", set()),
        ("summary", {"bands"}),
        ("daily", {"bands", "daily"}),
        ("events", {"bands", "events"}),
        ("all", {"bands", "daily", "events"}),
    ],
)
def test_what_is_kept_is_there_and_nothing_else(keep, names, tmp_path):
    done(tmp_path / "out", *SMALL, TWO, "runs=2", f"keep={keep}")
    left = {path.stem for path in (tmp_path / "out").glob("*.parquet")}
    assert left == {"design", "runs", "points", "differences"} | names
    files = {path.name for path in (tmp_path / "out").iterdir() if path.suffix not in (".parquet", ".csv")}
    assert files == {"plan.json", "manifest.json", "lock"}


def test_a_partial_base_compares_each_point_with_its_own_counterpart(tmp_path):
    lines = [*SMALL, TWO, "measures.mediation.enabled=false,true", "runs=2", "keep=rows"]
    done(tmp_path / "out", *lines, "compare_with={measures.mediation.enabled: false}")
    found = pd.read_parquet(tmp_path / "out" / "differences.parquet")
    assert found.groupby("point")["base"].first().to_dict() == {1: 0, 3: 2}


def test_cities_are_redrawn_with_the_run_and_alike_at_every_point(tmp_path):
    done(tmp_path / "out", *SMALL, TWO, "runs=3", "keep=rows", "cities=redrawn")
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet")
    assert runs["city_seed"].tolist() == [0, 1, 2, 0, 1, 2]


def test_a_run_of_a_study_is_the_run_of_its_seed(undisturbed, frames):
    import sim
    from tests.study.studies import STUDY

    lines = [
        line for line in STUDY if line.partition("=")[0] not in ("runs", "keep", "events.kidnapping.base")
    ]
    result = sim.run([*lines, "events.kidnapping.base=0.3", "seed=5"])
    row = frames["runs"][(frames["runs"]["point"] == 1) & (frames["runs"]["run"] == 5)].iloc[0]
    for name, value in result.row.items():
        assert row[name] == value or (value != value and row[name] != row[name]), name
    daily = frames["daily"]
    own = daily[(daily["point"] == 1) & (daily["run"] == 5)].drop(columns=["point", "run"])
    pd.testing.assert_frame_equal(own.reset_index(drop=True), result.daily)
    events = frames["events"]
    own = events[(events["point"] == 1) & (events["run"] == 5)].drop(columns=["point", "run"])
    pd.testing.assert_frame_equal(own.reset_index(drop=True), result.events, check_dtype=False)
