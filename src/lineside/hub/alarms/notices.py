"""Sends what the outbox holds: at least once, one at a time, again after growing pauses, given up after a day.

A message is taken, sent and marked in one transaction. Killed between sending and marking, the hub sends that one again after its next
start, with the same Message-ID: nothing else can be repeated, and nothing is lost.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import asyncpg

from lineside.hub.alarms.addresses import Address
from lineside.hub.alarms.send import Message, send
from lineside.hub.outage import DatabaseOutage
from lineside.hub.store.alarms import add_event
from lineside.hub.store.notices import Notice, born_at, mark_failed, mark_given_up, mark_sent, take_notice
from lineside.types.identity import instant

log = logging.getLogger(__name__)

PAUSE_S = 1.0
SEND_TIMEOUT_S = 15.0
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=5), timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(hours=24)
MEANWHILE = "Messages wait."

Send = Callable[[str, Message], Awaitable[str | None]]
"""(URL, message) → None, or why the address did not take it."""


async def send_in_thread(url: str, message: Message) -> str | None:
    try:
        return await asyncio.wait_for(asyncio.to_thread(send, url, message, SEND_TIMEOUT_S - 1), SEND_TIMEOUT_S)
    except TimeoutError:
        return f"it did not answer within {SEND_TIMEOUT_S:g} s"


class Notices:
    """`http` is the hub's own address, for the link to the alarm's page."""

    def __init__(self, pool: asyncpg.Pool, addresses: Sequence[Address], http: str, send: Send = send_in_thread) -> None:
        self._pool, self._http, self._send = pool, http, send
        self._addresses = {address.id: address for address in addresses}
        self._database = DatabaseOutage()
        self._failing: set[str] = set()

    async def run(self) -> None:
        """Ends only by cancellation, which waits for the message that is under way to be marked."""
        while True:
            await self.once(time.time_ns() // 1000)
            await asyncio.sleep(PAUSE_S)

    async def once(self, now_us: int) -> None:
        """Everything that is due."""
        while await self._database.through(lambda: self._send_next(instant(now_us)), MEANWHILE):
            pass

    async def _send_next(self, now: datetime) -> bool:
        """False: nothing is due."""
        async with self._pool.acquire() as connection, connection.transaction():
            notice = await take_notice(connection, now)
            if notice is None:
                return False
            address = self._addresses.get(notice.address)
            if address is None:
                await _give_up(connection, notice, now, notice.address, "the notification file no longer has this address", tried=False)
            else:
                await self._deliver(connection, notice, address, now)
        return True

    async def _deliver(self, connection: asyncpg.Connection, notice: Notice, address: Address, now: datetime) -> None:
        body = f"{notice.body}\n{self._http}/alarms/{notice.alarm_key}"
        failed = await self._send(address.url, Message(notice.title, body, message_id(notice, await born_at(connection))))
        self._tell(address, failed)
        if failed is None:
            await mark_sent(connection, notice.notice_key, now)
            await add_event(connection, notice.alarm_key, "sent", f"{address.label}: {notice.kind}")
        elif now - notice.created_at >= GIVE_UP_AFTER:
            await _give_up(connection, notice, now, address.label, failed, tried=True)
        else:
            await mark_failed(connection, notice, failed, now + pause(notice.attempts))

    def _tell(self, address: Address, failed: str | None) -> None:
        """An address that does not take messages is said once, and so is its return."""
        if failed is not None and address.id not in self._failing:
            self._failing.add(address.id)
            log.warning("Messages to %s wait: %s.", address.label, failed)
        elif failed is None and address.id in self._failing:
            self._failing.discard(address.id)
            log.warning("Messages to %s are taken again.", address.label)


def pause(attempts: int) -> timedelta:
    """After this many failures before this one: 5, 10, 20 … s, at most 5 min."""
    return min(FIRST_RETRY * (1 << min(attempts, 10)), LONGEST_RETRY)


def message_id(notice: Notice, born: datetime | None) -> str:
    """The same at each attempt, and like no other hub's: made of the notice's number and of when this database began."""
    seed = f"{born.isoformat() if born else ''}/{notice.notice_key}"
    return f"<{notice.notice_key}.{hashlib.sha256(seed.encode()).hexdigest()[:24]}@lineside>"


async def _give_up(connection: asyncpg.Connection, notice: Notice, now: datetime, label: str, reason: str, *, tried: bool) -> None:
    await mark_given_up(connection, notice.notice_key, now, reason, tried=tried)
    await add_event(connection, notice.alarm_key, "given_up", f"{label}: {reason}")
    log.warning("A message to %s is given up: %s.", label, reason)
