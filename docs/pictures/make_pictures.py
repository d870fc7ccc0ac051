"""Makes the pictures of the docs from a running demo: python docs/pictures/make_pictures.py http://127.0.0.1:8080

It stands beside the pictures, so that whoever looks at one finds how it was made; it is neither part of the web nor a test, but uses the
browser of the tests, with the same flags and the same ears for errors. Run it with the project's Python (`make` first).

Each page is opened once its data is there: it asks the hub until it is, and gives up with a sentence after PATIENCE_S. A demo that has
run for a quarter of an hour shows full charts and an alarm; to be sure of one: `lineside demo --fault low-lubricant-pressure`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "e2e"))

from browser import Viewer, opened_browser, opened_page  # noqa: E402  # the tests' own, found by the line above
from playwright.sync_api import Page, expect  # noqa: E402

SCREEN, WALL, SCHEME = (1440, 900), (1920, 1080), "dark"
PATIENCE_S, POLL_MS = 600, 500
SETTLED = """() => {
  const inView = (box) => box.width > 0 && box.top < innerHeight && box.bottom > 0 && box.left < innerWidth && box.right > 0;
  const shown = [...document.images].filter((image) => inView(image.getBoundingClientRect()));
  return document.fonts.status === "loaded" && !document.querySelector("main [aria-busy=true]")
    && shown.every((image) => image.complete && image.naturalWidth > 0);
}"""
TRUSTED_COVERAGE = 0.9


class Scene(NamedTuple):
    """One picture: where it is taken (None: not yet), and what must be visible on it."""

    name: str
    path: Callable[[Demo], str | None]
    visible: tuple[str, ...]
    size: tuple[int, int] = SCREEN


class Demo:
    """What the hub at `address` knows, asked anew each time."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address.rstrip("/")

    def ask(self, path: str) -> Any:
        answer = self.page.request.get(f"{self.address}{path}")
        if not answer.ok:
            raise SystemExit(f"{self.address}{path} answered {answer.status}: is a demo running there?")
        return answer.json()

    def map(self) -> str | None:
        """Once every site that was ever heard has a gauge that is not grey."""
        heard = [site for site in self.ask("/api/v1/plant")["sites"] if any(line["last_seen"] for line in site["lines"])]
        ratios = [site["oee"]["ratios"] for site in heard]
        full = [one for one in ratios if one["oee"] is not None and (one["coverage"] or 0) >= TRUSTED_COVERAGE]
        return "/" if full and len(full) == len(ratios) else None

    def line(self) -> str | None:
        """The line whose step has failed, else the one that rejected a product last."""
        failed = [line for site in self.ask("/api/v1/plant")["sites"] for line in site["lines"] if line["failed"]]
        rejected = failed or self.rejected()
        return f"/sites/{rejected[0]['site']}/lines/{rejected[0]['line']}" if rejected else None

    def site(self) -> str | None:
        return line.partition("/lines/")[0] if (line := self.line()) else None

    def product(self) -> str | None:
        """The newest rejected product whose picture is here."""
        here = [one for one in self.rejected() if one["picture_state"] == "present"]
        return f"/sites/{here[0]['site']}/products/{here[0]['product']}" if here else None

    def gallery(self) -> str | None:
        return "/inspections?verdict=reject" if self.product() else None

    def alarms(self) -> str | None:
        return "/alarms" if self.ask("/api/v1/alarms?limit=1")["items"] else None

    def alarm(self) -> str | None:
        """The newest open one that knows its failed step, else the newest."""
        items = self.ask("/api/v1/alarms?limit=50")["items"]
        best = next((one for one in items if one["cause"]), next(iter(items), None))
        return f"/alarms/{best['id']}" if best else None

    def wall(self) -> str | None:
        return "/wall?pages=/,/alarms&every=60" if self.map() else None

    def rejected(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("/api/v1/inspections?verdict=reject&limit=24")["items"]
        return found


SCENES = (
    Scene("enterprise", Demo.map, ("[data-connection=live]", "main svg")),
    Scene("factory", Demo.site, ("[data-connection=live]", "[data-line]")),
    Scene("line", Demo.line, ("[data-connection=live]", "[data-step]", "[data-testid=film-strip] img")),
    Scene("product", Demo.product, ("figure[data-camera] image", "[data-box]")),
    Scene("alarms", Demo.alarms, ("[data-connection=live]", "main h1, main h2")),
    Scene("alarm", Demo.alarm, ("main h1, main h2", "main [role=img] svg")),
    Scene("inspections", Demo.gallery, ("main img",)),
    Scene("wall", Demo.wall, ("html[data-wall=true]", "main svg"), WALL),
)


def main() -> int:
    arguments = _arguments()
    wanted = [scene for scene in SCENES if not arguments.only or scene.name in arguments.only]
    complaints = []
    with opened_browser() as browser:
        for scene in wanted:
            with opened_page(browser, *scene.size, SCHEME) as viewer:
                _take(viewer, scene, arguments.address, arguments.out / f"{scene.name}.png")
                complaints += [f"{scene.name}: {said}" for said in viewer.complaints]
    sys.stderr.writelines(f"{line}\n" for line in complaints)
    return 1 if complaints else 0


def _take(viewer: Viewer, scene: Scene, address: str, file: Path) -> None:
    page = viewer.page
    page.emulate_media(reduced_motion="reduce")
    demo = Demo(page, address)
    page.goto(demo.address + _wait(page, scene, demo))
    for selector in scene.visible:
        _see(page, scene, selector)
    page.wait_for_function(SETTLED)
    page.screenshot(path=file, animations="disabled", caret="hide")
    sys.stdout.write(f"{file}\n")
    sys.stdout.flush()


def _see(page: Page, scene: Scene, selector: str) -> None:
    try:
        expect(page.locator(selector).first).to_be_visible()
    except AssertionError:
        raise SystemExit(f"{scene.name}: {page.url} does not show {selector}.") from None


def _wait(page: Page, scene: Scene, demo: Demo) -> str:
    until = time.monotonic() + PATIENCE_S
    while (path := scene.path(demo)) is None:
        if time.monotonic() > until:
            raise SystemExit(f"{scene.name}: what it shows did not happen within {PATIENCE_S} s. Let the demo run, perhaps with a --fault.")
        page.wait_for_timeout(POLL_MS)
    return path


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Pictures of the docs from a running demo.")
    parser.add_argument("address", help="of the demo, such as http://127.0.0.1:8080")
    parser.add_argument("--only", nargs="+", choices=[scene.name for scene in SCENES], help="these pictures; all of them without it")
    parser.add_argument("--out", type=Path, default=HERE, help="folder of the pictures (default: beside this program)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
