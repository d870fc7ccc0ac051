"""What to do with each record of a batch, given what the hub holds. Pure: the same batch and the same tables give the same answer.

new number                      → taken, or waiting when its clock is known to be wrong and not by how much
number held, same digest        → a duplicate: settled, nothing else
number held, other digest       → E_CONFLICT
new number, product held        → the record that knows more stands for the product (`settle_products`)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from lineside.hub.store.batch import Landed, Record, Refusal, SeriesRef
from lineside.hub.store.ledger import Numbers
from lineside.hub.store.plant import StationRow
from lineside.hub.store.ranges import Ranges, holds
from lineside.hub.store.records import Occupant
from lineside.hub.store.stations import CLOCK_LIMIT_US, Clocks
from lineside.types.identity import SeqRange, instant
from lineside.types.inspection import Inspection

LINESIDE_BEGAN_US = 1_577_836_800_000_000
"""2020-01-01: a station that says it is earlier has lost its clock."""

Product = tuple[int, int]
"""(station_key, trigger_count)"""


class Sifted(Struct, frozen=True):
    """`fresh` are new numbers in the order they came; `duplicates` are held already with the same bytes."""

    fresh: list[Record]
    duplicates: list[Record]
    conflicts: list[Refusal]


class Settled(Struct, frozen=True):
    """One record stands for each product: `standing` are to be inserted, `superseded` only settled, `replaced` rows give way."""

    standing: list[Landed]
    superseded: list[Landed]
    replaced: list[tuple[StationRow, Occupant]]
    conflicts: list[Refusal]


def held_already(records: Sequence[Record], held: Mapping[SeriesRef, Numbers]) -> list[tuple[SeriesRef, int]]:
    """The numbers of this batch whose digest must be looked up."""
    found = []
    highest = {ref: max(_last(numbers.committed), _last(numbers.held)) for ref, numbers in held.items()}
    for record in records:
        # The usual record is above all that is held: it costs one comparison.
        if record.seq <= highest[record.ref]:
            numbers = held[record.ref]
            if holds(numbers.committed, record.seq) or holds(numbers.held, record.seq):
                found.append((record.ref, record.seq))
    return found


def _last(ranges: Ranges) -> int:
    return ranges[-1][1] if ranges else 0


def sift(records: Sequence[Record], already: Sequence[tuple[SeriesRef, int]], digests: Mapping[tuple[SeriesRef, int], bytes]) -> Sifted:
    """`already` are numbers that the hub holds, `digests` those of them whose record it still has."""
    known: dict[tuple[SeriesRef, int], bytes | None] = {number: digests.get(number) for number in already}
    sifted = Sifted([], [], [])
    for record in records:
        number = (record.ref, record.seq)
        if number not in known:
            known[number] = record.digest
            sifted.fresh.append(record)
        elif known[number] in (record.digest, None):
            sifted.duplicates.append(record)
        else:
            sifted.conflicts.append(refuse(record, "E_CONFLICT", f"number {record.seq} is held with other content"))
    return sifted


def place_in_time(records: Sequence[Record], clocks: Clocks, received_us: int) -> tuple[list[Landed], list[Record]]:
    """(landed, waiting): a record whose time cannot be waits until its clock has been measured. Being late is no fault: stations buffer."""
    received_at = instant(received_us)
    landed: list[Landed] = []
    waiting: list[Record] = []
    for record in records:
        at = record.content.at
        boot = (record.ref.station_key, record.content.boot_id)
        correction = clocks.get(boot, 0 if LINESIDE_BEGAN_US <= at <= received_us + CLOCK_LIMIT_US else None)
        if correction is None:
            waiting.append(record)
        else:
            landed.append(_land(record, at + correction, received_at))
    return landed, waiting


def _land(record: Record, effective_us: int, received_at: datetime) -> Landed:
    return Landed(record, max(effective_us, 0), received_at)


def products_of(landed: Sequence[Landed]) -> list[Product]:
    return [
        (item.record.ref.station_key, item.record.content.trigger_count) for item in landed if isinstance(item.record.content, Inspection)
    ]


def settle_products(landed: Sequence[Landed], occupants: Mapping[Product, Occupant]) -> Settled:
    """One product is one trigger count: `station_down` gives way to any other record of it, whichever came first."""
    standing: dict[Product, Landed] = {}
    current = dict(occupants)
    settled = Settled([], [], [], [])
    for item in landed:
        content = item.record.content
        if not isinstance(content, Inspection):
            settled.standing.append(item)
            continue
        product = (item.record.ref.station_key, content.trigger_count)
        held, mine = current.get(product), _occupant(item, content)
        if held is None or _gives_way(held, mine):
            if product in standing:
                settled.superseded.append(standing[product])
            elif held is not None:
                settled.replaced.append((item.record.station, held))
            standing[product], current[product] = item, mine
        elif mine.weak:
            settled.superseded.append(item)
        else:
            detail = f"product {content.product} is held as number {held.seq} of epoch {held.epoch}"
            settled.conflicts.append(refuse(item.record, "E_CONFLICT", detail))
    settled.standing.extend(standing.values())
    return settled


def _gives_way(held: Occupant, other: Occupant) -> bool:
    """Of two `station_down` the lower (epoch, number) stands, so that the order of arrival does not matter."""
    return held.weak and (not other.weak or (other.epoch, other.seq) < (held.epoch, held.seq))


def _occupant(item: Landed, content: Inspection) -> Occupant:
    weak = content.outcome == "explained" and content.reasons == ("station_down",)
    return Occupant(item.record.ref.epoch, item.record.seq, item.effective_us, weak)


def refuse(record: Record, reason: str, detail: str) -> Refusal:
    return Refusal(record.incoming, record.body, reason, detail, record.ref, SeqRange(record.seq, record.seq))
