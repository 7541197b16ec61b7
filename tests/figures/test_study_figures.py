"""Figures of a study: the data in the axes equal the tables; intervals, numbers and units are told."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import CensoredData, binomtest, ecdf

import sim
from sim.report.dates import short_date
from sim.report.figures.break_curve import break_curve, broken_by_day
from sim.report.figures.fan import fan
from sim.report.figures.fit import Unfit
from sim.report.figures.harms import mean_interval
from sim.report.figures.points import name_variants
from sim.report.figures.spells import shares_of_spells
from sim.towns.dates import date_of
from tests.figures.pictures import grid
from tests.figures.reading import artists, words
from tests.study.studies import plan_of


def test_with_one_horizon_the_break_curve_is_plain_proportions_with_wilson_intervals(study):
    runs = study.runs[study.runs["point"] == 1]
    shares, low, high = broken_by_day(runs)
    n = len(runs)
    for day in range(int(runs["days"].iloc[0]) + 1):
        k = int((runs["first_break_day"] <= day).sum())
        assert shares.loc[day].sum() == pytest.approx(k / n)
        wilson = binomtest(k, n).proportion_ci(0.95, "wilson")
        assert (low[day], high[day]) == pytest.approx((wilson.low, wilson.high))


def test_with_one_horizon_the_break_curve_is_that_of_kaplan_and_meier(study):
    """Ties included: several histories break on one day."""
    runs = study.runs[study.runs["point"] == 1]
    assert runs["first_break_day"].dropna().duplicated().any()
    days = runs["first_break_day"].fillna(runs["days"]).to_numpy(float)
    held = ~runs["broke"].to_numpy(bool)
    curve = ecdf(CensoredData(uncensored=days[~held], right=days[held])).cdf
    shares, _, _ = broken_by_day(runs)
    on_days = np.arange(int(runs["days"].iloc[0]) + 1)
    assert shares.sum(axis=1).to_numpy() == pytest.approx(curve.evaluate(on_days))


def test_the_break_curve_draws_total_and_interval_of_each_point(study):
    figure = sim.figures.break_curve(study)
    drawn = artists(figure, "broken")
    assert len(drawn) == 2
    for point, line in enumerate(drawn):
        shares, low, high = broken_by_day(study.runs[study.runs["point"] == point])
        assert line.get_ydata() == pytest.approx(shares.sum(axis=1).to_numpy())
        assert artists(figure, "low")[point].get_ydata() == pytest.approx(low)
        assert artists(figure, "high")[point].get_ydata() == pytest.approx(high)
        assert line.get_ydata()[-1] == pytest.approx(study.points["p_break"][point])
    told = words(figure)
    for part in (
        "16 histories at each of 2 points",
        "95 % interval (Wilson)",
        "kidnapping base rate 0.3",
        "day",
        "%",
    ):
        assert part in told


def test_where_day_0_has_a_date_the_days_under_a_figure_have_theirs(study):
    dated, plain = study.points.copy(), study.points.copy()
    dated.attrs = {**study.points.attrs, "day_zero": "2012-12-30"}
    for draw, table in ((break_curve, study.runs), (fan, study.bands)):
        with_dates, without = draw(table, dated), draw(table, plain)
        ticks = [each.get_text() for each in with_dates.axes[0].get_xticklabels()]
        assert ticks[0] == "0\n30 Dec"
        first = int(ticks[1].partition("\n")[0])
        assert ticks[1].endswith(short_date(date_of(first, "2012-12-30")))
        assert "day (0 is the start, 30 Dec 2012)" in words(with_dates)
        assert "Dec" not in words(without)


def test_a_study_knows_the_date_of_day_0_unless_it_varies():
    one = plan_of("day_zero=2012-12-30", "events.kidnapping.base=0.02,0.3")
    two = plan_of("day_zero=2012-12-30,2013-01-30")
    for plan, zero in ((one, "2012-12-30"), (two, None)):
        rows = [{"point": k, **plan.points.settings(k), "n": 1} for k in range(plan.n_points)]
        assert name_variants(pd.DataFrame(rows), plan).attrs["day_zero"] == zero


def test_histories_of_unequal_length_at_a_point_are_refused(study):
    runs = study.runs.copy()
    runs.loc[0, "days"] = 7
    with pytest.raises(Unfit, match="one length"):
        sim.figures.break_curve(runs, study.points)


def test_the_comparison_says_small_differences_as_they_are(study):
    table = study.differences
    small = {"difference": -0.0275, "low": -0.0541, "high": -0.0012}
    figure = sim.figures.comparison(study.points, table.assign(**small))
    figure.canvas.draw()
    axes = figure.axes[1]
    low, high = axes.get_xlim()
    ticks = [(x, tick.get_text()) for x, tick in zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)]
    inside = [(x, text) for x, text in ticks if low <= x <= high]
    assert len(inside) > 2
    assert all(float(text) == pytest.approx(x) for x, text in inside)
    assert "-3 (-5 to -0.1)" in {text.get_text() for text in axes.texts}


def test_the_comparison_shows_shares_and_paired_differences(study):
    figure = sim.figures.comparison(study)
    assert artists(figure, "broke")[0].get_xdata() == pytest.approx(study.points["p_break"].to_numpy())
    row = study.differences[study.differences["outcome"] == "broke"].iloc[0]
    name = (
        "more breaks"
        if row["difference"] > 0
        else "fewer breaks"
        if row["difference"] < 0
        else "no difference"
    )
    drawn = artists(figure, name)[0].get_xdata()
    assert drawn[1] == pytest.approx(100 * row["difference"])
    segment = artists(figure, f"{name} interval")[0].get_segments()[-1]
    assert segment[:, 0] == pytest.approx([100 * row["low"], 100 * row["high"]])
    assert "percentage points" in words(figure)
    assert "paired, Bonett-Price" in words(figure)


def test_the_response_draws_the_points_in_order_of_the_factor(study):
    figure = sim.figures.response(study.points)
    line = artists(figure, "broke")[0]
    assert list(line.get_xdata()) == [0.02, 0.3]
    assert line.get_ydata() == pytest.approx(study.points["p_break"].to_numpy())
    assert "kidnapping base rate (1/day)" in words(figure)
    assert "events." not in words(figure)


def test_the_heat_map_has_a_cell_for_each_pair():
    figure = sim.figures.heat_map(grid())
    image = figure.axes[0].get_images()[0].get_array()
    # rows: shield no, yes; columns: 0.1, 0.2
    assert np.asarray(image) == pytest.approx(np.array([[0.4, 0.6], [0.2, 0.2]]))
    assert "60 %" in words(figure)
    assert "50-70" in words(figure)


def test_spells_add_up_and_show_medians(study):
    figure = sim.figures.spells(study)
    for point in (0, 1):
        runs = study.runs[study.runs["point"] == point]
        assert sum(shares_of_spells(runs)) == pytest.approx(1)
        assert artists(figure, "spell")[0].get_xdata()[point] == runs["mean_spell_days"].median()
        assert artists(figure, "under truce")[0].get_xdata()[point] == pytest.approx(
            runs["truce_share"].median()
        )


def test_the_fan_is_the_bands(study):
    figure = sim.figures.fan(study, column="departed_loyalist")
    for point, line in enumerate(artists(figure, "median")):
        rows = study.bands[(study.bands["point"] == point) & (study.bands["statistic"] == "q50")]
        assert line.get_ydata() == pytest.approx(rows["departed_loyalist"].to_numpy())
    assert len(artists(figure, "95 %")) == 2
    assert "residents" in words(figure)


def test_harms_show_the_paired_differences_of_the_table(study):
    figure = sim.figures.harms(study)
    for name in ("broke", "deaths", "departed"):
        row = study.differences[study.differences["outcome"] == name].iloc[0]
        scale = 100 if name == "broke" else 1
        sort = "more" if row["low"] > 0 else "fewer" if row["high"] < 0 else "open"
        assert artists(figure, f"{sort} {name}")[0].get_xdata()[1] == pytest.approx(scale * row["difference"])
        segment = artists(figure, f"{sort} {name} interval")[0].get_segments()[-1]
        assert segment[:, 0] == pytest.approx([scale * row["low"], scale * row["high"]])
    assert "against kidnapping base rate 0.02" in words(figure)


def test_harms_without_a_base_show_means_with_t_intervals(study):
    figure = sim.figures.harms(study.points)
    middle, low, high = mean_interval(study.points, "deaths")
    assert artists(figure, "deaths")[0].get_xdata() == pytest.approx(middle)
    segments = artists(figure, "deaths interval")[0].get_segments()
    assert [s[:, 0].tolist() for s in segments] == [
        pytest.approx([max(a, 0), b]) for a, b in zip(low, high, strict=True)
    ]
    deaths = study.runs[study.runs["point"] == 1][
        [f"deaths_{c}" for c in ("loyalist", "uncommitted", "opposition")]
    ]
    assert middle[1] == pytest.approx(deaths.sum(axis=1).mean())


@pytest.mark.parametrize(
    ("name", "table", "says"), [("heat_map", "points", "two factors"), ("fan", "bands", "keeps bands")]
)
def test_a_figure_that_does_not_fit_says_which_data_it_needs(study, name, table, says):
    tables = {"runs": study.runs, "points": study.points, "bands": None}
    from sim.report.figures.registry import BY_NAME

    with pytest.raises(Unfit, match=says):
        BY_NAME[name].draw(tables)


def test_a_name_that_looks_like_a_formula_is_drawn_as_it_is(study, tmp_path):
    from sim.report.files import save_figure

    points = study.points.rename(columns={"events.kidnapping.base": "name"})
    points["name"] = ["$\\nonsense{$", "<b>&"]
    save_figure(sim.figures.comparison(points, study.differences), tmp_path, "odd", ("svg",))
    text = (tmp_path / "odd.svg").read_text()
    assert "$\\nonsense{$" in text
    assert "&lt;b&gt;&amp;" in text


def test_a_long_log_axis_has_plain_numbers(study):
    points = study.points.iloc[[0] * 14].copy()
    points["events.kidnapping.base"] = [0.001 * 2**k for k in range(14)]
    figure = sim.figures.response(points)
    figure.canvas.draw()
    ticks = [text.get_text() for text in figure.axes[0].get_xticklabels()]
    assert "0.01" in ticks
    assert not any("$" in tick for tick in ticks)
