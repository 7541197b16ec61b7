"""Two results side by side, tables for other programs, templates, plain reprs, partial figures renewed."""

import pandas as pd
import pytest

import sim
from sim.api import run_to_folder
from sim.cli import main
from sim.compose import compose_scenario
from sim.report.compare.figure import compare_figure
from sim.report.compare.histories import parting
from sim.report.compare.studies import differences_between
from sim.report.source import read
from sim.report.words import percent
from sim.study.build import build_plan
from sim.study.decision import CAMPS
from sim.world.measures import FACTS, Measure, Measures
from tests.figures.reading import artists, words
from tests.report.tables import events_of
from tests.study.studies import SERIAL, SMALL, stop_after

SHORT = [*SMALL, "days=15", "events.kidnapping.base=0.3"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two histories that differ in when a kidnapping is scheduled."""
    folder = tmp_path_factory.mktemp("pair")
    for name, more in (("one", []), ("other", ["events.kidnapping.at=[9]"])):
        run_to_folder(compose_scenario([*SHORT, *more]), folder / name, figure=False)
    return folder / "one", folder / "other"


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """Two studies of the same points, with and without a pact."""
    folder = tmp_path_factory.mktemp("studies")
    asked = [*SMALL, "events.kidnapping.base=0.02,0.3", "truce.feud.bar=4", "runs=8", "keep=rows", SERIAL]
    return (
        sim.sweep(asked, out=folder / "one"),
        sim.sweep([*asked, "measures.pact.enabled=true"], out=folder / "other"),
    )


def told(capsys):
    return capsys.readouterr().err.splitlines()


def test_the_figure_of_two_histories_has_the_bars_and_plain_numbers(runs):
    sources = [read(folder) for folder in runs]
    sources[0].tables["daily"].loc[:, "departed_loyalist"] = 2_349
    figure = compare_figure(*sources)
    told = words(figure)
    for part in ("breaks at 8", "strained under 75 %", "gone under 25 %", "one 2,349"):
        assert part in told
    passage = sources[0].tables["daily"]["passage"].iloc[-1]
    assert f"one {percent(float(passage))}" in told
    assert sorted(line.get_ydata()[0] for line in artists(figure, "bar")) == [0.25, 0.75, 8.0]


def test_two_histories_part_at_the_first_event_that_differs(runs, tmp_path, capsys):
    one, other = runs
    picture = tmp_path / "pair.png"
    assert main(["compare", str(one), str(other), "--out", str(picture)]) == 0
    text = capsys.readouterr().out
    assert "events.kidnapping.at: [] / [9]" in text
    assert "The histories part on day 9: " in text
    assert "deaths" in text
    assert picture.stat().st_size > 1000
    part = parting(*(pd.read_parquet(folder / "events.parquet") for folder in runs))
    assert part.day == 9
    same = parting(pd.read_parquet(one / "events.parquet"), pd.read_parquet(one / "events.parquet"))
    assert same is None


def test_a_log_that_ends_sooner_parts_there():
    log = events_of({"day": 3}, {"day": 5, "kind": "clash"})
    part = parting(log.iloc[:1], log)
    assert (part.day, part.one) == (5, "")
    assert part.other.startswith("clash")


def test_two_studies_are_compared_pair_by_pair_where_their_luck_is_the_same(studies, tmp_path, capsys):
    one, other = (study.folder for study in studies)
    assert main(["compare", str(one), str(other), "--out", str(tmp_path / "both.svg")]) == 0
    text = capsys.readouterr().out
    assert "measures.pact.enabled: false / true" in text
    assert "run by run under the same luck" in text
    table = differences_between(read(one), read(other))
    row = table[(table["outcome"] == "deaths") & (table["point"] == 1)].iloc[0]
    deaths = [
        study.runs.loc[study.runs["point"] == 1, [f"deaths_{camp}" for camp in CAMPS]].sum(axis=1).mean()
        for study in studies
    ]
    assert row["difference"] == pytest.approx(deaths[1] - deaths[0])
    assert row["method"] == "paired, t"


def test_what_cannot_be_compared_is_refused_in_one_line(runs, studies, tmp_path, capsys):
    study = studies[0].folder
    sim.sweep(
        [*SMALL, "days=3", "army.shield=true,false", "runs=1", "keep=rows", SERIAL], out=tmp_path / "far"
    )
    for pair, says in (
        ((runs[0], study), "give two runs or two studies"),
        ((study, tmp_path / "far"), "no point has the same settings in both"),
    ):
        assert main(["compare", *map(str, pair)]) == 2
        (line,) = told(capsys)
        assert says in line
    assert main(["compare", *map(str, runs), "--out", str(tmp_path / "a.gif")]) == 2
    assert "end it in .png" in told(capsys)[0]


def test_tables_are_exported_as_they_are(studies, runs, tmp_path, capsys):
    out = tmp_path / "tables"
    assert main(["export", str(studies[0].folder), "--out", str(out)]) == 0
    assert {"runs.csv", "points.csv", "differences.csv"} == {path.name for path in out.iterdir()}
    table = pd.read_csv(out / "points.csv")
    assert table["p_break"].tolist() == pytest.approx(studies[0].points["p_break"].tolist())
    assert main(["export", str(studies[0].folder), "--out", str(out)]) == 2
    assert "--force" in told(capsys)[0]
    assert main(["export", str(runs[0]), "--table", "events", "--out", str(tmp_path / "run")]) == 0
    assert len(pd.read_csv(tmp_path / "run" / "events.csv")) == len(
        pd.read_parquet(runs[0] / "events.parquet")
    )


def test_excel_holds_the_same_table_and_no_formulas(studies, tmp_path, capsys):
    pytest.importorskip("xlsxwriter")
    import zipfile

    folder = studies[0].folder
    assert (
        main(["export", str(folder), "--table", "points", "--format", "csv,xlsx", "--out", str(tmp_path)])
        == 0
    )
    with zipfile.ZipFile(tmp_path / "points.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 1 + len(studies[0].points)
    assert "<f>" not in sheet


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["--format", "ods"], "known: csv, xlsx"), (["--table", "pointz"], "did you mean 'points'"),
     (["--table", "daily"], "was not kept")],
)  # fmt: skip
def test_a_table_or_format_that_is_not_there_is_one_line(arguments, says, studies, tmp_path, capsys):
    assert main(["export", str(studies[0].folder), *arguments, "--out", str(tmp_path / "x")]) == 2
    (line,) = told(capsys)
    assert says in line
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("about", ["measures", "sweep", "decision"])
def test_a_new_study_is_a_plan_at_once(about, tmp_path, capsys):
    file = tmp_path / "study.yaml"
    assert main(["new", "study", "--about", about, "--out", str(file)]) == 0
    plan, _ = build_plan([], file)
    assert plan.study.question
    assert main(["new", "study", "--about", about, "--out", str(file)]) == 2
    assert main(["new", "town"]) == 2
    assert "only study files" in told(capsys)[-1]


def test_show_measures_says_what_each_does_to_whom_and_at_what_harm(capsys):
    assert {name for name, each in Measures() if isinstance(each, Measure)} == set(FACTS)
    assert main(["show", "measures", "--format", "csv"]) == 0
    text = capsys.readouterr().out
    for name, each in FACTS.items():
        assert name in text
        assert each.harm in text
    assert "not known from any study" in text
    assert "0.5, assumed" in text


def test_reprs_are_plain_words(studies):
    text = repr(studies[0])
    assert "Compared with kidnapping base rate 0.02" in text
    assert "runs (16 rows)" in text
    assert len(text) < 2000
    run = sim.run([*SHORT, "days=5"])
    assert "Run with tables daily (6 rows)" in repr(run)


def test_partial_figures_and_reports_are_renewed_by_themselves(tmp_path, capsys):
    folder = tmp_path / "study"
    stop_after(1, folder)
    plot = ["plot", str(folder), "--figure", "break_curve", "--format", "svg"]
    assert main(plot) == 0
    assert main(["report", str(folder)]) == 0
    page = (folder / "report.html").read_text()
    assert page.index("Unfinished: ") < page.index("<h2>Question</h2>")
    assert main(["resume", str(folder), "--engine", "serial"]) == 0
    assert main(plot) == 0
    assert "Unfinished" not in (folder / "figures" / "break_curve.svg").read_text()
    assert main(["report", str(folder)]) == 0
    assert "Unfinished: " not in (folder / "report.html").read_text()
    capsys.readouterr()
    assert main(plot) == 2  # a whole figure is kept
    assert main(["report", str(folder)]) == 2
    assert len(told(capsys)) == 2
