"""The people who act here. Self-declared until sign-in exists."""

from __future__ import annotations

import asyncpg

from lineside.types.alarm import PersonView

LIST = "select person_key, name from person order by lower(name), name"
ADD = "insert into person (name) values ($1) on conflict (name) do nothing"
NAMED = "select person_key, name from person where name = $1"
FIND = "select person_key, name from person where person_key = $1"

MAX_KEY = 2**31 - 1


async def list_persons(pool: asyncpg.Pool) -> list[PersonView]:
    return [PersonView(row["person_key"], row["name"]) for row in await pool.fetch(LIST)]


async def named_person(pool: asyncpg.Pool, name: str) -> PersonView:
    """The person of this name; added when there is none."""
    await pool.execute(ADD, name)
    row = await pool.fetchrow(NAMED, name)
    return PersonView(row["person_key"], row["name"])


async def find_person(connection: asyncpg.Connection, person: int) -> PersonView | None:
    if not 0 < person <= MAX_KEY:
        return None
    row = await connection.fetchrow(FIND, person)
    return None if row is None else PersonView(row["person_key"], row["name"])
