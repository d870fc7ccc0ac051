"""What the hub makes of a database that is not there: it waits, says so in two lines, and shows no traceback."""

from __future__ import annotations

import logging

import asyncpg
import pytest

from lineside.hub import outage
from lineside.hub.outage import DatabaseOutage, outages_in_one_line

AWAY = (
    ConnectionRefusedError(111, "Connect call failed"),
    TimeoutError(),
    asyncpg.CannotConnectNowError("the database system is starting up"),
    asyncpg.AdminShutdownError("terminating connection"),
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
    asyncpg.DiskFullError("could not extend file"),
)


async def test_work_is_done_once_the_database_is_back_and_the_outage_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "RETRY_S", 0.0)
    said: list[str] = []
    errors = list(AWAY)

    async def work() -> str:
        if errors:
            raise errors.pop(0)
        return "done"

    assert await DatabaseOutage(said.append).through(work, "Records wait.") == "done"
    assert said == ["The database does not answer ([Errno 111] Connect call failed). Records wait.", "The database answers again."]


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_an_outage_is_one_line_whichever_library_reports_it(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    root = logging.getLogger()
    before = {handler: list(handler.filters) for handler in root.handlers}
    try:
        outages_in_one_line()
        logging.getLogger("asyncpg.pool").warning("Failed to restore the %s", "floor", exc_info=error)
        logging.getLogger("lineside.hub").error("bug", exc_info=ValueError("mine"))
    finally:
        for handler, filters in before.items():
            handler.filters = filters
    library, bug = caplog.text.split("ERROR")
    assert ("Failed to restore the floor" in library, "Traceback" in library, type(error).__name__ in library) == (True, False, True)
    assert "ValueError: mine" in bug
