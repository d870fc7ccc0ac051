"""What a screen on the wall shows: large, without menus, always with the open alarms and the connection."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browser import opened_page, smallest_text
from demo_process import DemoProcess, demo, demo_folder
from playwright.sync_api import Browser, expect

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

SMALLEST_ON_A_WALL_PX = 20


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    with demo_folder(tmp_path_factory.mktemp("wall")) as data, demo(data, "--sites", "2", "--rate", "2") as running:
        running.wait_said("Products are coming")
        yield running


def test_a_wall_is_built_turns_its_pages_and_is_left_by_escape(plant: DemoProcess, browser: Browser) -> None:
    with opened_page(browser, 1920, 1080) as viewer:
        page = viewer.page
        page.goto(f"{plant.note['http']}/wall")
        expect(page.get_by_test_id("wall-address")).to_have_value(re.compile(r"/wall\?pages=/,/sites/beijing,/sites/bangkok,.*&every=20$"))
        page.goto(f"{plant.note['http']}/wall?pages=/alarms,/sites/beijing&every=5")
        expect(page.locator("html")).to_have_attribute("data-wall", "true")
        expect(page.get_by_text("Next: Factory Beijing")).to_be_visible()
        expect(page.get_by_test_id("alarm-mark")).to_be_visible()
        expect(page.locator("[data-connection=live]")).to_be_visible()
        expect(page.get_by_text("Next: Alarms")).to_be_visible()
        expect(page.locator("header[data-chrome]")).to_contain_text("Beijing")
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("wall-address")).to_be_visible()
        expect(page.locator("html")).not_to_have_attribute("data-wall", "true")
        assert viewer.complaints == []


def test_any_page_can_be_shown_on_a_wall_and_read_from_afar(plant: DemoProcess, browser: Browser) -> None:
    with opened_page(browser, 1920, 1080) as viewer:
        page = viewer.page
        for path in ("/", "/sites/beijing", "/sites/beijing/lines/line-1", "/alarms"):
            page.goto(f"{plant.note['http']}{path}?wall=1")
            expect(page.locator("main h2").first).to_be_visible()
            expect(page.get_by_test_id("alarm-mark")).to_be_visible()
            expect(page.get_by_role("link", name="Skip to content")).to_have_count(0)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            assert smallest_text(page) >= SMALLEST_ON_A_WALL_PX, path
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name="Skip to content")).to_have_count(1)
        viewer.assert_content()
