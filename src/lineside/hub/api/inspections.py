"""Lists of products, newest first."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from msgspec import Struct

from lineside.hub.api.places import find_line, find_site
from lineside.hub.api.question import MAX_LIMIT, Question, make_cursor
from lineside.hub.parts import Parts
from lineside.hub.store.inspections import InspectionFilter, Place, list_inspections
from lineside.types.view import InspectionSummary

DEFAULT_LIMIT = 50
END_OF_TIME_US = 253_402_300_799_000_000


class InspectionPage(Struct, frozen=True):
    items: list[InspectionSummary]
    next: str | None
    """Give it as `cursor` to go on; null at the end."""


@get("/api/v1/inspections")
async def get_inspections(
    parts: NamedDependency[Parts],
    site: Annotated[str | None, QueryParameter(name="site", description="Id of a site; without it all.")] = None,
    line: Annotated[str | None, QueryParameter(name="line", description="Id of a line; needs `site`.")] = None,
    outcome: Annotated[str | None, QueryParameter(name="outcome", description="judged or explained.")] = None,
    verdict: Annotated[str | None, QueryParameter(name="verdict", description="pass or reject.")] = None,
    label: Annotated[str | None, QueryParameter(name="label", description="A reason: a defect's label, or why it is explained.")] = None,
    start: Annotated[str | None, QueryParameter(name="from", description="RFC 3339, inclusive.")] = None,
    end: Annotated[str | None, QueryParameter(name="to", description="RFC 3339, exclusive.")] = None,
    limit: Annotated[str | None, QueryParameter(name="limit", description=f"1 to {MAX_LIMIT}; default {DEFAULT_LIMIT}.")] = None,
    cursor: Annotated[str | None, QueryParameter(name="cursor", description="`next` of the page before.")] = None,
) -> InspectionPage:
    """Products that match every given filter."""
    question = Question()
    start_us, end_us = question.span(start, end, default_end_us=END_OF_TIME_US, default_length_us=END_OF_TIME_US)
    if line is not None and site is None:
        question.wrong("line", line, "needs `site`: ids of lines repeat between sites", "Add site=…")
    wanted = InspectionFilter(
        site=question.identity("site", site),
        line=question.identity("line", line),
        outcome=question.choice("outcome", outcome, ("judged", "explained"), "") or None,
        verdict=question.choice("verdict", verdict, ("pass", "reject"), "") or None,
        label=label,
        start_us=start_us,
        end_us=end_us,
    )
    count, after = question.limit(limit, DEFAULT_LIMIT), question.cursor(cursor, Place)
    question.done()
    if site is not None and line is not None:
        find_line(parts.plant, site, line)
    elif site is not None:
        find_site(parts.plant, site)
    found, place = await list_inspections(parts.pool, wanted, after, count)
    return InspectionPage(found, None if place is None else make_cursor(place))
