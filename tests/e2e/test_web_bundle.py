"""What the browser has to load, and where it comes from: small, and from the hub alone."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src/lineside/hub/static"
MAIN_BUNDLE_BYTES = 350_000


@pytest.fixture(scope="module")
def static() -> Path:
    subprocess.run([sys.executable, str(ROOT / "hatch_build.py")], check=True)
    return STATIC


def test_the_main_bundle_is_small(static: Path) -> None:
    index = (static / "index.html").read_text()
    scripts = re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', index)
    assert scripts
    assert sum(len(gzip.compress((static / name).read_bytes())) for name in scripts) <= MAIN_BUNDLE_BYTES


def test_pages_and_charts_load_when_they_are_needed(static: Path) -> None:
    names = {path.name.split("-")[0] for path in (static / "assets").glob("*.js")}
    assert {"EnterprisePage", "FactoryPage", "LinePage", "ProductPage", "Chart"} <= names


def test_nothing_comes_from_elsewhere(static: Path) -> None:
    index = (static / "index.html").read_text()
    assert not re.search(r'(?:src|href)="(?!/)', index)
    styles = "".join(path.read_text() for path in (static / "assets").glob("*.css"))
    assert not re.search(r"@import|url\((?!['\"]?data:)", styles)


def test_the_lock_names_packages_and_digests_and_no_host() -> None:
    lock = json.loads((ROOT / "web/package-lock.json").read_text())["packages"]
    named = {name: entry for name, entry in lock.items() if name}
    assert not any("resolved" in entry for entry in named.values())
    assert [name for name, entry in named.items() if "integrity" not in entry] == []


def test_the_committed_types_are_those_of_this_hub() -> None:
    committed = (ROOT / "web/src/api/schema.d.ts").read_text()
    make_types = [sys.executable, "-c", "import make_types; print(make_types.generated(), end='')"]
    made = subprocess.run(make_types, check=True, capture_output=True, text=True, cwd=ROOT / "web/scripts").stdout
    assert made == committed, "The hub's answers have changed. Run: python web/scripts/make_types.py"
