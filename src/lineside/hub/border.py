"""The border check: a message as it came → records to take, or why not. Pure: what passes here is trusted from then on.

What is refused keeps its bytes and a reason:

E_SUBJECT        not a subject of ours, or its series is not that of the headers
E_HEADERS        the headers do not name epoch, series and numbers: nothing can be settled
E_UNKNOWN_SITE   no such station in the applied plant
E_SCHEMA         a major version that this program does not know: replayed after an upgrade
E_SIZE           body over 256 KiB
E_JSON           body is not a UTF-8 JSON array
E_SEQ            the records are not exactly the numbers of the headers
E_RECORD         one record breaks the rules of its series; the others of its message are taken
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from lineside.hub.store.batch import Content, Incoming, Record, Refusal, SeriesRef
from lineside.hub.store.plant import PlantBook, StationRow
from lineside.stream import envelope, subjects
from lineside.types.identity import SeqRange
from lineside.types.inspection import Inspection, product_id
from lineside.types.machine import Reading, Status

KNOWN_MAJOR = "1"
MAX_NUMBERS = 5_000
"""Numbers one message may name: far over what a station sends, and a bound on what a broken header can settle."""
MAX_NUMBER = 2**62
"""Numbers and counts are stored as int8; upper bounds of ranges are one more."""
MAX_AT_US = 4_102_444_800_000_000
"""2100-01-01: a later `at` is no time."""

DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    "inspection": msgspec.json.Decoder(Inspection),
    "reading": msgspec.json.Decoder(Reading),
    "status": msgspec.json.Decoder(Status),
}


class Checked(Struct, frozen=True):
    records: list[Record]
    refusals: list[Refusal]


class RefusedError(Exception):
    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def check(incoming: Incoming, book: PlantBook) -> Checked:
    """Records of one message, each number exactly once: taken or refused."""
    ref: SeriesRef | None = None
    seqs: SeqRange | None = None
    try:
        station, head = _identify(incoming, book)
        ref, seqs = SeriesRef(station.station_key, head.epoch, head.series), head.seqs
        if head.schema.split(".")[0] != KNOWN_MAJOR:
            raise RefusedError("E_SCHEMA", f"header ls-schema = {head.schema!r} is not {KNOWN_MAJOR}.x")
        return _read_all(incoming, station, ref, seqs)
    except RefusedError as refused:
        return Checked([], [Refusal(incoming, incoming.body, refused.reason, refused.detail, ref, seqs)])


def _identify(incoming: Incoming, book: PlantBook) -> tuple[StationRow, envelope.Envelope]:
    try:
        key, name = subjects.parse(incoming.subject)
    except ValueError as error:
        raise RefusedError("E_SUBJECT", str(error)) from None
    head = _read_headers(incoming.headers)
    if name != head.series:
        raise RefusedError("E_SUBJECT", f"subject says {name}, header ls-series says {head.series}")
    station = book.stations.get(key)
    if station is None:
        raise RefusedError("E_UNKNOWN_SITE", f"station {key} is not in the applied plant")
    return station, head


def _read_headers(headers: Mapping[str, str]) -> envelope.Envelope:
    try:
        head = envelope.read_headers(headers)
        epoch = str(UUID(head.epoch))
    except ValueError as error:
        raise RefusedError("E_HEADERS", str(error)) from None
    if len(head.seqs) > MAX_NUMBERS or head.seqs.last > MAX_NUMBER:
        raise RefusedError("E_HEADERS", f"header ls-seq = {head.seqs} names more than {MAX_NUMBERS} numbers, or too high ones")
    return envelope.Envelope(epoch, head.series, head.seqs, head.schema)


def _read_all(incoming: Incoming, station: StationRow, ref: SeriesRef, seqs: SeqRange) -> Checked:
    decoder = DECODERS[ref.series]
    records: list[Record] = []
    refusals: list[Refusal] = []
    for seq, raw in enumerate(_split(incoming.body, seqs), seqs.first):
        try:
            content: Content = decoder.decode(raw)
            if content.seq != seq:
                raise RefusedError("E_SEQ", f"record {seq - seqs.first} has seq {content.seq}, its header number is {seq}")
            check_content(content, raw, station)
            records.append(Record(ref, station, seq, envelope.digest(raw), raw, content, incoming))
        except (msgspec.DecodeError, RecursionError, BrokenRecordError) as error:  # DecodeError: also ValidationError
            refusals.append(Refusal(incoming, raw, "E_RECORD", str(error), ref, SeqRange(seq, seq)))
    return Checked(records, refusals)


def _split(body: bytes, seqs: SeqRange) -> list[bytes]:
    if len(body) > envelope.MAX_BODY_BYTES:
        raise RefusedError("E_SIZE", f"body has {len(body)} bytes, more than {envelope.MAX_BODY_BYTES}")
    try:
        body.decode("utf-8")
        raws = envelope.unpack(body)
    except (UnicodeDecodeError, msgspec.DecodeError, RecursionError) as error:
        raise RefusedError("E_JSON", str(error)) from None
    if len(raws) != len(seqs):
        raise RefusedError("E_SEQ", f"header ls-seq = {seqs} names {len(seqs)} records, the body has {len(raws)}")
    return raws


class BrokenRecordError(ValueError):
    """A well-typed record that breaks a rule between its fields, or one of the database."""


def check_content(content: Content, raw: bytes, station: StationRow) -> None:
    """Raises BrokenRecordError naming the field. Identity comes from the subject: what the payload says of it must agree."""
    if content.at > MAX_AT_US:
        raise BrokenRecordError(f"at = {content.at} is after the year 2100")
    if isinstance(content, Inspection):
        _check_inspection(content, station)
    elif isinstance(content, Reading):
        late = next((sample for sample in content.samples if sample.at > MAX_AT_US), None)
        if late is not None:
            raise BrokenRecordError(f"samples: at = {late.at} of {late.tag} is after the year 2100")
    elif any(not w.first <= w.last <= MAX_NUMBER for w in content.withdrawn):
        raise BrokenRecordError("withdrawn: first…last is not an ascending range of numbers")
    # PostgreSQL's text has no NUL; the test on the raw bytes keeps the walk off the usual path.
    if b"\\u0000" in raw and any("\0" in text for text in _texts(msgspec.to_builtins(content))):
        raise BrokenRecordError("a text holds a NUL character")


def _check_inspection(content: Inspection, station: StationRow) -> None:
    if content.trigger_count > MAX_NUMBER:
        raise BrokenRecordError(f"trigger_count = {content.trigger_count} is over {MAX_NUMBER}")
    expected = product_id(station.key.line, content.trigger_count)
    if content.product != expected:
        raise BrokenRecordError(f"product = {content.product!r} is not {expected!r}")
    for shot in content.shots:
        if shot.picture is not None:
            parts = shot.picture.ref.split("/")
            if len(parts) != 4 or parts[0] != station.key.site or parts[3] != f"{shot.picture.sha256}.jpg" or ".." in parts:
                raise BrokenRecordError(f"picture ref = {shot.picture.ref!r} is not {station.key.site}/<class>/<day>/<sha256>.jpg")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
