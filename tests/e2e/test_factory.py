"""A person opens a region, a factory and a line, switches curves and times, reads numbers with their units, and prints the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from browser import Viewer, opened_page, smallest_text
from demo_process import DemoProcess, demo, demo_folder
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

SIZES = ((1440, 900), (1920, 1080), (820, 1180))
SMALLEST_TEXT_PX = 12
PAPER_PX = 703
"""What A4 leaves between its margins."""
PLACES = ("/regions/asia-pacific", "/countries/CN", "/sites/beijing")
SETTLED = timedelta(minutes=1)
"""Products of then have arrived; a test of a running plant compares what no longer changes."""


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    """Two sites of one region, with products rejected at the first."""
    with demo_folder(tmp_path_factory.mktemp("factory")) as data, demo(data, "--sites", "2", "--rate", "2") as running:
        running.wait_said("Products are coming")
        running.wait(lambda: found(running, *last_minutes(10)) != {})
        yield running


def test_from_the_map_over_region_and_factory_to_a_line(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(plant.note["http"])
    page.get_by_role("link", name=re.compile("^Asia-Pacific")).click()
    expect(page).to_have_url(re.compile("/regions/asia-pacific$"))
    expect(page.get_by_role("heading", name="Asia-Pacific", exact=True)).to_be_visible()
    expect(line(page, "beijing/line-1")).to_contain_text("Beijing")
    expect(line(page, "bangkok/line-1")).to_contain_text("Bangkok")
    line(page, "beijing/line-1").get_by_role("link").first.click()

    expect(page).to_have_url(re.compile("/sites/beijing/lines/line-1$"))
    expect(page.locator("[data-step]")).to_have_count(10)
    place(page, "Beijing").click()

    expect(page).to_have_url(re.compile("/sites/beijing$"))
    expect(page.get_by_role("heading", name="OEE now", exact=True)).to_be_visible()
    expect(page.locator("tr[data-line]")).to_have_count(1)
    place(page, "Asia-Pacific").click()
    expect(page).to_have_url(re.compile("/regions/asia-pacific$"))
    viewer.assert_content()


def test_the_country_stands_below_its_region(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(plant.note["http"])
    page.get_by_role("link", name=re.compile("^China")).click()
    expect(page).to_have_url(re.compile("/countries/CN$"))
    expect(page.get_by_role("navigation", name="Place").get_by_role("listitem")).to_have_text([re.compile("."), "Asia-Pacific", "China"])
    expect(page.locator("tr[data-line]")).to_have_count(1)
    viewer.assert_content()


def test_curves_are_switched_and_the_address_keeps_it(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(plant.note["http"] + "/sites/beijing")
    performance = page.get_by_role("button", name="Performance", exact=True)
    expect(performance).to_have_attribute("aria-pressed", "true")
    ends = chart(page, "OEE and its factors").locator("text")
    expect(ends.get_by_text("P", exact=True)).to_have_count(1)
    box = chart(page, "OEE and its factors").bounding_box()
    performance.press("Space")

    expect(performance).to_have_attribute("aria-pressed", "false")
    expect(page).to_have_url(re.compile("off=performance"))
    expect(ends.get_by_text("P", exact=True)).to_have_count(0)
    expect(ends.get_by_text("A", exact=True)).to_have_count(1)
    assert chart(page, "OEE and its factors").bounding_box() == box
    page.reload()
    expect(page.get_by_role("button", name="Performance", exact=True)).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Performance", exact=True).click()
    expect(page).not_to_have_url(re.compile("off="))
    viewer.assert_content()


def test_one_time_for_the_whole_page(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(plant.note["http"] + "/sites/beijing")
    expect(page.get_by_role("heading", name="OEE, last hour")).to_be_visible()
    choose(page, "Day")
    expect(page).to_have_url(re.compile("range=day"))
    for title in (
        "OEE",
        "OEE and its factors",
        "Rejected products by defect",
        "Rejected products by defect and camera",
        "Rejected products over time",
    ):
        expect(page.get_by_role("heading", name=f"{title}, last 24 hours", exact=True)).to_be_visible()
    page.get_by_role("radio", name="Day").press("ArrowLeft")
    expect(page.get_by_role("heading", name=re.compile("^OEE, (this|last) shift$"))).to_be_visible()

    page.get_by_test_id("range-clock").press("Enter")
    page.get_by_label("From").fill("2026-01-10T06:00")
    page.get_by_label("To (not included)").fill("2026-01-10T05:00")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.get_by_text("From must be before to.")).to_be_visible()
    page.get_by_label("To (not included)").fill("2026-01-10T14:00")
    page.get_by_role("button", name="Show").press("Enter")
    # Times are those of the site: Beijing is eight hours ahead of UTC.
    expect(page).to_have_url(re.compile("range=custom.*from=.?2026-01-09T22"))
    expect(page.get_by_text("Nothing rejected in this time").first).to_be_visible()
    viewer.assert_content()


def test_a_shift_is_that_of_one_site(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(plant.note["http"] + "/regions/asia-pacific")
    expect(page.get_by_role("radio", name="Shift")).to_be_disabled()
    expect(page.get_by_text("times in UTC")).to_be_visible()
    viewer.assert_content()


def test_numbers_are_those_of_the_hub_and_have_their_unit(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    start, end = settled(plant)
    page.goto(f"{plant.note['http']}/sites/beijing?range=custom&from={start}&to={end}")
    made = plant.ask(f"/api/v1/oee?scope=site:beijing&bin=total&from={start}&to={end}")["bins"][0]
    counts = made["components"]
    expect(page.get_by_test_id("good")).to_have_text(f"{counts['gq']} of {counts['pq']}")
    expect(page.get_by_test_id("rejected")).to_have_text(str(counts["sq"] + counts["rq"]))
    row = line(page, "beijing/line-1")
    expect(row.get_by_test_id("line-rejected")).to_have_text(re.compile(rf"^{counts['sq'] + counts['rq']}\s*\d+[.]\d\s?% of judged$"))
    for label, products in found(plant, start, end).items():
        cells = page.locator(f"tr[data-defect={label}] td")
        expect(cells.first).to_have_text(str(products))
        expect(cells.nth(1)).to_have_text(re.compile(r"^\d+[.]\d\s?%$"))
    for title in ("Availability", "Performance", "Quality"):
        for value in page.locator(f"dt:text-is('{title}') + dd").all():
            expect(value).to_have_text(re.compile(r"^(\d+[.]\d\s?%|–)$"))
    viewer.assert_content()


def test_a_defect_opens_its_products(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(plant.note["http"] + "/sites/beijing?range=day")
    label = next(iter(found(plant, *last_minutes(60))))
    link = page.locator(f"tr[data-defect={label}]").get_by_role("link")
    expect(link).to_have_attribute("href", re.compile(rf"^/inspections\?.*scope=site%3Abeijing.*label={label}"))
    expect(link).to_have_attribute("href", re.compile(r"from=.*&to="))
    viewer.assert_content()


def test_paper_is_light_and_cuts_no_chart(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(plant.note["http"] + "/sites/beijing?range=day")
    charts = page.locator("[role=img][aria-label*='last 24 hours'] svg")
    expect(charts).to_have_count(3)
    page.set_viewport_size({"width": PAPER_PX, "height": 1000})
    page.emulate_media(media="print")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")
    expect(page.get_by_role("banner")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert all(charts.evaluate_all("svgs => svgs.map((svg) => svg.getBoundingClientRect().right <= innerWidth)"))
    page.emulate_media(media="screen")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    assert viewer.complaints == []


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_page_fits_its_screen_with_text_that_can_be_read(plant: DemoProcess, browser: Browser, width: int, height: int) -> None:
    with opened_page(browser, width, height, "light") as viewer:
        for path in PLACES:
            page = viewer.page
            page.goto(plant.note["http"] + path)
            expect(page.get_by_role("heading", name="Lines side by side")).to_be_visible()
            expect(page.locator("[role=img] svg").first).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            assert smallest_text(page) >= SMALLEST_TEXT_PX, path
        viewer.assert_content()


def test_a_place_that_is_not_there_says_so(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(plant.note["http"] + "/regions/atlantis")
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    # The browser itself writes a line for an answer of 404.
    assert all("404" in complaint for complaint in viewer.complaints)


def found(plant: DemoProcess, start: str, end: str) -> dict[str, int]:
    """Rejected products of Beijing by label."""
    return plant.ask(f"/api/v1/defects?scope=site:beijing&from={start}&to={end}")["totals"]


def last_minutes(minutes: int) -> tuple[str, str]:
    now = datetime.now(UTC)
    return stamp(now - timedelta(minutes=minutes)), stamp(now)


def settled(plant: DemoProcess) -> tuple[str, str]:
    """From before the start to the newest whole minute that has a rejected product and does not change any more."""
    start = stamp(datetime.now(UTC) - timedelta(hours=2))
    plant.wait(lambda: found(plant, start, stamp(datetime.now(UTC) - SETTLED)) != {}, 180)
    return start, stamp(datetime.now(UTC) - SETTLED)


def stamp(at: datetime) -> str:
    return at.replace(second=0, microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")


def choose(page: Page, kind: str) -> None:
    page.get_by_role("group", name="Time range").get_by_text(kind, exact=True).click()


def line(page: Page, key: str) -> Locator:
    return page.locator(f"tr[data-line='{key}']")


def place(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Place").get_by_role("link", name=name, exact=True)


def chart(page: Page, title: str) -> Locator:
    return page.locator(f"[role=img][aria-label^='{title}']")
