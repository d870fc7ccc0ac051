"""Alarms: what is wrong now and what was, and what people do about it."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from lineside.hub.parts import Parts
from lineside.types.alarm import AlarmBoard, AlarmDossier, AlarmPage


class Action(Struct, frozen=True, forbid_unknown_fields=True):
    """Who does it, and what they have to say."""

    person: int
    text: Annotated[str, Meta(max_length=2000)] = ""


class Assignment(Struct, frozen=True, forbid_unknown_fields=True):
    """`assignee` None: nobody any more."""

    person: int
    assignee: int | None
    text: Annotated[str, Meta(max_length=2000)] = ""


@get("/api/v1/alarms")
async def get_alarms(
    parts: NamedDependency[Parts],
    wanted: Annotated[str | None, QueryParameter(name="scope", description="As in /api/v1/oee; default enterprise.")] = None,
    which: Annotated[str | None, QueryParameter(name="state", description="open, unacknowledged, cleared or all; default open.")] = None,
    start: Annotated[str | None, QueryParameter(name="from", description="RFC 3339, inclusive, by when it was raised.")] = None,
    end: Annotated[str | None, QueryParameter(name="to", description="RFC 3339, exclusive.")] = None,
    limit: Annotated[str | None, QueryParameter(name="limit", description="1 to 500; default 50.")] = None,
    cursor: Annotated[str | None, QueryParameter(name="cursor", description="`next` of the page before.")] = None,
) -> AlarmPage:
    """Alarms, the newest first."""
    raise NotImplementedError


@get("/api/v1/alarms/board")
async def get_board(parts: NamedDependency[Parts]) -> AlarmBoard:
    """What is open now: the view of the live topic `alarms`."""
    raise NotImplementedError


@get("/api/v1/alarms/{alarm:int}")
async def get_alarm(parts: NamedDependency[Parts], alarm: FromPath[int]) -> AlarmDossier:
    """One alarm with its history and its evidence."""
    raise NotImplementedError


@post("/api/v1/alarms/{alarm:int}/acknowledge", status_code=200)
async def acknowledge(parts: NamedDependency[Parts], alarm: FromPath[int], data: JSONBody[Action]) -> AlarmDossier:
    """I have seen it."""
    raise NotImplementedError


@post("/api/v1/alarms/{alarm:int}/assign", status_code=200)
async def assign(parts: NamedDependency[Parts], alarm: FromPath[int], data: JSONBody[Assignment]) -> AlarmDossier:
    """Somebody takes care of it."""
    raise NotImplementedError


@post("/api/v1/alarms/{alarm:int}/comment", status_code=200)
async def comment(parts: NamedDependency[Parts], alarm: FromPath[int], data: JSONBody[Action]) -> AlarmDossier:
    """Say something about it."""
    raise NotImplementedError


@post("/api/v1/alarms/{alarm:int}/clear", status_code=200)
async def clear(parts: NamedDependency[Parts], alarm: FromPath[int], data: JSONBody[Action]) -> AlarmDossier:
    """It is over, says a person. A rule that is still broken raises another one after its time."""
    raise NotImplementedError
