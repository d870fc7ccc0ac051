"""What people do about an alarm. Each is one transaction; of two people who do the same at once, the second is told who was first.

UnknownPersonError   nobody of this number has introduced themselves
DoneError            it was done before; says by whom and when
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import asyncpg

from lineside.hub.alarms.memory import AlarmMemory
from lineside.hub.alarms.write import write_cleared
from lineside.hub.store.alarms import AlarmRow, acknowledge_alarm, add_event, assign_alarm, read_alarm
from lineside.hub.store.persons import find_person
from lineside.hub.store.rule_states import lock_alarms, reset_state
from lineside.types.alarm import PersonView
from lineside.types.identity import instant
from lineside.types.plant import Plant


class UnknownPersonError(Exception):
    """`field` is where the number stood."""

    def __init__(self, field: str, person: int) -> None:
        super().__init__(f"{field} {person}")
        self.field, self.person = field, person


class DoneError(Exception):
    """A sentence: what is so already, by whom and since when."""


class Actions:
    """`memory` is told at once, so that every page sees it. Each method returns False when there is no such alarm."""

    def __init__(self, pool: asyncpg.Pool, memory: AlarmMemory) -> None:
        self._pool, self._memory = pool, memory

    async def acknowledge(self, alarm: int, person: int, text: str) -> bool:
        """Also an alarm that cleared by itself before anybody saw it."""
        async with self._begun(alarm, person) as (connection, who, row):
            if row is not None:
                if not await acknowledge_alarm(connection, alarm, who.id):
                    raise _done("acknowledged", await read_alarm(connection, alarm))
                await add_event(connection, alarm, "acknowledged", text, who.id)
        return await self._shown(row)

    async def assign(self, alarm: int, person: int, assignee: int | None, text: str) -> bool:
        """To whom it is assigned already it stays, without a line in its history."""
        async with self._begun(alarm, person) as (connection, who, row):
            named = None if assignee is None else await _known(connection, "assignee", assignee)
            if row is not None:
                if row.cleared_us is not None:
                    raise _done("cleared", row)
                if await assign_alarm(connection, alarm, assignee):
                    said = named.name if named else "nobody"
                    await add_event(connection, alarm, "assigned", f"{said}: {text}" if text else said, who.id)
        return await self._shown(row)

    async def comment(self, alarm: int, person: int, text: str) -> bool:
        async with self._begun(alarm, person) as (connection, who, row):
            if row is not None:
                await add_event(connection, alarm, "commented", text, who.id)
        return await self._shown(row)

    async def clear(self, alarm: int, person: int, text: str, plant: Plant, now_us: int) -> bool:
        """The rule begins anew: it must be broken for its whole time before it raises another one."""
        async with self._begun(alarm, person) as (connection, who, row):
            if row is not None:
                await lock_alarms(connection, row.line_key)
                why = f"Cleared by {who.name}{f': {text}' if text else '.'}"
                if not await write_cleared(connection, plant, row, now_us, why, tell=True, person=who):
                    raise _done("cleared", await read_alarm(connection, alarm))
                await reset_state(connection, (row.source, row.rule))
        return await self._shown(row)

    @contextlib.asynccontextmanager
    async def _begun(self, alarm: int, person: int) -> AsyncIterator[tuple[asyncpg.Connection, PersonView, AlarmRow | None]]:
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection, await _known(connection, "person", person), await read_alarm(connection, alarm)

    async def _shown(self, row: AlarmRow | None) -> bool:
        if row is None:
            return False
        await self._memory.refresh(self._pool)
        return True


async def _known(connection: asyncpg.Connection, field: str, person: int) -> PersonView:
    found = await find_person(connection, person)
    if found is None:
        raise UnknownPersonError(field, person)
    return found


def _done(what: str, row: AlarmRow | None) -> DoneError:
    if row is None:
        return DoneError(f"The alarm was {what} already.")
    at = row.acknowledged_at if what == "acknowledged" else instant(row.cleared_us or 0)
    who = row.acknowledged_by if what == "acknowledged" else row.cleared_by
    by = f"by {who}" if who else "by itself"
    return DoneError(f"The alarm was {what} {by} at {at:%Y-%m-%dT%H:%M:%SZ}.")
