"""Decisions over draws: least regret and failing conditions on planted cases, a real study, bad input."""

import numpy as np
import pytest
from scipy.stats import t

import sim
from sim.cli import main
from sim.report.decision import box_words, decision_lines
from sim.report.page.page import page_of
from sim.report.source import read
from sim.study.decision import CAMPS, decision_of
from tests.figures.reading import words
from tests.study.studies import SERIAL, SMALL

KEYS = ("events.kidnapping.base", "elders.standing")
INPUTS = np.column_stack([np.linspace(0, 1, 200), np.tile([0.2, 0.8], 100)])


def planted():
    """Losses of doing nothing, a gamble that is best in the mean and bad at times, a safe measure."""
    nothing = np.full(200, 0.6)
    gamble = np.where(INPUTS[:, 0] > 0.8, 0.7, 0.1)
    safe = np.full(200, 0.3)
    loss = np.column_stack([nothing, gamble, safe])
    values = {"broke": loss, "deaths": 10 * loss, "departed": 1000 * loss}
    camps = {camp: {"deaths": 3 * loss, "departed": 300 * loss} for camp in CAMPS}
    return decision_of(values, 0, "broke", camps=camps, inputs=INPUTS, keys=KEYS)


def test_one_measure_is_best_in_the_mean_and_another_has_the_least_regret():
    found = planted()
    assert (found.favourite, found.least_regret) == (1, 2)
    table = found.table.set_index("point")
    assert table.loc[1, "regret_max"] == pytest.approx(0.4)
    assert table.loc[2, "regret_max"] == pytest.approx(0.2)
    assert table.loc[1, "helps"] == pytest.approx(0.8)
    assert table.loc[1, "broke_median"] == pytest.approx(-0.5)
    assert table.loc[1, "broke_worst"] == pytest.approx(0.1)
    assert table.loc[0, "regret_max"] == pytest.approx(0.5)


def test_where_the_favourite_fails_is_found():
    found = planted()
    assert found.fails == pytest.approx(0.2)
    assert found.box.restricted == [0]
    assert found.box.limits[0, 0] == pytest.approx(0.8, abs=0.02)
    assert box_words(found).startswith("kidnapping base rate above 0.8")
    lines = decision_lines(found, {0: "no measures", 1: "gamble", 2: "safe"})
    assert lines[0].startswith("Least regret over 200 draws of the parameters: safe, at most 20.0 points")
    assert (
        "Gamble does not help in 20 % of draws, most often where kidnapping base rate above 0.8"
        in " ".join(lines)
    )
    assert "Safe by camp, per history: loyalist" in lines[1]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Nothing, mediation from day 1 and from day 15, a pact, over 24 draws of two histories."""
    folder = tmp_path_factory.mktemp("decision") / "study"
    measures = ["measures.mediation.enabled=false,true,true,false",
                "measures.pact.enabled=false,false,false,true", "measures.mediation.start_day=1,1,15,1",
                ]  # fmt: skip
    return sim.sweep(
        [*SMALL, *measures, "design=zip", "uncertainty=posterior", "runs=48", "runs_per_draw=2", "keep=rows",
         "truce.feud.bar=3", SERIAL],
        out=folder,
    )  # fmt: skip


def test_a_real_study_is_decided_and_its_report_has_the_page_and_the_figure(study, capsys):
    assert main(["decide", str(study.folder)]) == 0
    text = capsys.readouterr().out
    assert "helps in" in text
    assert "regret" in text
    assert "Mediation team: " in text
    source = read(study.folder)
    found = source.tables["decision"]
    assert found.n_draws == 24
    assert 1 < found.n_distinct <= 24
    runs = study.runs.pivot(index="run", columns="point", values="broke").astype(float)
    by_draw = runs.groupby(runs.index // 2).mean()
    of_draw = [repr(sorted(study.plan.draws.settings(draw).items())) for draw in range(24)]
    merged = by_draw.groupby(of_draw).mean().loc[of_draw]
    assert found.values["broke"] == pytest.approx(merged.to_numpy())
    mean = found.table.set_index("point").loc[1]
    differences = (by_draw[1] - by_draw[0]).to_numpy()
    half = t.ppf(0.975, 23) * differences.std(ddof=1) / 24**0.5
    assert mean["broke_high"] == pytest.approx(differences.mean() + half)
    assert main(["decide", str(study.folder), "--by", "deaths"]) == 0
    page = page_of(source)
    assert 'id="figure-decision"' in page
    assert "regret" in page.split("<h2>Figures</h2>")[0]
    figure = sim.figures.decision(found, source.tables["points"])
    assert "Which measure to take while parameters are unknown" in words(figure)


def test_runs_of_one_draw_share_their_parameters(study):
    plan = study.plan
    assert plan.run_settings(0, 2) == plan.run_settings(0, 3)
    assert plan.run_settings(0, 2) != plan.run_settings(0, 4) or plan.run_settings(0, 4) != plan.run_settings(
        0, 6
    )


def test_a_study_without_draws_or_of_more_than_measures_is_refused_in_one_line(tmp_path, capsys):
    sim.sweep([*SMALL, "days=3", "measures.pact.enabled=false,true", "runs=2", "keep=rows", SERIAL],
              out=tmp_path / "plain")  # fmt: skip
    sim.sweep([*SMALL, "days=3", "army.shield=false,true", "uncertainty=posterior", "runs=2", "keep=rows",
               SERIAL], out=tmp_path / "arms")  # fmt: skip
    for folder, says in (
        ("plain", "a study without draws"),
        ("arms", "army.shield, which is not a protective measure"),
    ):
        assert main(["decide", str(tmp_path / folder)]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert says in line
