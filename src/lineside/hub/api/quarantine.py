"""What could not be taken, and why."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from msgspec import Struct

from lineside.hub.api.question import MAX_LIMIT, Question, make_cursor
from lineside.hub.parts import Parts
from lineside.hub.store.books import QuarantineRow, list_quarantine

DEFAULT_LIMIT = 50


class Before(Struct, frozen=True, array_like=True):
    id: int


class QuarantinePage(Struct, frozen=True):
    items: list[QuarantineRow]
    next: str | None
    """Give it as `cursor` to go on; null at the end."""


@get("/api/v1/quarantine")
async def get_quarantine(
    parts: NamedDependency[Parts],
    limit: Annotated[str | None, QueryParameter(name="limit", description=f"1 to {MAX_LIMIT}; default {DEFAULT_LIMIT}.")] = None,
    cursor: Annotated[str | None, QueryParameter(name="cursor", description="`next` of the page before.")] = None,
) -> QuarantinePage:
    """Messages and records that were refused, newest first; their bytes are kept."""
    question = Question()
    count, before = question.limit(limit, DEFAULT_LIMIT), question.cursor(cursor, Before)
    question.done()
    found, place = await list_quarantine(parts.pool, before.id if before else None, count)
    return QuarantinePage(found, None if place is None else make_cursor(Before(place)))
