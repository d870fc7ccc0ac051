"""The values of one intake batch, from the border check to the tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from lineside.hub.store.plant import StationRow
from lineside.types.identity import SeqRange, Series
from lineside.types.inspection import Inspection
from lineside.types.machine import Reading, Status

Content = Inspection | Reading | Status


class SeriesRef(NamedTuple):
    """One numbered series as the database keys it; sorts in lock order."""

    station_key: int
    epoch: str
    series: Series


class Incoming(Struct, frozen=True):
    """A message as it came."""

    subject: str
    headers: Mapping[str, str]
    body: bytes


class Record(Struct, frozen=True, gc=False):
    """A record that kept all rules of the border. `body` are the bytes that left the station, `digest` their SHA-256."""

    ref: SeriesRef
    station: StationRow
    seq: int
    digest: bytes
    body: bytes
    content: Content
    incoming: Incoming


class Refusal(Struct, frozen=True):
    """Bytes that were not taken, and why. `ref` and `seqs` are None when not even the numbers are known."""

    incoming: Incoming
    body: bytes
    reason: str
    detail: str
    ref: SeriesRef | None = None
    seqs: SeqRange | None = None


class Landed(Struct, frozen=True, gc=False):
    """A record with its place in time, as it is committed. `effective_us` = at + the correction of its station's clock."""

    record: Record
    effective_us: int
    received_at: datetime
