"""Lists of products, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, get_args

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from msgspec import Struct

from lineside.hub.api.places import SCOPE_RULE, find_line, find_site, is_scope, scope_lines
from lineside.hub.api.question import MAX_LIMIT, Question, make_cursor
from lineside.hub.parts import Parts
from lineside.hub.store.inspections import InspectionFilter, Place, list_inspections
from lineside.types.inspection import Explanation
from lineside.types.plant import Plant
from lineside.types.view import InspectionSummary

DEFAULT_LIMIT = 50
END_OF_TIME_US = 253_402_300_799_000_000
EXPLANATIONS: tuple[str, ...] = get_args(Explanation)
BOX = "With `label`, `camera` and `min_score` together, one box fulfils all."


class InspectionPage(Struct, frozen=True):
    items: list[InspectionSummary]
    next: str | None
    """Give it as `cursor` to go on; null at the end."""


@get("/api/v1/inspections")
async def get_inspections(
    parts: NamedDependency[Parts],
    within: Annotated[
        str | None, QueryParameter(name="scope", description="As in /api/v1/oee; without it, and without `site`, all.")
    ] = None,
    site: Annotated[str | None, QueryParameter(name="site", description="Id of a site, instead of `scope`.")] = None,
    line: Annotated[str | None, QueryParameter(name="line", description="Id of a line; needs `site`.")] = None,
    outcome: Annotated[str | None, QueryParameter(name="outcome", description="judged or explained.")] = None,
    verdict: Annotated[str | None, QueryParameter(name="verdict", description="pass or reject.")] = None,
    label: Annotated[str | None, QueryParameter(name="label", description=f"A defect's label, or why it is explained. {BOX}")] = None,
    camera: Annotated[str | None, QueryParameter(name="camera", description="Id of a camera that saw a box.")] = None,
    min_score: Annotated[str | None, QueryParameter(name="min_score", description="0 to 1: a box at least so sure.")] = None,
    start: Annotated[str | None, QueryParameter(name="from", description="RFC 3339, inclusive.")] = None,
    end: Annotated[str | None, QueryParameter(name="to", description="RFC 3339, exclusive.")] = None,
    limit: Annotated[str | None, QueryParameter(name="limit", description=f"1 to {MAX_LIMIT}; default {DEFAULT_LIMIT}.")] = None,
    cursor: Annotated[str | None, QueryParameter(name="cursor", description="`next` of the page before.")] = None,
) -> InspectionPage:
    """Products that match every given filter."""
    question = Question()
    count, after = question.limit(limit, DEFAULT_LIMIT), question.cursor(cursor, Place)
    given = {"scope": within, "site": site, "line": line, "outcome": outcome, "verdict": verdict}
    wanted = read_filter(
        parts.plant, question, {**given, "label": label, "camera": camera, "min_score": min_score, "from": start, "to": end}
    )
    found, stopped = await list_inspections(parts.pool, wanted, after, count)
    return InspectionPage(found, None if stopped is None else make_cursor(stopped))


def read_filter(plant: Plant, question: Question, given: Mapping[str, str | None]) -> InspectionFilter:
    """The parameters by name → what is asked of the store. Raises RefusedError: 400 with every problem so far, 404 for an unknown place."""
    start_us, end_us = question.span(given.get("from"), given.get("to"), default_end_us=END_OF_TIME_US, default_length_us=END_OF_TIME_US)
    place = (given.get("scope"), given.get("site"), given.get("line"))
    _check_place(question, *place)
    outcome = question.choice("outcome", given.get("outcome"), ("judged", "explained"), "")
    fates = _fates(outcome, question.choice("verdict", given.get("verdict"), ("pass", "reject"), ""))
    label, camera, score = given.get("label"), given.get("camera"), question.share("min_score", given.get("min_score"))
    question.done()
    if label in EXPLANATIONS and camera is None and score is None:
        fates, label = tuple(fate for fate in (EXPLANATIONS if fates is None else fates) if fate == label), None
    return InspectionFilter(start_us, end_us, _lines(plant, *place), fates, label, camera, score)


def _check_place(question: Question, scope: str | None, site: str | None, line: str | None) -> None:
    if scope is not None and not is_scope(scope):
        question.wrong("scope", scope, SCOPE_RULE, "Write it as site:luxembourg.")
    if scope is not None and (site is not None or line is not None):
        question.wrong("scope", scope, "must not stand beside `site` and `line`", "Leave one of them out.")
    if line is not None and site is None:
        question.wrong("line", line, "needs `site`: ids of lines repeat between sites", "Add site=…")
    question.identity("site", site)
    question.identity("line", line)


def _lines(plant: Plant, scope: str | None, site: str | None, line: str | None) -> tuple[tuple[str, str], ...] | None:
    """None: every line that has records, also those that the plant no longer has. Raises RefusedError (404)."""
    if scope is not None:
        return tuple((place.id, found.id) for place, found in scope_lines(plant, scope))
    if site is None:
        return None
    lines = [find_line(plant, site, line)[1]] if line is not None else find_site(plant, site).line
    return tuple((site, found.id) for found in lines)


def _fates(outcome: str, verdict: str) -> tuple[str, ...] | None:
    """What may have become of a product; () when outcome and verdict exclude each other, None: anything."""
    if outcome == "explained":
        return () if verdict else EXPLANATIONS
    if verdict:
        return (verdict,)
    return ("pass", "reject") if outcome == "judged" else None
