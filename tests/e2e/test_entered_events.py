"""A person enters what happened at a step, others see it at once, and it is over; the line and the product say which step failed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from browser import Viewer, opened_page
from demo_process import DemoProcess, demo, demo_folder
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

SHARED_MS = 5_000
"""Until another browser has it: a second, and what a busy machine adds."""
FAILED_MS = 60_000
LINE = "/sites/beijing/lines/line-1"
STEP = "threading"


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    with demo_folder(tmp_path_factory.mktemp("events")) as data, demo(data, "--sites", "1", "--rate", "2") as running:
        running.wait_said("Products are coming")
        running.wait(lambda: newest_reject(running) is not None)
        yield running


@pytest.fixture
def viewer(plant: DemoProcess, browser: Browser) -> Iterator[Viewer]:
    with opened_page(browser) as viewer:
        sit_down(plant, viewer, "Ines Kaya")
        yield viewer


def test_an_event_is_entered_seen_by_others_and_ended(plant: DemoProcess, browser: Browser, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(plant.note["http"] + LINE)
    with opened_page(browser) as other:
        other.page.goto(plant.note["http"] + LINE)
        expect(other.page.locator("[data-step]")).to_have_count(10)
        enter(page, "Enter an event at Threading", "Chuck worn, torque unsteady")
        event = card(page).locator("[data-event]")
        expect(event).to_contain_text("Chuck worn")
        expect(card(other.page).locator("[data-event]")).to_contain_text("Fault", timeout=SHARED_MS)

        entry = page.get_by_test_id("events").locator("li[data-open=true]")
        expect(entry).to_contain_text("Threading")
        expect(entry).to_contain_text("by Ines Kaya")
        expect(entry).to_contain_text("still so")
        entry.get_by_role("button", name="It is over: Chuck worn, torque unsteady").click()
        expect(page.get_by_test_id("events").locator("li[data-open=false]")).to_contain_text("Chuck worn")
        expect(event).to_have_count(0)
        expect(card(other.page).locator("[data-event]")).to_have_count(0, timeout=SHARED_MS)
        expect(other.page.get_by_test_id("events").locator("li[data-open=false]")).to_contain_text("Chuck worn")
        other.assert_content()
    viewer.assert_content()


def test_an_event_of_the_whole_line_with_its_times_at_the_site(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(plant.note["http"] + LINE)
    page.get_by_role("button", name="Enter an event", exact=True).first.click()
    form = page.get_by_test_id("event-form")
    form.get_by_text("Stop", exact=True).click()
    form.get_by_label("In words").fill("Tool changed")
    form.get_by_text("At a time", exact=True).first.click()
    form.get_by_text("At a time", exact=True).last.click()
    start, end = (form.get_by_label(re.compile("Time at the site")).nth(n) for n in (0, 1))
    now_there = start.input_value()
    start.fill(now_there.replace(now_there[:10], "2026-01-15"))
    end.fill("2026-01-14T08:00")
    form.get_by_role("button", name="Enter").click()
    expect(form).to_contain_text("The end must be after the start.")
    start.fill("2026-01-14T07:30")
    form.get_by_role("button", name="Enter").click()
    expect(form).to_be_hidden()
    ended = plant.ask("/api/v1/lines/beijing/line-1/events?from=2026-01-13T00:00:00Z&to=2026-01-15T00:00:00Z")["items"]
    assert [(event["start"], event["end"], event["step"], event["kind"]) for event in ended] == [
        ("2026-01-13T23:30:00Z", "2026-01-14T00:00:00Z", None, "stop")
    ]
    viewer.assert_content()


def test_what_cannot_be_entered_is_said_before_it_is_sent(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    page.goto(plant.note["http"] + LINE)
    page.get_by_role("button", name="Enter an event at Threading").click()
    form = page.get_by_test_id("event-form")
    form.get_by_role("button", name="Enter").click()
    expect(form).to_contain_text("Say in a few words what happened.")
    expect(form).to_be_visible()
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    viewer.assert_content()


def test_a_rejected_product_says_which_step_left_it_or_that_nobody_knows(plant: DemoProcess, viewer: Viewer) -> None:
    page, product = viewer.page, newest_reject(plant)
    assert product is not None
    page.goto(f"{plant.note['http']}/sites/{product['site']}/products/{product['product']}")
    causes = plant.ask(f"/api/v1/products/{product['site']}/{product['product']}")["causes"]
    panel = page.locator("#causes")
    expect(panel.get_by_role("heading", name="Which step left it")).to_be_visible()
    if causes:
        expect(panel.locator("[data-cause]")).to_have_count(len(causes))
        expect(panel.locator("[data-cause]").first).to_contain_text(causes[0]["step_name"])
    else:
        expect(panel).to_contain_text("Not enough evidence")
    viewer.assert_content()


def test_an_entered_fault_speaks_for_its_step_on_the_product_and_on_the_line(plant: DemoProcess, viewer: Viewer) -> None:
    """Whatever the readings say: a fault that somebody entered for all of today outweighs them."""
    page, product = viewer.page, newest_reject(plant)
    assert product is not None
    text = "Wrong die since the morning"
    body = {"person": viewer_id(plant), "kind": "fault", "step": STEP, "text": text, "start": "2026-01-01T00:00:00Z"}
    event = post(plant, "/api/v1/lines/beijing/line-1/events", body)
    page.goto(f"{plant.note['http']}/sites/{product['site']}/products/{product['product']}")
    expect(page.locator(f"#causes [data-cause={STEP}]")).to_contain_text(text)

    page.goto(plant.note["http"] + LINE)
    flag = card(page).get_by_test_id("failed-flag")
    expect(flag).to_contain_text(re.compile(r"Failed step\s*\d+ of \d+ rejects? points? here"), timeout=FAILED_MS)
    assert flag.evaluate("flag => parseFloat(getComputedStyle(flag.querySelector('strong')).fontSize)") >= 20
    why = page.get_by_test_id("went-wrong")
    expect(why).to_contain_text("Threading")
    expect(why.get_by_role("link", name=re.compile("^Open line-1-"))).to_be_visible()
    post(plant, f"/api/v1/lines/beijing/line-1/events/{event['id']}/end", {"person": viewer_id(plant)})
    expect(card(page).locator("[data-event]")).to_have_count(0, timeout=SHARED_MS)
    viewer.assert_content()


def enter(page: Page, button: str, words: str) -> None:
    page.get_by_role("button", name=button).click()
    form = page.get_by_test_id("event-form")
    expect(form.get_by_label("Where?")).to_have_value(STEP)
    form.get_by_label("In words").fill(words)
    form.get_by_role("button", name="Enter").click()
    expect(form).to_be_hidden()


def card(page: Page, step: str = STEP):
    return page.locator(f"[data-step={step}]")


def sit_down(plant: DemoProcess, viewer: Viewer, name: str) -> None:
    """This browser knows who acts: choosing a name is tested with the alarms."""
    person = json.dumps(person_named(plant, name))
    viewer.page.add_init_script(f"localStorage.setItem('lineside.person', {json.dumps(person)})")


def viewer_id(plant: DemoProcess) -> int:
    return person_named(plant, "Ines Kaya")["id"]


def person_named(plant: DemoProcess, name: str) -> dict[str, Any]:
    """Added when there is none of this name."""
    return post(plant, "/api/v1/persons", {"name": name})


def newest_reject(plant: DemoProcess):
    found = plant.ask("/api/v1/inspections?verdict=reject&limit=1")["items"]
    return found[0] if found else None


def post(plant: DemoProcess, path: str, body: dict[str, Any]):
    return httpx.post(plant.note["http"] + path, json=body, trust_env=False, timeout=10).raise_for_status().json()
