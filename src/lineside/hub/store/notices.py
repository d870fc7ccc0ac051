"""The outbox of messages: a row for each transition and address, written with the transition, marked when it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import asyncpg
from msgspec import Struct

# Who was not told that it is raised need not be told that it is over.
ADD = """
insert into notice (alarm_key, kind, address, title, body)
select $1, $2, a.address, $4, $5 from unnest($3::text[]) a (address) on conflict (alarm_key, kind, address) do nothing"""
ADD_CLEARED = """
insert into notice (alarm_key, kind, address, title, body)
select alarm_key, 'cleared', address, $2, $3 from notice where alarm_key = $1 and kind = 'raised'
on conflict (alarm_key, kind, address) do nothing"""

# What was tried least comes first: one message that an address refuses must not hold up the others.
# Nobody hears of an end before the beginning.
TAKE = """
select n.notice_key, n.alarm_key, n.kind, n.address, n.title, n.body, n.created_at, n.attempts from notice n
where n.sent_at is null and n.given_up_at is null and n.next_at <= $1
  and (n.kind = 'raised' or not exists (
      select from notice r where r.alarm_key = n.alarm_key and r.address = n.address and r.kind = 'raised'
        and r.sent_at is null and r.given_up_at is null))
order by n.attempts, n.notice_key limit 1 for update of n skip locked"""
SENT = "update notice set sent_at = $2, attempts = attempts + 1, error = null where notice_key = $1"
GIVE_UP = "update notice set given_up_at = $2, attempts = attempts + $3, error = $4 where notice_key = $1"
FAILED = "update notice set attempts = attempts + 1, error = $2 where notice_key = $1"
# Skipping what another hub is sending: two that wait for each other would have to send again.
POSTPONE = """
update notice set next_at = greatest(next_at, $2) where notice_key in (
    select notice_key from notice where address = $1 and sent_at is null and given_up_at is null for update skip locked)"""
BORN = "select min(applied_at) from plant_document"


class Notice(Struct, frozen=True):
    """One message to one address. `attempts`: how often it was tried."""

    notice_key: int
    alarm_key: int
    kind: str
    address: str
    title: str
    body: str
    created_at: datetime
    attempts: int


async def add_raised(connection: asyncpg.Connection, alarm: int, addresses: Sequence[str], title: str, body: str) -> None:
    if addresses:
        await connection.execute(ADD, alarm, "raised", list(addresses), title, body)


async def add_cleared(connection: asyncpg.Connection, alarm: int, title: str, body: str) -> None:
    """To everyone who was told, or is still to be told, that it was raised."""
    await connection.execute(ADD_CLEARED, alarm, title, body)


async def take_notice(connection: asyncpg.Connection, now: datetime) -> Notice | None:
    """The next one that is due; it is this transaction's until it ends."""
    row = await connection.fetchrow(TAKE, now)
    return None if row is None else Notice(**dict(row))


async def mark_sent(connection: asyncpg.Connection, notice: int, now: datetime) -> None:
    await connection.execute(SENT, notice, now)


async def mark_given_up(connection: asyncpg.Connection, notice: int, now: datetime, reason: str, *, tried: bool) -> None:
    await connection.execute(GIVE_UP, notice, now, int(tried), reason)


async def mark_failed(connection: asyncpg.Connection, notice: Notice, reason: str, next_at: datetime) -> None:
    """All that this address still gets waits with it: a server that is down is asked once a pause, not once a message."""
    await connection.execute(FAILED, notice.notice_key, reason)
    await connection.execute(POSTPONE, notice.address, next_at)


async def born_at(connection: asyncpg.Connection) -> datetime | None:
    """When this hub's database got its first plant: tells it from every other one."""
    born: datetime | None = await connection.fetchval(BORN)
    return born
