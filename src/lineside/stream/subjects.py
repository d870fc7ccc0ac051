"""Subjects: `ls.v1.<site>.<line>.<station>.<name>`. Identity comes from here, never from a payload."""

from __future__ import annotations

from lineside.types.identity import SERIES, StationKey, is_id

ROOT = "ls.v1"
STREAM = "RECORDS"
CONSUMER = "ingest"
RECORD_SUBJECTS = tuple(f"{ROOT}.*.*.*.{series}" for series in SERIES)
FROM_STATION = (*SERIES, "hello", "reported")
TO_STATION = ("committed", "resend", "cmd", "desired")
HELLO = f"{ROOT}.*.*.*.hello"


def subject(key: StationKey, name: str) -> str:
    return f"{ROOT}.{key.site}.{key.line}.{key.station}.{name}"


def parse(text: str) -> tuple[StationKey, str]:
    """(station, name) of a subject; raises ValueError when it is not one of ours."""
    parts = text.split(".")
    if len(parts) != 6 or ".".join(parts[:2]) != ROOT or not all(is_id(part) for part in parts[2:]):
        raise ValueError(f"{text!r} is not {ROOT}.<site>.<line>.<station>.<name>")
    return StationKey(parts[2], parts[3], parts[4]), parts[5]


def may_publish(key: StationKey) -> tuple[str, ...]:
    """All that a station's credential allows it to say (besides its own inbox)."""
    return tuple(subject(key, name) for name in FROM_STATION)


def may_hear(key: StationKey) -> tuple[str, ...]:
    return tuple(subject(key, name) for name in TO_STATION)


def inbox_prefix(key: StationKey) -> str:
    """Where a station hears answers to its own requests; nobody else may listen there."""
    return f"_INBOX.{key.site}.{key.line}.{key.station}"
