"""What people enter about a line or one of its steps: faults, stops, notes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from lineside.hub.parts import Parts
from lineside.types.cause import StepEvent


class NewEvent(Struct, frozen=True, forbid_unknown_fields=True):
    """`start` None: now; `end` None: still so; `step` None: the whole line."""

    person: int
    kind: Literal["fault", "stop", "note"]
    text: Annotated[str, Meta(min_length=1, max_length=500)]
    step: str | None = None
    start: datetime | None = None
    end: datetime | None = None


class EndOfEvent(Struct, frozen=True, forbid_unknown_fields=True):
    """`end` None: now."""

    person: int
    end: datetime | None = None


class EventList(Struct, frozen=True):
    items: list[StepEvent]


@get("/api/v1/lines/{site:str}/{line:str}/events")
async def get_events(
    parts: NamedDependency[Parts],
    site: FromPath[str],
    line: FromPath[str],
    start: Annotated[str | None, QueryParameter(name="from", description="RFC 3339, inclusive; default 8 hours before `to`.")] = None,
    end: Annotated[str | None, QueryParameter(name="to", description="RFC 3339, exclusive; default now.")] = None,
) -> EventList:
    """Events that touch the range, the newest first."""
    raise NotImplementedError


@post("/api/v1/lines/{site:str}/{line:str}/events", status_code=200)
async def add_event(parts: NamedDependency[Parts], site: FromPath[str], line: FromPath[str], data: JSONBody[NewEvent]) -> StepEvent:
    """Enter what happened."""
    raise NotImplementedError


@post("/api/v1/lines/{site:str}/{line:str}/events/{event:int}/end", status_code=200)
async def end_event(
    parts: NamedDependency[Parts], site: FromPath[str], line: FromPath[str], event: FromPath[int], data: JSONBody[EndOfEvent]
) -> StepEvent:
    """It is over."""
    raise NotImplementedError
