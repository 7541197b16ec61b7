"""The report: what stands in it, that it fetches nothing, that it escapes, how it looks in a browser."""

import re

import pandas as pd
import pytest
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from sim.cli import main
from sim.report.figures.registry import BY_NAME
from sim.report.page.inline import inline_svg
from sim.report.page.page import page_of
from sim.report.source import read
from sim.report.style import for_phone
from tests.figures.browser import CHROMIUM, framed
from tests.figures.pictures import grid
from tests.figures.test_sensitivity_figures import morris_table, sobol_table
from tests.study.test_decision import planted

ADDRESSES = re.compile(r'(?:src|href)\s*=\s*"([^"]*)"')


@pytest.fixture(scope="module")
def page(study):
    return page_of(read(study.folder))


@pytest.fixture(scope="module")
def run_page(run_folder):
    return page_of(read(run_folder))


@pytest.fixture(scope="module")
def every_figure():
    """Figures that the two results above do not have, from hand-made tables, in the frame of the report."""
    found = planted()
    tables = {
        "heat_map": (grid(),),
        "morris": (morris_table(),),
        "sobol": (sobol_table(),),
        "decision": (
            found,
            pd.DataFrame({"point": [0, 1, 2], "measures.pact.strength": [0.0, 0.3, 0.6], "n": 200}),
        ),
    }
    figures = []
    for name, given in tables.items():
        kind = BY_NAME[name]
        wide = kind.draw(dict(zip(kind.tables, given, strict=True)))
        with for_phone():
            narrow = kind.draw(dict(zip(kind.tables, given, strict=True)))
        figures.append({"name": name, "says": kind.shows, "svg": Markup(inline_svg(wide, name, kind.shows)),
                        "phone": Markup(inline_svg(narrow, f"phone-{name}", kind.shows))})  # fmt: skip
    frame = Environment(loader=PackageLoader("sim.report.page", "templates"), autoescape=True).from_string(
        "{% from 'parts.html' import figures_of %}<!doctype html><html lang='en'><head><title>Figures</title>"
        "<link rel='icon' href='data:,'><style>{% include 'report.css' %}</style></head>"
        "<body><main><h1>Figures</h1>{{ figures_of(figures) }}</main></body></html>"
    )
    return frame.render(figures=figures)


def test_the_report_has_all_its_parts(page, study):
    for part in ("Question", "Answer", "Figures", "Numbers", "Parameters", "Limits", "How to reproduce"):
        assert f"<h2>{part}</h2>" in page
    row = study.points.iloc[0]
    assert f"broke in {int(row['broke'])} of 16 histories" in page
    assert "no duration data for undeclared social truces" in page
    assert page.count("Exploratory, not predictive. Not for operational use.") == 2
    assert study.manifest["hudna"] in page
    assert "numba" in page
    assert "sim.sweep(" in page
    for word in (">assumed<", ">seen<", ">set<"):
        assert word in page


def test_the_report_of_a_run_gives_a_command_that_makes_it_again(run_page):
    assert "hudna run scenario=small_town" in run_page
    assert "One possible history" in run_page


def test_nothing_in_the_report_is_fetched(page, run_page):
    for text in (page, run_page):
        outside = [each for each in ADDRESSES.findall(text) if not each.startswith(("#", "data:"))]
        assert outside == []
        assert "<script" not in text
        assert "@import" not in text
        assert not re.search(r"url\((?!#)", text)


def test_ids_are_unique(page):
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_what_a_config_says_is_escaped(study, tmp_path):
    source = read(study.folder)
    evil = '<script>alert("x")</script>'
    changed = source.store.plan.study.model_copy(update={"question": evil})
    object.__setattr__(source.store.plan, "study", changed)
    source.manifest["command"] = evil
    text = page_of(source)
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_a_report_that_is_there_is_kept_without_force(study, tmp_path, capsys):
    out = tmp_path / "r.html"
    assert main(["report", str(study.folder), "--out", str(out)]) == 0
    before = out.read_bytes()
    assert main(["report", str(study.folder), "--out", str(out)]) == 2
    assert "--force" in capsys.readouterr().err
    assert main(["report", str(study.folder), "--out", str(out), "--force"]) == 0
    assert out.read_bytes() == before


@pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here: install it (Debian: chromium) to open the report"
)
@pytest.mark.parametrize("width", [390, 1280])
def test_in_a_browser_every_figure_shows_and_the_page_does_not_scroll_sideways(
    page, run_page, every_figure, width, tmp_path
):
    for text in (page, run_page, every_figure):
        found, console = framed(text, width, tmp_path)
        assert console == []
        assert found["scrolls"] == 0
        assert len(found["figures"]) == text.count("<figure ")
        assert min(found["figures"]) > 100
        assert (found["beyond"], found["sideways"]) == (0, 0)
        assert found["fetched"] == 0
        assert found["scripts"] == 0
        assert found["small"] == []
        assert found["clipped"] == []
        assert "Limits" in found["words"] or text is every_figure


@pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here: install it (Debian: chromium) to open the report"
)
def test_the_look_in_the_browser_would_see_a_bad_page(tmp_path):
    bad = "<p style='width:900px'>wide</p><figure><svg width='9' height='9'></svg></figure><img src='data:x'>"
    bad += "<script>console.error('broken')</script>"
    bad += "<p style='font-size:9px'>tiny</p><figure><svg width='200' height='99'>"
    bad += "<text x='190' y='50'>sticks out</text></svg></figure>"
    bad += "<figure><div style='overflow-x:auto'><svg width='700' height='99'></svg></div></figure>"
    found, console = framed(f"<!doctype html><body>{bad}</body>", 390, tmp_path)
    assert (found["beyond"], found["sideways"]) == (1, 1)
    assert found["scrolls"] > 0
    assert min(found["figures"]) < 100
    assert found["scripts"] == 1
    assert [each.split()[1] for each in found["small"]] == ["tiny"]
    assert found["clipped"] == ["sticks out"]
    assert any("broken" in line for line in console)


def test_a_source_does_not_vouch_for_a_value_that_was_changed():
    from sim.compose import compose_scenario
    from sim.report.parameters import parameters

    found = {each.key: each for each in parameters(compose_scenario(["city.n_residents=5000"]))}
    changed, kept = found["city.n_residents"], found["city.n_officers"]
    assert (changed.status, changed.source, changed.default) == ("set", "default: [15]", "65000")
    assert (kept.status, kept.default) == ("seen", "")


@pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here: install it (Debian: chromium) to open the report"
)
def test_axe_finds_nothing_serious_in_the_reports(page, run_page, every_figure, tmp_path):
    pytest.importorskip("axe_playwright_python", reason="the tools of developers are not installed")
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width in (1280, 390):
            context = browser.new_context(viewport={"width": width, "height": 900}, bypass_csp=True)
            tab = context.new_page()
            for text in (page, run_page, every_figure):
                (tmp_path / "report.html").write_text(text, encoding="utf-8")
                tab.goto((tmp_path / "report.html").as_uri())
                found = Axe().run(tab).response
                assert len(found["passes"]) > 10
                serious = [
                    each["id"] for each in found["violations"] if each["impact"] in ("serious", "critical")
                ]
                assert serious == []
        browser.close()
