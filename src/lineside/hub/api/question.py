"""Checks the parameters of a request and reports *every* broken rule at once."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import TypeVar

from msgspec import DecodeError, Struct
from msgspec import json as msgjson

from lineside.hub.api.problems import bad_request
from lineside.types.errors import Problem
from lineside.types.identity import is_id, micros
from lineside.types.strict import show

T = TypeVar("T", bound=Struct)
MAX_LIMIT = 500
_TIME = re.compile(r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})$")
_SHARE = re.compile(r"^[01](\.[0-9]{1,9})?$")
_LAST_DAY = datetime(9000, 1, 1, tzinfo=UTC)


class Question:
    """Collects problems while a handler reads its parameters; `done()` refuses when there are any."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def done(self) -> None:
        """Raises RefusedError (400) with every problem."""
        if self._problems:
            raise bad_request(self._problems)

    def wrong(self, path: str, value: object, rule: str, remedy: str) -> None:
        self._problems.append(Problem(path, show(value), rule, remedy))

    def required(self, path: str, text: str | None) -> str:
        if text is None or text == "":
            self._problems.append(Problem(path, "(missing)", "is required", f"Add {path}=…"))
            return ""
        return text

    def identity(self, path: str, text: str | None) -> str | None:
        if text is not None and not is_id(text):
            self.wrong(path, text, "must be an id: letters, digits, - and _", "Use the id of the plant file.")
        return text

    def choice(self, path: str, text: str | None, choices: tuple[str, ...], default: str) -> str:
        if text is None:
            return default
        if text not in choices:
            self.wrong(path, text, f"must be one of {', '.join(choices)}", "Use one of these.")
            return default
        return text

    def time(self, path: str, text: str | None) -> int | None:
        """RFC 3339 with a zone → UTC µs."""
        if text is None:
            return None
        at = parse_time(text)
        if at is None:
            # A + in a query is a blank once decoded: the most frequent mistake with offsets.
            self.wrong(path, text, "must be an RFC 3339 time with a zone", "Write it as 2026-01-31T08:00:00Z (a + in an offset as %2B).")
        return at

    def span(self, start: str | None, end: str | None, *, default_end_us: int, default_length_us: int) -> tuple[int, int]:
        """`from` (inclusive) and `to` (exclusive) → UTC µs, start < end."""
        to_us = self.time("to", end)
        to_us = default_end_us if to_us is None else to_us
        from_us = self.time("from", start)
        from_us = to_us - default_length_us if from_us is None else from_us
        if from_us >= to_us and not self._problems:
            self.wrong("from", start, "must be before `to`", "Swap or widen the range.")
        return from_us, to_us

    def share(self, path: str, text: str | None) -> float | None:
        """A number from 0 to 1."""
        if text is None:
            return None
        if not _SHARE.match(text) or float(text) > 1:
            self.wrong(path, text, "must be a number from 0 to 1", "Write it as 0.8.")
            return None
        return float(text)

    def limit(self, text: str | None, default: int) -> int:
        if text is None:
            return default
        if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MAX_LIMIT):
            self.wrong("limit", text, f"must be a number from 1 to {MAX_LIMIT}", "Ask for the rest with the cursor.")
            return default
        return int(text)

    def cursor(self, text: str | None, kind: type[T]) -> T | None:
        if text is None:
            return None
        try:
            return msgjson.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=kind)
        except (binascii.Error, DecodeError, ValueError):
            self.wrong("cursor", text, "must be a `next` of an earlier answer", "Start again without a cursor.")
            return None


def make_cursor(place: Struct) -> str:
    return base64.urlsafe_b64encode(msgjson.encode(place)).rstrip(b"=").decode()


def parse_time(text: str) -> int | None:
    """RFC 3339 → UTC µs; None when it is not one, or beyond what a calendar here can hold."""
    if not _TIME.match(text):
        return None
    try:
        at = datetime.fromisoformat(text.upper().replace(" ", "T"))
        return micros(at) if datetime(1970, 1, 1, tzinfo=UTC) <= at < _LAST_DAY else None
    except (ValueError, OverflowError):
        return None
