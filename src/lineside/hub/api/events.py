"""What people enter about a line or one of its steps: faults, stops, notes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from lineside.hub.api.places import find_line
from lineside.hub.api.problems import RefusedError, not_found
from lineside.hub.api.question import Question
from lineside.hub.insight.follow import LOOK_BACK_US
from lineside.hub.parts import Parts, now_us
from lineside.hub.store import events as store
from lineside.types.cause import StepEvent
from lineside.types.errors import Problem
from lineside.types.identity import instant, micros
from lineside.types.plant import Process

DEFAULT_SPAN_US = 8 * 3_600_000_000
AHEAD_US = 60_000_000
"""The clock of a person's device may be so far ahead of the hub's."""
LAST_YEAR = 9000
MAX_PERSON, MAX_EVENT = 2**31 - 1, 2**63 - 1


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
    question = Question()
    span = question.span(start, end, default_end_us=now_us(), default_length_us=DEFAULT_SPAN_US)
    question.done()
    find_line(parts.plant, site, line)
    return EventList(await store.events_between(parts.pool, site, line, *span))


@post("/api/v1/lines/{site:str}/{line:str}/events", status_code=200)
async def add_event(parts: NamedDependency[Parts], site: FromPath[str], line: FromPath[str], data: JSONBody[NewEvent]) -> StepEvent:
    """Enter what happened."""
    process = parts.plant.find_process(find_line(parts.plant, site, line)[1])
    question, now = Question(), now_us()
    await _check_person(question, parts, data.person)
    _check_words(question, process, data)
    start_us = _time(question, "start", data.start, now)
    end_us = None if data.end is None else _time(question, "end", data.end, now)
    _check_order(question, start_us, end_us)
    question.done()
    span = start_us, end_us
    event = await store.add_event(parts.pool, site, line, data.step, data.kind, data.text.strip(), span, data.person, now - LOOK_BACK_US)
    parts.follow.entered(event)
    return event


@post("/api/v1/lines/{site:str}/{line:str}/events/{event:int}/end", status_code=200)
async def end_event(
    parts: NamedDependency[Parts], site: FromPath[str], line: FromPath[str], event: FromPath[int], data: JSONBody[EndOfEvent]
) -> StepEvent:
    """It is over."""
    find_line(parts.plant, site, line)
    question, now = Question(), now_us()
    known = await store.find_event(parts.pool, site, line, event) if 0 < event <= MAX_EVENT else None
    if known is None:
        raise not_found("event", str(event), "The list of this line's events has the ids.")
    await _check_person(question, parts, data.person)
    end_us = _time(question, "end", data.end, now)
    _check_order(question, micros(known.start), end_us)
    question.done()
    ended = await store.end_event(parts.pool, known, end_us, now - LOOK_BACK_US)
    if ended is None:
        raise _ended_before(known)
    parts.follow.entered(ended)
    return ended


async def _check_person(question: Question, parts: Parts, person: int) -> None:
    if not (0 < person <= MAX_PERSON and await store.is_person(parts.pool, person)):
        question.wrong("person", person, "must be the id of a person in the list", "Choose who you are, or add yourself to the list.")


def _check_words(question: Question, process: Process, data: NewEvent) -> None:
    steps = [step.id for step in process.step]
    if data.step is not None and data.step not in steps:
        question.wrong(
            "step", data.step, "must name a step of this line", f"Use one of: {', '.join(steps)}; leave it out for the whole line."
        )
    if not data.text.strip() or "\0" in data.text:
        question.wrong("text", data.text, "must say what happened, in characters that can be printed", "Write a few words.")


def _time(question: Question, path: str, at: datetime | None, now: int) -> int:
    """UTC µs; None is now."""
    if at is None:
        return now
    if at.tzinfo is None or not 1970 < at.year < LAST_YEAR:
        question.wrong(path, at.isoformat(), "must be an RFC 3339 time of these years, with a zone", "Write it as 2026-01-31T08:00:00Z.")
        at = at.replace(tzinfo=UTC)  # one problem is one sentence: the order is looked at as it was meant
    elif micros(at) > now + AHEAD_US:
        question.wrong(path, at.isoformat(), "must not lie in the future", f"It is {instant(now).isoformat(timespec='seconds')} here.")
    return micros(at)


def _check_order(question: Question, start_us: int, end_us: int | None) -> None:
    if end_us is not None and end_us <= start_us:
        rule = f"must be after its start, {instant(start_us).isoformat()}"
        question.wrong("end", instant(end_us).isoformat(), rule, "Give a later end; leave it out while it lasts.")


def _ended_before(event: StepEvent) -> RefusedError:
    remedy = "Read the list of events again; enter another event if it happened again."
    problem = Problem("event", str(event.id), "must still be open", remedy)
    return RefusedError(409, "It has ended before", f"Event {event.id} was ended by somebody else. {remedy}", [problem])
