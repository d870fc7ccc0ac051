"""Fixtures of the tests of the hub's parts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from intake import Intake, intake_on


@pytest.fixture
async def hub(database: str) -> AsyncIterator[Intake]:
    """What takes records, with the example's plant. Tests that ask a whole hub, or need another plant, have their own."""
    async with intake_on(database) as intake:
        yield intake
