"""Marks: which minutes of a line a commit touched. Append-only, without a key; the recompute deletes those it saw."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import asyncpg
from msgspec import Struct

MINUTE_US = 60_000_000
GRACE_US = 30_000_000
"""R8: NODATA begins when the last sign of life is older than max(3 × the expected interval of 10 s, 30 s)."""

MarkKind = Literal["life", "state", "sample", "tick"]
"""life: any record · state: a status, which lasts until the next one · sample: of some tag, which lasts until the next one of this tag ·
tick: the clock went on, or counting was not finished"""
Mark = tuple[int, int, MarkKind]
"""(line_key, minute since 1970, kind)"""

MARK = ("line_key", "minute", "kind")

# One mark is enough to wake the recompute: it counts on from where it stopped.
TICK = """
with ticked as (
    update line set ticked_us = $1::bigint * 60000000
    where first_at_us is not null and coalesce(ticked_us, 0) < $1::bigint * 60000000 returning line_key
)
insert into mark (line_key, minute, kind) select line_key, $1::bigint - 1, 'tick' from ticked"""

MARKED_LINES = "select distinct line_key from mark order by line_key"

TAKE = "delete from mark where line_key = $1 returning minute, kind"

LOCK = "select pg_advisory_xact_lock(hashtextextended('lineside oee', $1))"


class Taken(Struct, frozen=True):
    """The marks of one line that a recompute saw and deleted."""

    touched: set[int]
    """Minutes since 1970 of all of them."""
    states: set[int]
    samples: set[int]


async def add_marks(connection: asyncpg.Connection, marks: Collection[Mark]) -> None:
    if marks:
        await connection.copy_records_to_table("mark", records=sorted(marks), columns=MARK)


def marks_at(line_key: int, effective_us: int, kind: MarkKind = "life") -> tuple[Mark, Mark]:
    """A sign of life speaks for its own minute and for as long as it is believed."""
    return (line_key, effective_us // MINUTE_US, kind), (line_key, (effective_us + GRACE_US) // MINUTE_US, "life")


async def tick(connection: asyncpg.Connection, now_us: int) -> None:
    """Every minute that is over for longer than the grace is known from now on: its silence counts as no data."""
    await connection.execute(TICK, (now_us - GRACE_US) // MINUTE_US)


async def marked_lines(connection: asyncpg.Connection) -> list[int]:
    return [row["line_key"] for row in await connection.fetch(MARKED_LINES)]


async def take_marks(connection: asyncpg.Connection, line_key: int) -> Taken:
    """Lock the line's recompute until the transaction ends and delete its marks.

    What is read after this sees every record whose mark was deleted; a record that comes later has a mark of its own.
    """
    await connection.execute(LOCK, line_key)
    rows = await connection.fetch(TAKE, line_key)
    minutes: dict[str, set[int]] = {"state": set(), "sample": set()}
    for row in rows:
        minutes.setdefault(row["kind"], set()).add(row["minute"])
    return Taken(set().union(*minutes.values()), minutes["state"], minutes["sample"])
