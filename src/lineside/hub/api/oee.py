"""OEE over any scope and range: integer components and the ratios made of them."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from lineside.hub.api.places import SCOPE_RULE, is_scope, scope_lines
from lineside.hub.api.question import Question
from lineside.hub.bins import BINS, MINUTE_US, MINUTES, cut, minutes_around
from lineside.hub.parts import Parts, now_us
from lineside.hub.store.oee_series import Span, line_keys, sum_bins
from lineside.types.identity import instant
from lineside.types.oee import ratios
from lineside.types.plant import Line, Plant, Site
from lineside.types.scope import OeeBin, OeeSeries

DEFAULT_RANGE_US = 8 * 60 * MINUTE_US
MAX_BINS = 10_080
"""A week by the minute."""

RangeFrom = Annotated[str | None, QueryParameter(name="from", description="RFC 3339, inclusive; default 8 hours before `to`.")]
RangeTo = Annotated[str | None, QueryParameter(name="to", description="RFC 3339, exclusive; default now.")]
BinSize = Annotated[str | None, QueryParameter(name="bin", description=f"One of {', '.join(BINS)}; default total.")]


@get("/api/v1/oee")
async def get_oee(
    parts: NamedDependency[Parts],
    wanted: Annotated[str | None, QueryParameter(name="scope", description=f"`scope` {SCOPE_RULE}.")] = None,
    start: RangeFrom = None,
    end: RangeTo = None,
    size: BinSize = None,
) -> OeeSeries:
    """Components (µs, counts) and ratios by bin; null where undefined. Stored by the minute: the range is widened to whole minutes."""
    question = Question()
    scope, span = scope_of(question, wanted), minutes_of(question, start, end)
    kind = question.choice("bin", size, BINS, "total")
    lines, bins = bins_of(question, parts.plant, scope, kind, span)
    keys = await line_keys(parts.pool)
    sums = await sum_bins(parts.pool, [keys[line] for line in lines if line in keys], bins)
    found = [
        OeeBin(instant(b.first * MINUTE_US), instant(b.past * MINUTE_US), components, ratios(components), defects)
        for b, (components, defects) in zip(bins, sums, strict=True)
    ]
    return OeeSeries(scope, kind, found)


def scope_of(question: Question, wanted: str | None) -> str:
    scope = question.required("scope", wanted)
    if scope and not is_scope(scope):
        question.wrong("scope", scope, SCOPE_RULE, "Write it as site:luxembourg.")
    return scope


def minutes_of(question: Question, start: str | None, end: str | None) -> Span:
    """The whole minutes around the range: what is stored is by the minute."""
    return Span(*minutes_around(*question.span(start, end, default_end_us=now_us(), default_length_us=DEFAULT_RANGE_US)))


def bins_of(question: Question, plant: Plant, scope: str, kind: str, span: Span) -> tuple[list[tuple[str, str]], list[Span]]:
    """The scope's lines as (site, line), and the range in bins. Raises RefusedError: 400 with every problem so far, 404 for the scope."""
    _check_size(question, kind, span)
    question.done()
    lines = scope_lines(plant, scope)
    return [(site.id, line.id) for site, line in lines], cut(kind, span.first, span.past, _sites(lines, kind))


def _check_size(question: Question, kind: str, span: Span) -> None:
    length = {**MINUTES, "1d": 1380, "shift": 60}.get(kind)
    if length and (span.past - span.first) // length > MAX_BINS:
        question.wrong("bin", kind, f"must give at most {MAX_BINS} bins", "Narrow the range or ask for longer bins.")


def _sites(lines: list[tuple[Site, Line]], kind: str) -> tuple[Site, ...]:
    """Shifts are a site's own: bins by shift are for one site or line. Raises RefusedError (400)."""
    sites = tuple({site.id: site for site, _ in lines}.values())
    if kind == "shift" and len(sites) != 1:
        question = Question()
        question.wrong("bin", "shift", "must go with the scope of one site or line", "Ask for site:<id>, or for bin=1d.")
        question.done()
    return sites
