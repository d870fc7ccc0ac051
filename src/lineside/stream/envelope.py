"""One message: 1…N records of one series as a JSON array; the headers alone are enough to settle its numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import get_args

import msgspec
from msgspec import Struct

from lineside.types.identity import SeqRange, Series

MAX_BODY_BYTES = 256 * 1024
MAX_RECORDS = 50
SCHEMA = "1.0"


class Envelope(Struct, frozen=True):
    """What the headers say."""

    epoch: str
    series: Series
    seqs: SeqRange
    schema: str = SCHEMA

    @property
    def message_id(self) -> str:
        return f"{self.epoch}.{self.series}.{self.seqs}"

    def headers(self) -> dict[str, str]:
        return {
            "Nats-Msg-Id": self.message_id,
            "ls-epoch": self.epoch,
            "ls-series": self.series,
            "ls-seq": str(self.seqs),
            "ls-schema": self.schema,
        }


class Message(Struct, frozen=True):
    """An envelope with its body: a JSON array of records whose seqs are exactly `envelope.seqs`, ascending."""

    envelope: Envelope
    body: bytes


def read_headers(headers: Mapping[str, str] | None) -> Envelope:
    """Raises ValueError naming the header that is missing or wrong."""
    given = headers or {}
    missing = [name for name in ("ls-epoch", "ls-series", "ls-seq") if not given.get(name)]
    if missing:
        raise ValueError(f"header {', '.join(missing)} is missing")
    series = given["ls-series"]
    if series not in get_args(Series):
        raise ValueError(f"header ls-series = {series!r} is not one of {', '.join(get_args(Series))}")
    return Envelope(given["ls-epoch"], series, SeqRange.parse(given["ls-seq"]), given.get("ls-schema", SCHEMA))  # type: ignore[arg-type]


def pack(records: Sequence[bytes]) -> bytes:
    """Encoded records → body. Records keep their bytes: their digest is of what left the station."""
    return b"[" + b",".join(records) + b"]"


def unpack(body: bytes) -> list[bytes]:
    """Body → the bytes of each record, as sent. Raises msgspec.DecodeError when it is not a JSON array."""
    return [bytes(raw) for raw in msgspec.json.decode(body, type=list[msgspec.Raw])]


def digest(record: bytes) -> bytes:
    """SHA-256 of a record's bytes: same number, other digest is a conflict."""
    return hashlib.sha256(record).digest()
