"""Is everything here? One row for each numbered series."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from msgspec import Struct

from lineside.hub.api.places import find_site
from lineside.hub.api.question import Question
from lineside.hub.parts import Parts
from lineside.hub.store.books import list_ledger
from lineside.types.identity import instant
from lineside.types.view import LedgerRow


class LedgerPage(Struct, frozen=True):
    items: list[LedgerRow]


@get("/api/v1/ledger")
async def get_ledger(
    parts: NamedDependency[Parts],
    site: Annotated[str | None, QueryParameter(name="site", description="Id of a site; without it all.")] = None,
    station: Annotated[str | None, QueryParameter(name="station", description="Id of a station.")] = None,
    start: Annotated[str | None, QueryParameter(name="from", description="RFC 3339: series whose station was heard since.")] = None,
    end: Annotated[str | None, QueryParameter(name="to", description="RFC 3339: series that began before.")] = None,
) -> LedgerPage:
    """Issued, committed, quarantined, held, withdrawn, expired and missing numbers of each series."""
    question = Question()
    site, station = question.identity("site", site), question.identity("station", station)
    start_us, end_us = question.time("from", start), question.time("to", end)
    question.done()
    if site is not None:
        find_site(parts.plant, site)
    since, until = (None if at is None else instant(at) for at in (start_us, end_us))
    return LedgerPage(await list_ledger(parts.pool, site, station, since, until))
