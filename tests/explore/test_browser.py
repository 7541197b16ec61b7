"""The page in headless Chromium, as a user has it; no request may leave this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("tornado", reason="the explorer needs its extra: pip install 'hudna[explore]'")
pytest.importorskip("playwright", reason="the tools of developers are not installed")

import psutil
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, expect

from tests.explore.browser import (
    CHANGE_SEEDS,
    CHROMIUM,
    HARD_TO_READ,
    MOVES_SIDEWAYS,
    Visit,
    chromium,
    server,
)
from tests.explore.conftest import BASE

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: install it (Debian: chromium)"),
    pytest.mark.xdist_group("explorer"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, psutil.Process, Path]]:
    """One explorer for the whole module: address, process, the folder it stands in."""
    folder = tmp_path_factory.mktemp("explorer")
    with server(*BASE, cwd=folder) as (address, process):
        yield address, psutil.Process(process.pid), folder


@pytest.fixture(scope="module")
def context(browser: Browser, served: tuple[str, psutil.Process, Path]) -> Iterator[BrowserContext]:
    """A browser that has redeemed the address."""
    made = browser.new_context()
    page = made.new_page()
    page.goto(served[0])
    page.close()
    yield made
    made.close()


@pytest.fixture
def visit(context: BrowserContext, served: tuple[str, psutil.Process, Path]) -> Iterator[Visit]:
    """A fresh tab; whatever happened in it, nothing may have left this machine."""
    made = Visit(context, served[0].split("?")[0])
    yield made
    made.check()
    made.page.close()


def test_a_measure_moves_the_history_and_a_wrong_value_is_said_at_its_field(visit: Visit) -> None:
    page = visit.page
    visit.change(lambda: page.fill("#f-seed", "3"))
    before = page.locator("#verdicts").inner_text()
    visit.change(lambda: page.check("#m-escorted_passage"))
    visit.change(lambda: page.fill("[id='f-pace.army']", "40"))
    assert page.locator("#verdicts").inner_text() != before
    expect(page.locator("#verdicts .lead")).to_contain_text("The truce broke on day")
    page.fill("[id='f-pace.army']", "-4")
    said = page.locator("[data-error='pace.army']")
    expect(said).to_have_text("pace.army = -4: out of range; right would be 0 to 1000")
    expect(page.locator("#status")).to_have_text("Not simulated. The last valid history is shown.")
    page.click("#tab-take")
    expect(page.locator("#errors")).to_be_visible()
    expect(page.locator("#view-take .field-error")).to_contain_text("No commands: pace.army = -4")
    page.click("#view-take >> text=Timeline (SVG)")
    expect(page.locator("#errors")).to_contain_text("pace.army = -4")
    page.click("#tab-history")
    expect(page.locator("[id='f-pace.army']")).to_have_attribute("aria-invalid", "true")
    visit.change(lambda: page.fill("[id='f-pace.army']", "1"))
    expect(said).to_be_hidden()
    # the slider and the play button move the city
    page.focus("#day")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("svg.city")).to_have_attribute("aria-label", re.compile("on day 3:"))
    page.click("#play")
    expect(page.locator("svg.city")).to_have_attribute("aria-label", re.compile(r"on day ([5-9]|\d\d):"))
    visit.change(lambda: page.fill("#f-days", "30"))  # another number of days stops it
    expect(page.locator("#play")).to_have_text("Play")
    assert page.evaluate("app.story.timer") == 0


def test_an_event_is_scheduled_and_taken_out_again_beside_it(visit: Visit) -> None:
    page = visit.page
    assert set(page.locator("svg.timeline [data-date]").all_text_contents()) == {""}  # no day zero, no date
    page.evaluate("document.querySelector('#kind').closest('fieldset').scrollIntoView()")
    page.check("text=Add or remove by clicking on the timeline")
    box = page.locator("svg.timeline").bounding_box()
    assert box is not None
    visit.change(
        lambda: page.locator("svg.timeline").click(position={"x": box["width"] / 2, "y": box["height"] - 60})
    )
    chip = page.locator(".chip")
    expect(chip).to_contain_text("kidnapping, day")
    day = chip.inner_text().split("day ")[1].split(" ")[0]
    page.evaluate("app.story.showDay(0)")
    add = page.get_by_role("button", name="Add on day 1")
    visit.change(add.click)
    expect(page.locator(".chip")).to_have_count(2)
    expect(add).to_be_disabled()
    visit.change(lambda: page.click("text=kidnapping, day 1 ×"))
    expect(page.locator(".chip")).to_have_count(1)
    page.click("text=in words")
    row = page.locator(f".event-table tr:has(td:text-is('{day}'))", has_text="scheduled by you")
    visit.change(lambda: row.get_by_role("button").first.click())
    expect(page.locator("#pair .lead")).to_contain_text(f"diverge on day {day}")
    assert page.locator("svg.timeline").count() == 2


def test_two_side_by_side_many_of_each_and_cancel(
    visit: Visit, served: tuple[str, psutil.Process, Path]
) -> None:
    page = visit.page
    visit.change(lambda: page.click("text=Bring mediators in on day 10"))
    expect(page.locator("#pair .lead")).to_contain_text("diverge on day 10")
    expect(page.locator(".costs")).to_contain_text("Residents who died")
    page.click("#tab-many")
    page.fill("#runs", "2000")
    page.click("text=Run A and B")
    page.wait_for_selector("text=/Starting|histories, about/")
    page.click("#view-many >> text=Cancel")
    expect(page.locator("#view-many")).to_contain_text("Cancelled; nothing was kept.")
    assert served[1].children() == []
    page.fill("#runs", "4")
    page.click("text=Run A and B")
    page.wait_for_selector("#view-many figure svg")
    expect(page.locator("#view-many .lead")).to_contain_text("Compared with A, B")
    page.click("text=Table: runs")
    head = page.locator("#view-many details[open] th", has_text="seed").first
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    stale = page.locator("text=Settings have changed since these were run.")
    expect(stale).to_be_hidden()
    visit.change(lambda: page.uncheck("#m-mediation"))
    page.click("#tab-many")
    expect(stale).to_be_visible()
    visit.change(lambda: page.check("#m-mediation"))
    expect(stale).to_be_hidden()
    page.evaluate("app.many.folder = 'kept/study'; app.many.take({ state: 'done', result: app.many.result })")
    expect(page.locator("#view-many")).to_contain_text("Kept in kept/study.")
    page.fill("#runs", "4000")
    page.click("text=Run A and B")
    page.wait_for_selector("text=/histories, about/")
    page.evaluate(
        "app.many.at -= 1e7; app.many.take({ state: 'running', done: 2, of: 8, failed: 1, counts: [[1, 1]] })"
    )
    expect(page.locator("#view-many")).to_contain_text(re.compile(r"about \d+ min left; .*; 1 failed\."))
    (study,) = served[1].children()
    page.close()
    psutil.wait_procs([study], timeout=60)
    assert not study.is_running()  # the closed tab ended its study


def test_a_saved_page_opens_offline_and_its_days_move(visit: Visit, browser: Browser, tmp_path: Path) -> None:
    page = visit.page
    visit.change(lambda: page.check("#two"))
    page.click("#tab-take")
    page.wait_for_selector(".code")
    expect(page.locator("#view-take pre").first).not_to_contain_text("seed=9")
    visit.change(lambda: page.fill("#f-seed", "9"))
    expect(page.locator("#view-take pre").first).to_contain_text("seed=9")
    with page.expect_download() as coming:
        page.click("text=Save this page")
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    offline = browser.new_context(offline=True)
    shown = offline.new_page()
    asked: list[str] = []
    errors: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.on("pageerror", lambda error: errors.append(str(error)))
    shown.goto(file.as_uri())
    expect(shown.locator("#pair .lead")).to_contain_text("are the same")
    shown.locator("#day").fill("7")
    expect(shown.locator("#player output")).to_have_text(re.compile(r"^7: A \w+, B \w+$"))
    assert "on day 7:" in (shown.locator("svg.city").first.get_attribute("aria-label") or "")
    shown.click("#tab-take")
    expect(shown.locator("#view-take pre").first).to_contain_text("hudna run scenario=small_town")
    for view, words in (("many", "No study was run."), ("results", "No result was open.")):
        shown.click(f"#tab-{view}")
        expect(shown.locator(f"#view-{view} p").first).to_have_text(words)
    assert shown.locator("aside").is_hidden()
    assert (asked, errors) == ([file.as_uri()], [])
    offline.close()


def test_a_study_and_a_folder_that_is_none_are_opened(visit: Visit, tmp_path: Path) -> None:
    from sim.api import sweep

    folder = tmp_path / "study"
    sweep([*BASE, "days=10", "pace.army=0.5,2", "runs=3", "engine=serial"], out=folder)
    page = visit.page
    page.click("#tab-results")
    page.fill("#folder", str(tmp_path))
    page.click("#view-results button[type=submit]")
    expect(page.locator("#view-results .field-error")).to_contain_text("holds no result")
    page.fill("#folder", str(folder))
    page.click("#view-results button[type=submit]")
    page.wait_for_selector("#view-results figure svg")
    figures = page.locator("#view-results figure")
    expect(figures.locator(".phone svg").first).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 900})
    expect(figures.locator(".phone svg").first).to_be_visible()
    assert figures.locator("div").evaluate_all(MOVES_SIDEWAYS) == []
    assert figures.locator(".phone svg").evaluate_all(HARD_TO_READ) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    visit.change(lambda: page.locator("#view-results .variants button").last.click())
    expect(page.locator("[id='f-pace.army']")).to_have_value("2")


def test_a_town_with_a_date_of_day_0_shows_dates(visit: Visit) -> None:
    page = visit.page
    page.evaluate("app.open([...app.state.base, 'day_zero=2012-12-20', 'events.kidnapping.at=[15]'])")
    expect(page.locator(".chip")).to_contain_text("kidnapping, day 15, 2013-01-04")
    dates = page.locator("svg.timeline [data-date]").all_text_contents()
    assert [dates[0], dates[-1]] == ["20 Dec", "29 Jan"]
    expect(page.locator("svg.timeline")).to_contain_text("2012–13")
    page.fill("#day", "15")
    expect(page.locator("#player output")).to_contain_text("15, 2013-01-04")
    page.click("text=in words")
    row = page.locator(".event-table tr", has_text="scheduled by you")
    expect(row.locator(".date")).to_have_text("2013-01-04")


def test_events_known_in_part_open_and_can_be_removed(visit: Visit) -> None:
    page = visit.page
    page.evaluate("app.open([...app.state.base, 'events.shelling.at=[3,{day: 5, deaths: 1}]'])")
    expect(page.locator(".chip")).to_have_text(["shelling, day 3 ×", "shelling, day 5 ×"])
    visit.change(lambda: page.click("text=shelling, day 5 ×"))
    expect(page.locator(".chip")).to_have_text(["shelling, day 3 ×"])


def test_the_first_step_shows_a_break_whatever_is_shown_before(visit: Visit) -> None:
    page = visit.page
    page.evaluate("app.open([...app.state.base, 'pace.army=30', 'army.hostility=1.0'])")
    expect(page.locator("[id='f-pace.army']")).to_have_value("30")
    page.evaluate("app.state.sides.A.without = ['7']")
    page.click("#tab-results")
    visit.change(lambda: page.click("text=Watch it break"))
    expect(page.locator("#verdicts .lead")).to_contain_text("The truce broke on day")
    expect(page.locator("#play")).to_have_text("Pause")
    assert page.evaluate("app.state.sides.A.without") == []
    visit.change(lambda: page.click("text=Next seed"))
    visit.change(lambda: page.check("#m-mediation"))
    visit.change(lambda: page.check("#two"))
    expect(page.locator("#pair .lead")).to_contain_text("are the same")  # B began as A


def test_a_scenario_that_cannot_be_opened_is_said(visit: Visit) -> None:
    page = visit.page
    page.evaluate("document.querySelector('#scenario').append(new Option('gone', 'gone'))")
    page.select_option("#scenario", "gone")
    expect(page.locator("#errors")).to_contain_text("gone")
    expect(page.locator("#scenario")).to_have_value("small_town")


def test_the_words_of_settings_and_thresholds_follow_the_scenario(visit: Visit) -> None:
    page = visit.page
    expect(page.locator("#scenario option[value=al_rastan]")).to_have_text("al-Rastan")
    army = page.locator("[data-key='pace.army']")
    expect(army).to_contain_text(
        "assault) and of the army's own fire and raids. 0 to 1000; starts at 0.67; source"
    )
    timeline = page.locator("svg.timeline")
    for words in ("breaks at 8", "strained under 75 %", "gone under 25 %", "breaks after 7 days without it"):
        expect(timeline).to_contain_text(words)
    page.evaluate("app.open([...app.state.base, 'truce.feud.enabled=false', 'truce.passage.enabled=false'])")
    expect(timeline).not_to_contain_text("breaks at")
    expect(timeline).not_to_contain_text("breaks after")
    expect(timeline).to_contain_text("strained under 75 %")


def test_reload_keeps_what_was_set_and_two_tabs_keep_apart(
    visit: Visit, context: BrowserContext, served: tuple[str, psutil.Process, Path]
) -> None:
    visit.change(lambda: visit.page.fill("#f-seed", "5"))
    visit.page.reload()
    visit.wait_for_history()
    expect(visit.page.locator("#f-seed")).to_have_value("5")
    other = Visit(context, served[0].split("?")[0])
    expect(other.page.locator("#f-seed")).to_have_value("0")
    other.check()
    other.page.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_no_serious_fault_of_access_and_nothing_wider_than_the_page(
    context: BrowserContext, served: tuple[str, psutil.Process, Path], width: int
) -> None:
    visit = Visit(context, served[0].split("?")[0], width=width)
    page = visit.page
    if width < 800:
        page.click("text=Settings")
    visit.change(lambda: page.check("#two"))
    expect(page.locator("#settings .fold")).to_have_attribute("open", "")  # also where the page is narrow
    for view in ("history", "many", "results", "take"):
        page.click(f"#tab-{view}")
        expect(page.locator(f"#view-{view}")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width < 800 and view != "history":  # the same elements as on the wide page
            continue
        found = Axe().run(page).response["violations"]
        serious = [each for each in found if each["impact"] in ("serious", "critical")]
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in serious] == []
    expect(page.locator("#statement")).to_be_in_viewport()
    visit.check()
    page.close()


def test_many_changes_leave_no_growing_memory_and_idle_costs_nothing(
    visit: Visit, served: tuple[str, psutil.Process, Path]
) -> None:
    page, process = visit.page, served[1]

    def change(seeds: range) -> None:
        page.evaluate(CHANGE_SEEDS, list(seeds))

    visit.change(lambda: page.fill("#f-days", "10"))
    change(range(100, 106))
    before = process.memory_info().rss
    change(range(106, 126))
    grown = process.memory_info().rss - before
    assert grown < 15e6, f"{grown / 1e6:.0f} MB in 20 changes"
    assert page.locator("svg.timeline").count() == 1
    spent = sum(process.cpu_times()[:2])
    page.wait_for_timeout(2000)
    assert sum(process.cpu_times()[:2]) - spent < 0.1


def test_nothing_was_written_where_the_explorer_stands(served: tuple[str, psutil.Process, Path]) -> None:
    assert list(served[2].iterdir()) == []
