"""The factory page of a site, a country or a region, and its lines side by side over a range."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from lineside.hub.api.oee import BinSize, RangeFrom, RangeTo, bins_of, minutes_of, scope_of
from lineside.hub.api.places import is_scope, scope_lines
from lineside.hub.api.problems import bad_request, not_found
from lineside.hub.api.question import Question
from lineside.hub.bins import BINS, MINUTE_US
from lineside.hub.parts import Parts, now_us
from lineside.hub.scopes import KINDS, scope_view
from lineside.hub.store.oee_series import line_keys, sum_defects, sum_lines
from lineside.types.errors import Problem
from lineside.types.identity import instant
from lineside.types.oee import ratios
from lineside.types.scope import DefectBin, DefectCell, DefectSeries, LineOee, LineOees, ScopeView
from lineside.types.strict import show
from lineside.types.view import OeeView

PLACE_RULE = "must be site:<id>, country:<id> or region:<id>"


@get("/api/v1/scopes/{place:str}")
async def get_scope(parts: NamedDependency[Parts], place: FromPath[str]) -> ScopeView:
    """A site, country or region with its lines now."""
    kind, _, name = place.partition(":")
    if kind not in KINDS or not is_scope(place):
        raise bad_request([Problem("place", show(place), PLACE_RULE, "Write it as site:luxembourg; a line has /api/v1/lines.")])
    found = scope_view(parts.sources, kind, name, now_us())
    if found is None:
        raise not_found(kind, name, "GET /api/v1/plant lists what there is.")
    return found


@get("/api/v1/oee/lines")
async def get_line_oees(
    parts: NamedDependency[Parts],
    wanted: Annotated[str | None, QueryParameter(name="scope", description="As in /api/v1/oee.")] = None,
    start: RangeFrom = None,
    end: RangeTo = None,
) -> LineOees:
    """OEE and rejected products by label of each line of a scope over one range."""
    question = Question()
    scope, span = scope_of(question, wanted), minutes_of(question, start, end)
    question.done()
    keys = await line_keys(parts.pool)
    lines = [(keys[s.id, n.id], s, n) for s, n in scope_lines(parts.plant, scope) if (s.id, n.id) in keys]
    sums = await sum_lines(parts.pool, [key for key, _, _ in lines], span)
    window = instant(span.first * MINUTE_US), instant(span.past * MINUTE_US)
    return LineOees(
        scope,
        [
            LineOee(site.id, line.id, OeeView(*window, components, ratios(components)), defects)
            for (_, site, line), (components, defects) in zip(lines, sums, strict=True)
        ],
    )


@get("/api/v1/defects")
async def get_defects(
    parts: NamedDependency[Parts],
    wanted: Annotated[str | None, QueryParameter(name="scope", description="As in /api/v1/oee.")] = None,
    start: RangeFrom = None,
    end: RangeTo = None,
    size: BinSize = None,
) -> DefectSeries:
    """Rejected products by defect type, by camera and over time: those /api/v1/oee counts. One may count under several labels."""
    question = Question()
    scope, span = scope_of(question, wanted), minutes_of(question, start, end)
    kind = question.choice("bin", size, BINS, "total")
    lines, bins = bins_of(question, parts.plant, scope, kind, span)
    keys = await line_keys(parts.pool)
    whole, parted, cells = await sum_defects(parts.pool, [keys[line] for line in lines if line in keys], span, bins)
    return DefectSeries(
        scope=scope,
        bin=kind,
        totals=dict(sorted(whole[1].items(), key=lambda total: (-total[1], total[0]))),
        judged=whole[0].pq - whole[0].uq,
        cells=[DefectCell(cell.label, cell.camera, cell.products) for cell in cells],
        bins=[
            DefectBin(instant(b.first * MINUTE_US), instant(b.past * MINUTE_US), defects, c.pq - c.uq)
            for b, (c, defects) in zip(bins, parted, strict=True)
        ],
    )
