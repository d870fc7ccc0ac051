"""Fixtures of the tests that run the product as a person does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Viewer, opened_browser, opened_page
from demo_process import demo_folder
from playwright.sync_api import Browser


def pytest_addoption(parser: pytest.Parser) -> None:
    """For a run at full length: pytest tests/e2e/test_outage.py --hub-away 120 --database-away 600"""
    group = parser.getgroup("outages")
    group.addoption("--hub-away", type=float, help="Seconds without a hub (test_outage).")
    group.addoption("--database-away", type=float, help="Seconds without PostgreSQL (test_outage).")


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A folder for one demo's --data; what the database left outside it is removed."""
    with demo_folder(tmp_path) as folder:
        yield folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as browser:
        yield browser


@pytest.fixture
def viewer(browser: Browser) -> Iterator[Viewer]:
    with opened_page(browser) as viewer:
        yield viewer
