"""A person looks through the products: by filters, by words, by keyboard; puts two side by side; and asks each page what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from browser import Viewer, opened_page
from demo_process import DemoProcess, demo, demo_folder
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

PAGE = 60
"""Products that the gallery asks for at once."""
AS_TYPED_MS = 1_500
"""Until the pictures follow the letters, on a machine that is busy with everything else."""
SIZES = ((1440, 900), (1920, 1080), (820, 1180))


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    """Two sites with more products than one page holds, some of them rejected."""
    with demo_folder(tmp_path_factory.mktemp("gallery")) as data, demo(data, "--sites", "2", "--rate", "1") as running:
        running.wait_said("Products are coming")
        running.wait(lambda: len(products(running, limit=PAGE + 1)) > PAGE and len(products(running, verdict="reject", limit=2)) == 2)
        yield running


def test_filters_are_in_the_address_and_hold(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(plant.note["http"])
    page.get_by_role("link", name="Inspections").click()
    expect(page.get_by_role("heading", name="Inspections")).to_be_visible()
    expect(cards(page).first).to_be_visible()
    page.get_by_role("combobox", name="Verdict").select_option(label="Rejected")
    expect(page).to_have_url(re.compile(r"verdict=reject"))
    settled(page)
    assert states(page) == {"act"}
    page.get_by_role("combobox", name="Place").select_option(label="Beijing")
    expect(page).to_have_url(re.compile(r"scope=site%3Abeijing"))
    page.reload()
    expect(page.get_by_role("combobox", name="Verdict")).to_have_value("reject")
    settled(page)
    wanted = {one["product"] for one in products(plant, verdict="reject", site="beijing", limit=500)}
    assert names(page) <= wanted
    page.get_by_role("button", name="Show all").click()
    expect(page).to_have_url(re.compile(r"/inspections$"))
    viewer.assert_content()


def test_what_is_typed_is_understood_while_it_is_typed(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(f"{plant.note['http']}/inspections")
    expect(cards(page).first).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("rejec")
    expect(page.locator("#understood")).to_contain_text("Shows Rejected", timeout=AS_TYPED_MS)
    settled(page)
    assert states(page) == {"act"}
    page.keyboard.type("ted quux")
    expect(page.locator("#understood")).to_contain_text("“quux” is no defect, camera, place or verdict here.")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"verdict=reject"))
    expect(page.get_by_label("Type to filter")).to_have_value("quux")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Type to filter")).to_have_value("")
    viewer.assert_content()


def test_more_products_come_while_one_scrolls_and_few_are_drawn(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(f"{plant.note['http']}/inspections")
    expect(cards(page).first).to_be_visible()
    shown = page.get_by_test_id("gallery-status")
    expect(shown).to_have_text(re.compile(rf"^{PAGE} loaded"))
    for _ in range(4):
        page.mouse.wheel(0, 4_000)
        settled(page)
    expect(shown).not_to_have_text(re.compile(rf"^{PAGE} loaded"))
    assert cards(page).count() < PAGE
    viewer.assert_content()


def test_by_keyboard_to_a_product(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(f"{plant.note['http']}/inspections?verdict=reject")
    expect(cards(page).nth(1)).to_be_visible()
    cards(page).first.focus()
    page.keyboard.press("ArrowRight")
    second = page.locator("[data-n='1']")
    expect(second).to_be_focused()
    product = second.get_attribute("data-product")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/products/{product}$"))
    expect(page.get_by_test_id("verdict")).to_have_text("Rejected")
    viewer.assert_content()


def test_two_products_side_by_side_zoom_as_one(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(f"{plant.note['http']}/inspections?verdict=reject")
    expect(cards(page).nth(1)).to_be_visible()
    for n in (0, 1):
        page.locator("li", has=page.locator(f"[data-n='{n}']")).get_by_role("checkbox").check()
    page.get_by_role("button", name="Compare", exact=True).click()
    pair = page.get_by_test_id("compare")
    expect(pair.locator("figure[data-camera]")).to_have_count(8)
    expect(page).to_have_url(re.compile(r"compare="))
    assert len(windows(pair)) == 1
    whole = windows(pair)
    page.get_by_role("button", name="Zoom in, all views").click()
    expect(pair.locator("figure svg[viewBox]").first).not_to_have_attribute("viewBox", next(iter(whole)))
    assert len(windows(pair)) == 1
    page.get_by_role("link", name="Back to the gallery").click()
    expect(page).to_have_url(re.compile(r"/inspections\?verdict=reject$"))
    viewer.assert_content()


def test_a_filter_that_nothing_fulfils_says_so_and_offers_a_way_out(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(f"{plant.note['http']}/inspections?label=no-such-defect")
    expect(page.get_by_text("No product matches")).to_be_visible()
    page.get_by_role("button", name="Show all").last.click()
    expect(cards(page).first).to_be_visible()
    page.goto(f"{plant.note['http']}/inspections?compare=one")
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    viewer.assert_content()


def test_every_page_says_first_what_it_is(plant: DemoProcess, viewer: Viewer) -> None:
    page, product = viewer.page, products(plant, limit=1)[0]
    pages = {
        "/": "This page: the enterprise",
        "/sites/beijing": "This page: a factory",
        "/sites/beijing/lines/line-1": "This page: a line",
        f"/sites/{product['site']}/products/{product['product']}": "This page: one product",
        "/inspections": "This page: the gallery of products",
    }
    for path, title in pages.items():
        page.goto(plant.note["http"] + path)
        expect(page.locator("main h1, main h2").first).to_be_visible()
        page.keyboard.press("?")
        help_ = page.get_by_test_id("page-help")
        expect(help_).to_contain_text(title)
        expect(help_).to_contain_text("What does grey mean here?")
        expect(page.get_by_role("dialog")).to_contain_text("Grey is never zero")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
    viewer.assert_content()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_gallery_fits_its_screen(plant: DemoProcess, browser: Browser, width: int, height: int) -> None:
    with opened_page(browser, width, height, "light") as viewer:
        page = viewer.page
        page.goto(f"{plant.note['http']}/inspections")
        expect(cards(page).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.locator("main button, main select, main input:not([type=checkbox])").evaluate_all(
            "all => all.filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 42).map((e) => e.outerHTML)"
        )
        assert small == []
        viewer.assert_content()


def products(plant: DemoProcess, **filters: object):
    answer = httpx.get(f"{plant.note['http']}/api/v1/inspections", params=dict(filters), trust_env=False, timeout=10)
    return answer.raise_for_status().json()["items"]


def cards(page: Page) -> Locator:
    return page.get_by_test_id("gallery").locator("[data-product]")


def settled(page: Page) -> None:
    """What is shown is the answer to what is asked."""
    expect(page.locator("[data-testid=gallery-status][data-settled=true]")).to_be_visible()


def states(page: Page) -> set[str]:
    return set(cards(page).evaluate_all("cards => cards.map(card => card.dataset.state)"))


def names(page: Page) -> set[str]:
    return set(cards(page).evaluate_all("cards => cards.map(card => card.dataset.product)"))


def windows(pair: Locator) -> set[str]:
    return set(pair.locator("figure svg[viewBox][role=group]").evaluate_all("views => views.map(view => view.getAttribute('viewBox'))"))
