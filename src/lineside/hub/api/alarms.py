"""Alarms: what is wrong now and what was, and what people do about it."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from lineside.hub.alarms.actions import DoneError, UnknownPersonError
from lineside.hub.alarms.dossier import read_dossier
from lineside.hub.alarms.shown import alarm_view
from lineside.hub.api.places import SCOPE_RULE, is_scope, scope_lines
from lineside.hub.api.problems import RefusedError, not_found
from lineside.hub.api.question import Question, make_cursor
from lineside.hub.parts import Parts, now_us
from lineside.hub.store.alarms import AlarmFilter, AlarmPlace, list_alarms
from lineside.hub.store.oee_series import line_keys
from lineside.types.alarm import AlarmBoard, AlarmDossier, AlarmPage

DEFAULT_LIMIT = 50
END_OF_TIME_US = 253_402_300_799_000_000
STATES: dict[str, tuple[bool | None, bool | None]] = {
    "open": (True, None),
    "unacknowledged": (True, False),
    "cleared": (False, None),
    "all": (None, None),
}
"""state → (is open, is acknowledged); None: either"""


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
    question = Question()
    scope = wanted or "enterprise"
    if not is_scope(scope):
        question.wrong("scope", scope, SCOPE_RULE, "Write it as site:luxembourg.")
    start_us, end_us = question.span(start, end, default_end_us=END_OF_TIME_US, default_length_us=END_OF_TIME_US)
    is_open, acknowledged = STATES[question.choice("state", which, tuple(STATES), "open")]
    count, after = question.limit(limit, DEFAULT_LIMIT), question.cursor(cursor, AlarmPlace)
    question.done()
    keys, places = await line_keys(parts.pool), scope_lines(parts.plant, scope)
    lines = [keys[site.id, line.id] for site, line in places if (site.id, line.id) in keys]
    rows, place = await list_alarms(parts.pool, AlarmFilter(lines, is_open, acknowledged, start_us, end_us), after, count)
    return AlarmPage([alarm_view(parts.plant, row) for row in rows], None if place is None else make_cursor(place))


@get("/api/v1/alarms/board")
async def get_board(parts: NamedDependency[Parts]) -> AlarmBoard:
    """What is open now: the view of the live topic `alarms`."""
    return parts.alarms.board(parts.plant, now_us())


@get("/api/v1/alarms/{alarm:int}")
async def get_alarm(parts: NamedDependency[Parts], alarm: FromPath[int]) -> AlarmDossier:
    """One alarm with its history and its evidence."""
    return await _dossier(parts, alarm)


@post("/api/v1/alarms/{alarm:int}/acknowledge", status_code=200)
async def acknowledge(parts: NamedDependency[Parts], alarm: FromPath[int], data: JSONBody[Action]) -> AlarmDossier:
    """I have seen it."""
    return await _done(parts, alarm, parts.actions.acknowledge(_key(alarm), data.person, _said(data.text)))


@post("/api/v1/alarms/{alarm:int}/assign", status_code=200)
async def assign(parts: NamedDependency[Parts], alarm: FromPath[int], data: JSONBody[Assignment]) -> AlarmDossier:
    """Somebody takes care of it."""
    return await _done(parts, alarm, parts.actions.assign(_key(alarm), data.person, data.assignee, _said(data.text)))


@post("/api/v1/alarms/{alarm:int}/comment", status_code=200)
async def comment(parts: NamedDependency[Parts], alarm: FromPath[int], data: JSONBody[Action]) -> AlarmDossier:
    """Say something about it."""
    text = _said(data.text, needed=True)
    return await _done(parts, alarm, parts.actions.comment(_key(alarm), data.person, text))


@post("/api/v1/alarms/{alarm:int}/clear", status_code=200)
async def clear(parts: NamedDependency[Parts], alarm: FromPath[int], data: JSONBody[Action]) -> AlarmDossier:
    """It is over, says a person. A rule that is still broken raises another one after its time."""
    return await _done(parts, alarm, parts.actions.clear(_key(alarm), data.person, _said(data.text), parts.plant, now_us()))


async def _done(parts: Parts, alarm: int, action: Awaitable[bool]) -> AlarmDossier:
    """The alarm after the action. Raises RefusedError: 400 unknown person, 404 no such alarm, 409 done before."""
    try:
        known = await action
    except UnknownPersonError as error:
        question = Question()
        question.wrong(error.field, error.person, "must be the number of a person", "Introduce yourself first: POST /api/v1/persons.")
        question.done()
    except DoneError as error:
        raise RefusedError(409, "It was done before", str(error)) from None
    else:
        if not known:
            raise _missing(alarm)
    return await _dossier(parts, alarm)


async def _dossier(parts: Parts, alarm: int) -> AlarmDossier:
    found = await read_dossier(parts.pool, parts.plant, _key(alarm), now_us())
    if found is None:
        raise _missing(alarm)
    return found


def _said(text: str, *, needed: bool = False) -> str:
    """Raises RefusedError (400)."""
    said, question = text.strip(), Question()
    if needed and not said:
        question.wrong("text", text, "must say something", "Write what the others should know.")
    if "\0" in said:
        question.wrong("text", text, "must not hold a NUL character", "Leave it out.")
    question.done()
    return said


def _key(alarm: int) -> int:
    """Raises RefusedError (404) for a number that no alarm can have."""
    if not 0 < alarm < 2**63:
        raise _missing(alarm)
    return alarm


def _missing(alarm: int) -> RefusedError:
    return not_found("alarm", str(alarm), "The list is at /api/v1/alarms?state=all.")
