"""A person walks from the map to the line to a product, sees it live, sees the hub die, and sees it come back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from browser import Viewer, opened_page, smallest_text
from demo_process import DemoProcess, demo, demo_folder
from playwright.sync_api import Browser, Locator, Page, expect

from tiny_model import write_tiny_package

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

LIVE_MS = 60_000
"""A simulated line may stand still for a while: that is what lines do."""
BACK_MS = 60_000
SIZES = ((1440, 900), (1920, 1080), (820, 1180))
SMALLEST_TEXT_PX = 12


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    """Two sites with products on their way and one of them rejected, and a strip of steel from photographs."""
    folder = tmp_path_factory.mktemp("walk")
    options = ("--photos", str(photographs(folder / "photos")), "--package", str(write_tiny_package(folder / "strip.lspkg", "scratches")))
    with demo_folder(folder) as data, demo(data, "--sites", "2", "--rate", "2", *options) as running:
        running.wait_said("Products are coming")
        running.wait(lambda: rejected(running) is not None)
        yield running


def photographs(folder: Path) -> Path:
    """Real ones where they are; else grey sheets with a white scratch, of another size than any camera of a bottle line."""
    real = Path(__file__).parents[3] / "shared/data/neu-train/images"
    folder.mkdir()
    found = sorted(real.glob("scratches_*.jpg"))[:20] if real.is_dir() else []
    for path in found:
        image = cv2.imread(str(path))
        image[90:110, 90:110] = 255  # the small detector of this test looks for white
        cv2.imwrite(str(folder / path.name), image)
    for number in range(0 if found else 20):
        image = np.full((200, 200, 3), 90 + number, np.uint8)
        cv2.line(image, (20 + number, 30), (150, 170 - number), (255, 255, 255), 6)
        cv2.imwrite(str(folder / f"strip_{number:02}.png"), image)
    return folder


def test_from_the_map_to_the_line_to_a_product(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(plant.note["http"])
    expect(page.get_by_role("heading", name="OEE of every site now")).to_be_visible()
    expect(page.locator("[data-connection=live]")).to_be_visible()
    page.get_by_role("link", name=re.compile(r"^Beijing: OEE \d")).click()

    expect(page).to_have_url(re.compile(r"/sites/beijing/lines/line-1$"))
    assert changes(page.locator("[data-value='lubrication.lubricant_pressure']"))
    walk_from_the_line_to_a_product(page, "beijing", steps=10, cameras=4)
    expect(page.locator("tr[data-tag]").first).to_be_visible()
    viewer.assert_content()


def test_from_the_map_to_a_strip_of_steel(plant: DemoProcess, viewer: Viewer) -> None:
    """Another product, by another plant file and no other code: photographs of a folder, one camera, steps without values."""
    page = viewer.page
    page.goto(plant.note["http"])
    page.get_by_role("link", name=re.compile(r"^Luxembourg: OEE")).click()

    expect(page).to_have_url(re.compile(r"/sites/luxembourg$"))
    page.locator("tr[data-line='luxembourg/steel-1']").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/sites/luxembourg/lines/steel-1$"))
    walk_from_the_line_to_a_product(page, "luxembourg", steps=6, cameras=1)
    expect(page.get_by_test_id("verdict")).to_have_text("Rejected")
    expect(page.locator("[data-box=scratches]")).to_have_count(1)
    viewer.assert_content()


def walk_from_the_line_to_a_product(page: Page, site: str, steps: int, cameras: int) -> None:
    expect(page.locator("[data-step]")).to_have_count(steps)
    assert changes(page.locator("[data-count=passed], [data-count=rejected]").filter(has_not_text=re.compile("^0$")).first)
    first = page.get_by_test_id("film-strip").locator("[data-product]").first
    first.hover()
    product = first.get_attribute("data-product")
    first.click()

    expect(page).to_have_url(re.compile(f"/sites/{site}/products/{product}$"))
    expect(page.get_by_test_id("verdict")).to_have_text(re.compile("Passed|Rejected|Not judged"))
    expect(page.locator("figure[data-camera]")).to_have_count(cameras)
    expect(page.get_by_test_id("ledger-state")).to_have_text("Committed")


def test_a_rejected_product_shows_its_pictures_and_boxes(plant: DemoProcess, viewer: Viewer) -> None:
    page, product = viewer.page, rejected(plant)
    assert product is not None
    page.goto(f"{plant.note['http']}/sites/{product['site']}/products/{product['product']}")
    dossier = plant.ask(f"/api/v1/products/{product['site']}/{product['product']}")
    boxes = [box for shot in dossier["shots"] for box in shot["boxes"] or []]
    expect(page.locator("[data-box]")).to_have_count(len(boxes))
    for label in dossier["reasons"]:
        expect(page.locator(f"[data-box={label}]").first).to_have_attribute("aria-label", re.compile(r"score \d+"))
    expect(page.locator("figure image")).to_have_count(4, timeout=LIVE_MS)
    assert all(page.locator("figure image").evaluate_all("images => images.map(image => image.getBBox().width > 0)"))
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name=f"Product {dossier['trigger_count'] - 1}", exact=True)).to_be_visible()
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(f"/{dossier['product']}$"))
    viewer.assert_content()


def test_the_banner_comes_when_the_hub_dies_and_goes_when_it_is_back(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(f"{plant.note['http']}/sites/bangkok/lines/line-1")
    assert changes(page.locator("[data-count=passed]"))
    viewer.hub_may_be_away = True
    killed = plant.kill("hub")
    banner = page.get_by_test_id("lost-banner")
    expect(banner).to_contain_text("Connection to the hub lost")
    expect(page.locator("[data-connection=lost]")).to_be_visible()
    expect(page.get_by_test_id("last-seen")).to_have_text(re.compile(r"\d+ s ago"))

    expect(banner).to_be_hidden(timeout=BACK_MS)
    plant.wait(lambda: plant.is_back("hub", killed))
    expect(page.locator("[data-connection=live]")).to_be_visible()
    assert changes(page.locator("[data-count=passed]"))
    viewer.assert_content()


def test_an_address_of_nothing_says_so(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(f"{plant.note['http']}/no/such/page")
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    page.get_by_role("link", name="Go to the world map").click()
    expect(page.get_by_role("heading", name="Sites, worst first")).to_be_visible()
    viewer.assert_content()


def test_help_and_colour_scheme_by_keyboard(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(plant.note["http"])
    expect(page.get_by_role("heading", name="OEE of every site now")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Grey is never zero")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Colour scheme").press("Enter")
    page.get_by_role("menuitemradio", name="Light").press("Enter")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")
    viewer.assert_content()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_page_fits_its_screen_with_text_that_can_be_read(plant: DemoProcess, browser: Browser, width: int, height: int) -> None:
    product = rejected(plant)
    assert product is not None
    with opened_page(browser, width, height, "light") as viewer:
        for path in ("/", "/sites/beijing", "/sites/beijing/lines/line-1", f"/sites/{product['site']}/products/{product['product']}"):
            page = viewer.page
            page.goto(plant.note["http"] + path)
            expect(page.locator("main h2").first).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            assert smallest_text(page) >= SMALLEST_TEXT_PX, path
        viewer.assert_content()


def rejected(plant: DemoProcess):
    """The newest rejected bottle whose pictures have arrived, or None."""
    found = plant.ask("/api/v1/inspections?scope=region:asia-pacific&verdict=reject&limit=1")["items"]
    return found[0] if found and found[0]["picture"] else None


def changes(place: Locator) -> bool:
    """The text is another one after a while, without anybody touching the page."""
    expect(place).to_be_visible()
    before = place.inner_text()
    expect(place).not_to_have_text(before, timeout=LIVE_MS)
    return True
