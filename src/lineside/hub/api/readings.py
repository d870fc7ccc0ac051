"""Time series of one tag."""

from __future__ import annotations

import re
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from lineside.hub.api.places import find_line
from lineside.hub.api.problems import not_found
from lineside.hub.api.question import Question
from lineside.hub.parts import Parts, now_us
from lineside.hub.series import AGGREGATES, FILLS, binned_points, filled
from lineside.hub.store.readings import TagRange, binned_samples, raw_samples, samples_at
from lineside.types.identity import instant
from lineside.types.machine import Value
from lineside.types.plant import Process
from lineside.types.view import ReadingPoint, ReadingSeries

DEFAULT_RANGE_US = 3_600_000_000
MAX_POINTS = 10_000
_BIN = re.compile(r"^([1-9]\d{0,4})(s|m|h|d)$")
_UNIT_US = {"s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}


@get("/api/v1/readings")
async def get_readings(
    parts: NamedDependency[Parts],
    site: Annotated[str | None, QueryParameter(name="site", description="Id of the site.")] = None,
    line: Annotated[str | None, QueryParameter(name="line", description="Id of the line.")] = None,
    tag: Annotated[str | None, QueryParameter(name="tag", description="`<step>.<tag>`.")] = None,
    start: Annotated[str | None, QueryParameter(name="from", description="RFC 3339, inclusive; default one hour before `to`.")] = None,
    end: Annotated[str | None, QueryParameter(name="to", description="RFC 3339, exclusive; default now.")] = None,
    agg: Annotated[str | None, QueryParameter(name="agg", description=f"One of {', '.join(AGGREGATES)}; default raw.")] = None,
    size: Annotated[str | None, QueryParameter(name="bin", description="Such as 10s, 1m, 1h; with every `agg` but raw.")] = None,
    fill: Annotated[
        str | None, QueryParameter(name="fill", description=f"What empty bins show, one of {', '.join(FILLS)}; default none.")
    ] = None,
) -> ReadingSeries:
    """Samples as measured, or by bins aligned to multiples of their length since 1970. Bad samples are shown raw and never aggregated."""
    question = Question()
    names = question.required("site", site), question.required("line", line), question.required("tag", tag)
    start_us, end_us = question.span(start, end, default_end_us=now_us(), default_length_us=DEFAULT_RANGE_US)
    aggregate, filling = question.choice("agg", agg, AGGREGATES, "raw"), question.choice("fill", fill, FILLS, "none")
    bin_us = _bin_us(question, size, aggregate, filling, end_us - start_us)
    question.done()
    process = parts.plant.find_process(find_line(parts.plant, names[0], names[1])[1])
    unit = _unit(process, names[2])
    wanted = TagRange(*names, start_us, end_us)
    points = await (_raw(parts, wanted) if bin_us is None else _binned(parts, wanted, bin_us, aggregate, filling))
    return ReadingSeries(*names, unit, aggregate, size, filling, points)


async def _raw(parts: Parts, wanted: TagRange) -> list[ReadingPoint]:
    found = await raw_samples(parts.pool, wanted, MAX_POINTS + 1)
    if len(found) > MAX_POINTS:
        question = Question()
        question.wrong(
            "to", instant(wanted.end_us).isoformat(), f"the range must hold at most {MAX_POINTS} samples", "Narrow it or give a bin."
        )
        question.done()
    return [ReadingPoint(instant(sample.at_us), sample.value) for sample in found]


async def _binned(parts: Parts, wanted: TagRange, bin_us: int, aggregate: str, filling: str) -> list[ReadingPoint]:
    points = binned_points(await binned_samples(parts.pool, wanted, bin_us), aggregate)
    if filling == "none":
        return list(points.values())
    before = await _value_before(parts, wanted) if filling == "previous" else None
    return filled(points, wanted.start_us, wanted.end_us, bin_us, previous=filling == "previous", before=before)


async def _value_before(parts: Parts, wanted: TagRange) -> Value | None:
    place = (wanted.tag, wanted.start_us - 1)
    found = (await samples_at(parts.pool, wanted.site, wanted.line, [place])).get(place)
    return found.value if found else None


def _bin_us(question: Question, size: str | None, aggregate: str, filling: str, length_us: int) -> int | None:
    if aggregate == "raw":
        if size is not None:
            question.wrong("bin", size, "does not go with agg=raw", "Give agg=avg, or leave bin out.")
        if filling != "none":
            question.wrong("fill", filling, "does not go with agg=raw", "Give agg and bin, or leave fill out.")
        return None
    match = _BIN.match(question.required("bin", size))
    if match is None:
        if size:
            question.wrong("bin", size, "must be a number and s, m, h or d", "Write it as 10s or 1m.")
        return None
    bin_us = int(match[1]) * _UNIT_US[match[2]]
    if length_us // bin_us > MAX_POINTS:
        question.wrong("bin", size, f"must give at most {MAX_POINTS} bins", "Narrow the range or ask for longer bins.")
    return bin_us


def _unit(process: Process, tag: str) -> str:
    units = {key: found.unit for key, _, found in process.tags()}
    if tag not in units:
        raise not_found("tag", tag, f"Use one of: {', '.join(sorted(units)) or '(none)'}.")
    return units[tag]
