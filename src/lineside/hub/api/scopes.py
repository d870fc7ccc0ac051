"""The factory page of a site, a country or a region, and its lines side by side over a range."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from lineside.hub.parts import Parts
from lineside.types.view import DefectSeries, LineOees, ScopeView


@get("/api/v1/scopes/{place:str}")
async def get_scope(parts: NamedDependency[Parts], place: FromPath[str]) -> ScopeView:
    """A site, country or region with its lines now."""
    raise NotImplementedError


@get("/api/v1/oee/lines")
async def get_line_oees(
    parts: NamedDependency[Parts],
    wanted: Annotated[str | None, QueryParameter(name="scope", description="As in /api/v1/oee.")] = None,
    start: Annotated[str | None, QueryParameter(name="from", description="RFC 3339, inclusive; default 8 hours before `to`.")] = None,
    end: Annotated[str | None, QueryParameter(name="to", description="RFC 3339, exclusive; default now.")] = None,
) -> LineOees:
    """OEE and rejected products by label of each line of a scope over one range."""
    raise NotImplementedError


@get("/api/v1/defects")
async def get_defects(
    parts: NamedDependency[Parts],
    wanted: Annotated[str | None, QueryParameter(name="scope", description="As in /api/v1/oee.")] = None,
    start: Annotated[str | None, QueryParameter(name="from", description="RFC 3339, inclusive; default 8 hours before `to`.")] = None,
    end: Annotated[str | None, QueryParameter(name="to", description="RFC 3339, exclusive; default now.")] = None,
    size: Annotated[str | None, QueryParameter(name="bin", description="One of total, 1m, 5m, 15m, 1h, shift, 1d; default total.")] = None,
) -> DefectSeries:
    """Rejected products by defect type, by camera and over time."""
    raise NotImplementedError
