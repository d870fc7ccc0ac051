"""The plant with its current numbers, and the plant document itself."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct

from lineside.hub.api.places import find_line, find_site
from lineside.hub.api.question import Question
from lineside.hub.parts import Parts, now_us
from lineside.hub.store.plant import Change, preview
from lineside.hub.views import enterprise_view, line_view, site_summary
from lineside.types.plant import to_builtins
from lineside.types.plant_file import parse_plant
from lineside.types.view import EnterpriseView, LineView, SiteSummary


class PlantChanges(Struct, frozen=True):
    """What applying a document changes. `applied` False: only asked."""

    applied: bool
    changes: list[Change]


@get("/api/v1/plant")
async def get_plant(parts: NamedDependency[Parts]) -> EnterpriseView:
    """The enterprise with every site and its OEE now."""
    return enterprise_view(parts.sources, now_us())


@get("/api/v1/sites/{site:str}")
async def get_site(parts: NamedDependency[Parts], site: FromPath[str]) -> SiteSummary:
    """One site with its lines."""
    return site_summary(parts.sources, find_site(parts.plant, site), now_us())


@get("/api/v1/lines/{site:str}/{line:str}")
async def get_line(parts: NamedDependency[Parts], site: FromPath[str], line: FromPath[str]) -> LineView:
    """One line: its process with live tags, its last products."""
    return line_view(parts.sources, *find_line(parts.plant, site, line), now_us())


@get("/api/v1/plant/document")
async def get_plant_document(parts: NamedDependency[Parts]) -> dict[str, Any]:
    """The applied plant as it can be written to a TOML file."""
    return to_builtins(parts.plant)


@put("/api/v1/plant/document")
async def put_plant_document(
    parts: NamedDependency[Parts],
    data: JSONBody[dict[str, Any]],
    dry_run: Annotated[str | None, QueryParameter(name="dry_run", description="`true`: answer the difference and change nothing.")] = None,
) -> PlantChanges:
    """Apply a plant document; what has records is never deleted."""
    question = Question()
    only_asked = question.choice("dry_run", dry_run, ("true", "false"), "false") == "true"
    question.done()
    plant = parse_plant(data, "plant document")
    if only_asked:
        async with parts.pool.acquire() as connection:
            return PlantChanges(applied=False, changes=await preview(connection, plant))
    return PlantChanges(applied=True, changes=await parts.apply_plant(plant))
