"""People and alarms: who acts, what they do in place, what others see of it at once.

Every line has a rule that one rejected product breaks for good, so that an alarm is open on each; cleared by a person it comes again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from browser import Viewer, opened_page, smallest_text
from demo_process import DemoProcess, demo, demo_folder
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

AT_ONCE_MS = 1_000
"""Within which a second browser shows what was done in the first."""
RULE = {
    "id": "every-reject",
    "name": "Every reject",
    "metric": "quality",
    "severity": "major",
    "threshold": 1.0,
    "window_s": 3600,
    "step_s": 5,
    "for_s": 0,
    "keep_for_s": 3600,
    "lateness_s": 5,
    "min_count": 1,
}
SITES = ("beijing", "bangkok")
SIZES = ((1440, 900), (1920, 1080), (820, 1180))
SMALLEST_TEXT_PX = 12
TARGET_PX = 44


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    """Two sites with an open alarm each."""
    with demo_folder(tmp_path_factory.mktemp("alarms")) as data, demo(data, "--sites", "2", "--rate", "2") as running:
        running.wait_said("Products are coming")
        apply_rule(running)
        running.wait(lambda: {alarm["site"] for alarm in board(running)["open"]} == set(SITES))
        yield running


def test_whoever_acts_is_asked_once_and_what_is_done_is_kept_with_the_name(plant: DemoProcess, viewer: Viewer) -> None:
    page, alarm = viewer.page, fresh_alarm(plant, "beijing")
    open_alarms(page, plant)
    row = page.locator(f"[data-alarm='{alarm['id']}']")
    row.get_by_role("button", name="Acknowledge").click()
    introduce(page, "Ada Quality")
    expect(row.get_by_test_id("acknowledged")).to_have_text("Acknowledged by Ada Quality")
    expect(page.get_by_test_id("toast").last).to_contain_text("Ada Quality acknowledged")
    expect(page.get_by_test_id("person")).to_contain_text("AQ")

    row.get_by_role("button", name="Assign").click()
    page.get_by_role("menuitem", name="Me").click()
    expect(page.get_by_role("heading", name="Assigned to me (1)")).to_be_visible()
    expect(row.get_by_test_id("assignee")).to_have_text("Assigned to Ada Quality")
    row.get_by_role("button", name="Comment").click()
    page.get_by_label("Your comment").fill("Nozzle cleaned")
    page.get_by_role("button", name="Send").click()
    expect(row.get_by_test_id("comments")).to_have_text("1 comment")
    viewer.assert_content()

    row.get_by_role("button", name="Clear").click()
    expect(row).to_have_count(0)
    events = plant.ask(f"/api/v1/alarms/{alarm['id']}")["events"]
    done = [(event["kind"], event["person"]) for event in events if event["person"] is not None]
    assert done == [(kind, "Ada Quality") for kind in ("acknowledged", "assigned", "commented", "cleared")]
    assert viewer.complaints == []


def test_a_dismissed_question_does_nothing(plant: DemoProcess, viewer: Viewer) -> None:
    page, alarm = viewer.page, fresh_alarm(plant, "beijing")
    open_alarms(page, plant)
    page.locator(f"[data-alarm='{alarm['id']}']").get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_role("dialog")).to_contain_text("self-declared until sign-in exists")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert plant.ask(f"/api/v1/alarms/{alarm['id']}")["alarm"]["acknowledged_at"] is None
    viewer.assert_content()


def test_two_browsers_see_each_other_within_a_second(plant: DemoProcess, browser: Browser) -> None:
    alarm = fresh_alarm(plant, "bangkok")
    with opened_page(browser) as one, opened_page(browser) as other:
        rows = []
        for viewer, name in ((one, "Ana One"), (other, "Bo Other")):
            open_alarms(viewer.page, plant)
            declare(viewer.page, name)
            rows.append(viewer.page.locator(f"[data-alarm='{alarm['id']}']"))
        here, there = rows
        waiting = unacknowledged(other.page)

        here.get_by_role("button", name="Acknowledge").click()
        expect(one.page.get_by_test_id("toast").last).to_contain_text("Ana One acknowledged")
        expect(there.get_by_test_id("acknowledged")).to_have_text("Acknowledged by Ana One", timeout=AT_ONCE_MS)
        assert unacknowledged(other.page) == waiting - 1

        there.get_by_role("button", name="Comment").click()
        other.page.get_by_label("Your comment").fill("I look at it")
        other.page.get_by_label("Your comment").press("Control+Enter")
        expect(other.page.get_by_test_id("toast").last).to_contain_text("Bo Other commented")
        expect(here.get_by_test_id("comments")).to_have_text("1 comment", timeout=AT_ONCE_MS)

        there.get_by_role("button", name="Assign").click()
        other.page.get_by_role("menuitem", name="Ana One").click()
        expect(other.page.get_by_test_id("toast").last).to_contain_text("Bo Other assigned to Ana One")
        expect(here.get_by_test_id("assignee")).to_have_text("Assigned to Ana One", timeout=AT_ONCE_MS)

        there.get_by_role("button", name="Clear").click()
        expect(other.page.get_by_test_id("toast").last).to_contain_text("Bo Other cleared")
        expect(here).to_have_count(0, timeout=AT_ONCE_MS)
        assert (one.complaints, other.complaints) == ([], [])


def test_the_slower_of_two_is_told_who_was_faster(plant: DemoProcess, viewer: Viewer) -> None:
    page, alarm = viewer.page, fresh_alarm(plant, "bangkok")
    # A connection that brings nothing: this browser does not see what the other does.
    page.route_web_socket(re.compile("/api/v1/live$"), lambda _: None)
    page.goto(f"{plant.note['http']}/alarms")
    declare(page, "Cy Slow")
    row = page.locator(f"[data-alarm='{alarm['id']}']")
    expect(row.get_by_role("button", name="Acknowledge")).to_be_visible()
    act(plant, alarm["id"], "acknowledge", "Di Fast")
    row.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_test_id("toast").last).to_contain_text(re.compile(r"Somebody was faster: Di Fast acknowledged it at \d\d:\d\d:\d\d"))


def test_an_alarm_is_worked_on_by_keyboard_alone(plant: DemoProcess, viewer: Viewer) -> None:
    page, alarm = viewer.page, fresh_alarm(plant, "beijing")
    open_alarms(page, plant, f"?site={alarm['site']}")
    declare(page, "Key Board")
    row = page.locator(f"[data-alarm='{alarm['id']}']")
    page.keyboard.press("a")
    expect(page.get_by_test_id("toast").last).to_contain_text("Choose an alarm first")
    page.keyboard.press("j")
    expect(row).to_have_attribute("data-chosen", "true")
    page.keyboard.press("a")
    expect(row.get_by_test_id("acknowledged")).to_have_text("Acknowledged by Key Board")
    page.keyboard.press("s")
    page.get_by_role("menuitem", name="Me").press("Enter")
    expect(row.get_by_test_id("assignee")).to_have_text("Assigned to Key Board")
    page.keyboard.press("c")
    page.get_by_label("Your comment").type("by keyboard")
    page.keyboard.press("Control+Enter")
    expect(row.get_by_test_id("comments")).to_have_text("1 comment")
    expect(page.get_by_label("Your comment")).to_be_hidden()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/alarms/{alarm['id']}$"))
    expect(page.get_by_test_id("timeline")).to_contain_text("by keyboard")
    page.keyboard.press("x")
    expect(page.get_by_test_id("timeline")).to_contain_text("Key Board cleared it")
    assert viewer.complaints == []


def test_the_incident_leads_to_its_evidence(plant: DemoProcess, viewer: Viewer) -> None:
    page, alarm = viewer.page, fresh_alarm(plant, "bangkok")
    open_alarms(page, plant)
    page.locator(f"[data-alarm='{alarm['id']}']").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name=alarm["text"])).to_be_visible()
    expect(page.get_by_test_id("alarm-age")).to_have_text(re.compile(r"open for \d+ s"))
    expect(page.locator("[data-evidence=threshold]")).to_have_text("100.0%")
    dossier = plant.ask(f"/api/v1/alarms/{alarm['id']}")
    assert dossier["products"], "the rule saw a rejected product"
    expect(page.get_by_test_id("alarm-products").locator("[data-product]").first).to_be_visible()
    page.get_by_label("Your comment").fill("Looked at it")
    page.get_by_role("button", name="Send").click()
    introduce(page, "Eve Dence")
    expect(page.get_by_test_id("timeline")).to_contain_text("Looked at it")
    viewer.assert_content()
    page.get_by_test_id("alarm-products").locator("[data-product]").first.click()
    expect(page).to_have_url(re.compile("/sites/bangkok/products/"))
    expect(page.get_by_test_id("verdict")).to_have_text("Rejected")
    assert viewer.complaints == []


def test_every_page_tells_how_many_alarms_are_open(plant: DemoProcess, viewer: Viewer) -> None:
    page = viewer.page
    for site in SITES:
        fresh_alarm(plant, site)
    for path in ("/", "/sites/beijing", "/sites/beijing/lines/line-1"):
        page.goto(plant.note["http"] + path)
        expect(page.get_by_test_id("alarm-mark")).to_contain_text(re.compile("2 alarms, major.*2 not acknowledged"))
        expect(page).to_have_title(re.compile(r"^\(2\) "))
    act(plant, board(plant)["open"][0]["id"], "acknowledge", "Flo Title")
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    page.get_by_test_id("alarm-mark").click()
    expect(page.get_by_role("heading", name="Alarms", exact=True)).to_be_visible()
    expect(page).to_have_title("(1) Alarms · Lineside")
    assert viewer.complaints == []


def test_the_history_is_found_by_time_and_place(plant: DemoProcess, viewer: Viewer) -> None:
    cleared = fresh_alarm(plant, "beijing")
    act(plant, cleared["id"], "clear", "Gus History")
    page = viewer.page
    page.goto(f"{plant.note['http']}/alarms?tab=history&range=day&site=beijing")
    row = page.locator(f"[data-history='{cleared['id']}']")
    expect(row).to_contain_text("Cleared by Gus History")
    assert all("Beijing" in text for text in page.locator("[data-history]").all_inner_texts())
    page.get_by_role("group", name="Time range").get_by_text("Live", exact=True).click()
    expect(row).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_test_id("alarm-mark")).to_be_hidden()
    expect(row).to_be_visible()
    assert page.locator("main section").evaluate("panel => getComputedStyle(panel).backgroundColor") == "rgb(255, 255, 255)"
    viewer.assert_content()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_pages_fit_their_screen_and_can_be_touched(plant: DemoProcess, browser: Browser, width: int, height: int) -> None:
    alarm = board(plant)["open"][0]
    with opened_page(browser, width, height, "light") as viewer:
        page = viewer.page
        for path in ("/alarms", "/alarms?tab=history&range=day", f"/alarms/{alarm['id']}", "/wall"):
            page.goto(plant.note["http"] + path)
            expect(page.locator("main h2").first).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            assert smallest_text(page) >= SMALLEST_TEXT_PX, path
            for action in page.locator("[data-action]:visible").all():
                assert height_of(action) >= TARGET_PX, path
        viewer.assert_content()


# What the tests do and ask beside the browser


def apply_rule(plant: DemoProcess) -> None:
    document = plant.ask("/api/v1/plant/document")
    document["rule"] = [RULE]
    for line in (line for site in document["site"] for line in site["line"]):
        line.pop("rule", None)
    httpx.put(f"{plant.note['http']}/api/v1/plant/document", json=document, trust_env=False, timeout=30).raise_for_status()


def fresh_alarm(plant: DemoProcess, site: str):
    """An open alarm of this site that nobody has touched; the one before is cleared."""
    found = opened(plant, site)
    if found is not None and (found["acknowledged_at"] or found["assignee"] or found["comments"]):
        act(plant, found["id"], "clear", "Test Keeper")
    plant.wait(lambda: (now := opened(plant, site)) is not None and now["acknowledged_at"] is None)
    return opened(plant, site)


def opened(plant: DemoProcess, site: str):
    return next((alarm for alarm in board(plant)["open"] if alarm["site"] == site), None)


def board(plant: DemoProcess):
    return plant.ask("/api/v1/alarms/board")


def act(plant: DemoProcess, alarm: int, what: str, name: str) -> None:
    http = plant.note["http"]
    person = httpx.post(f"{http}/api/v1/persons", json={"name": name}, trust_env=False, timeout=10).raise_for_status().json()
    body = {"person": person["id"], "text": ""}
    httpx.post(f"{http}/api/v1/alarms/{alarm}/{what}", json=body, trust_env=False, timeout=10).raise_for_status()


def open_alarms(page: Page, plant: DemoProcess, search: str = "") -> None:
    page.goto(f"{plant.note['http']}/alarms{search}")
    expect(page.locator("[data-connection=live]")).to_be_visible()
    expect(page.locator("[data-alarm]").first).to_be_visible()


def declare(page: Page, name: str) -> None:
    """Say who one is, without being asked."""
    page.get_by_role("button", name="Who are you?").click()
    introduce(page, name)
    expect(page.get_by_test_id("person")).to_be_visible()


def introduce(page: Page, name: str) -> None:
    """Answer the dialog with a new name."""
    dialog = page.get_by_role("dialog", name="Who are you?")
    dialog.get_by_role("textbox").last.fill(name)
    dialog.get_by_role("button", name="That is me").click()
    expect(dialog).to_be_hidden()


def unacknowledged(page: Page) -> int:
    """As the tab's title counts."""
    found = re.match(r"\((\d+)\)", page.title())
    return int(found[1]) if found else 0


def height_of(place: Locator) -> float:
    box = place.bounding_box()
    return 0.0 if box is None else box["height"]
