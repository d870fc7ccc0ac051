"""Names and numbers that tell records apart. The rule for ids is a wall: it is part of NATS subjects, paths and file names."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

ID_RULE = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$(?!\n)"
"""No dot: it separates the parts of a subject. The look-ahead: Python's `$` alone lets a last line break through."""
ID_RULE_SAID = "must be 1 to 64 letters, digits, - or _, and begin with a letter or a digit"

Series = Literal["inspection", "reading", "status"]
SERIES: tuple[Series, ...] = ("inspection", "reading", "status")

_ID = re.compile(ID_RULE)


def is_id(text: str) -> bool:
    return _ID.match(text) is not None


class StationKey(Struct, frozen=True, order=True):
    """One edge station at one line."""

    site: str
    line: str
    station: str

    def __str__(self) -> str:
        return f"{self.site}/{self.line}/{self.station}"


class SeriesKey(Struct, frozen=True, order=True):
    """One numbered sequence of records: seq starts at 1 and has no holes. `epoch` is a UUIDv7 made with the outbox file."""

    station: StationKey
    epoch: str
    series: Series


class SeqRange(Struct, frozen=True, order=True):
    """Numbers `first`…`last`, both included."""

    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"

    def __len__(self) -> int:
        return self.last - self.first + 1

    @classmethod
    def parse(cls, text: str) -> SeqRange:
        """Read `first-last`; raises ValueError when it is not a range of positive numbers."""
        first, separator, last = text.partition("-")
        if not separator or not (first.isdecimal() and last.isdecimal()):
            raise ValueError(f"{text!r} is not first-last")
        seqs = cls(int(first), int(last))
        if not 1 <= seqs.first <= seqs.last:
            raise ValueError(f"{text!r} is not an ascending range from 1")
        return seqs


def instant(at_us: int) -> datetime:
    """Microseconds since 1970 (UTC) as an aware datetime, exact to the microsecond."""
    seconds, micros = divmod(at_us, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)


def micros(at: datetime) -> int:
    """An aware datetime as microseconds since 1970 (UTC), exact."""
    whole = at.astimezone(UTC)
    return int(whole.replace(microsecond=0).timestamp()) * 1_000_000 + whole.microsecond
