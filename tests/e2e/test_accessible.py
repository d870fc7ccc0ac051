"""No page has a fault that keeps somebody out: axe finds nothing serious, in either colour scheme."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import opened_page
from demo_process import DemoProcess, demo, demo_folder
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
PATHS = (
    "/",
    "/regions/asia-pacific",
    "/sites/beijing",
    "/sites/beijing/lines/line-1",
    "/sites/beijing/products/line-1-1",
    "/alarms",
    "/inspections",
    "/wall",
)
RUN = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ target, failureSummary }) => [target, failureSummary]) }));
}"""

PALE = """() => [...document.querySelectorAll("[data-replaced=true], [data-replaced=true] *")]
  .some((element) => getComputedStyle(element).opacity === "0.55")"""
"""Something that is being replaced has turned pale."""


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    with demo_folder(tmp_path_factory.mktemp("accessible")) as data, demo(data, "--sites", "2", "--rate", "2") as running:
        running.wait_said("Products are coming")
        running.wait(lambda: all(len(passed) >= 2 for passed in running.truth.values()))
        yield running


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_has_no_serious_fault(plant: DemoProcess, browser: Browser, path: str, scheme: str) -> None:
    with opened_page(browser, scheme=scheme) as viewer:
        viewer.page.goto(plant.note["http"] + path)
        expect(viewer.page.locator("main h1, main h2").first).to_be_visible()
        assert serious(viewer.page) == []
        viewer.assert_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_being_replaced_can_still_be_read(plant: DemoProcess, browser: Browser, scheme: str) -> None:
    with opened_page(browser, scheme=scheme) as viewer:
        page = viewer.page
        page.goto(f"{plant.note['http']}/sites/beijing")
        expect(page.get_by_test_id("line-rejected").first).not_to_have_text("–")
        page.route("**/api/v1/**", lambda _: None)  # what is asked from now on stays on its way
        page.get_by_role("group", name="Time range").get_by_text("Day", exact=True).click()
        page.wait_for_function(PALE)
        assert serious(page) == []


def serious(page: Page) -> list[dict[str, Any]]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(RUN)
