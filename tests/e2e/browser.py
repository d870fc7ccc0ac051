"""An installed Chromium that notes what a person would not accept: errors in the console and parts of the page that jump."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
HUB_IS_AWAY = ("net::ERR_CONNECTION_REFUSED", "net::ERR_CONNECTION_RESET", "WebSocket connection to")
"""What Chromium itself writes when the hub is down: no page can keep it from that."""
MOST_SHIFT = 0.02
"""Cumulative layout shift over a whole walk; 0.1 is what search engines call good for one page."""
PATIENCE_MS = 30_000
"""How long anything may take to appear: a machine may be busy with other tests."""
WATCH_SHIFTS = """
window.__shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    const moved = entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 160) ?? node?.textContent ?? "?");
    window.__shifts.push({ value: entry.value, moved });
  }
}).observe({ type: "layout-shift", buffered: true });
"""


class Viewer:
    """One page and what was noted on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.hub_may_be_away = False
        self.complaints: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(f"exception: {error}"))
        page.add_init_script(WATCH_SHIFTS)

    def assert_content(self) -> None:
        """Nothing was complained about, nothing jumped."""
        assert self.complaints == [], self.complaints
        shifts = self.page.evaluate("window.__shifts")
        assert sum(shift["value"] for shift in shifts) < MOST_SHIFT, shifts

    def _note(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        if self.hub_may_be_away and any(words in message.text for words in HUB_IS_AWAY):
            return
        self.complaints.append(f"{message.type}: {message.text}")


@contextmanager
def opened_browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def opened_page(browser: Browser, width: int = 1440, height: int = 900, scheme: str = "dark") -> Iterator[Viewer]:
    context: BrowserContext = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-GB")
    yield Viewer(context.new_page())
    context.close()


def find_chromium() -> str:
    """Fails, and does not skip, without one: what nobody has looked at is not tested."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail(f"No browser found ({', '.join(NAMES)}). Install one (Debian: apt-get install chromium).", pytrace=False)
    return found


def smallest_text(page: Page) -> float:
    """px of the smallest visible text, as it is drawn: with what CSS zooms."""
    return page.evaluate(
        """() => Math.min(...[...document.querySelectorAll("body *")]
            .filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
            .filter((e) => !e.closest("title, script, style, noscript, .visually-hidden"))
            .map((e) => Math.round(parseFloat(getComputedStyle(e).fontSize) * (e.currentCSSZoom ?? 1) * 100) / 100))"""
    )
