"""Which declared pictures have arrived."""

from __future__ import annotations

import asyncpg

# A picture may overtake its record: the row then waits for the declaration, which adds line and time and leaves the state alone.
PRESENT = """
insert into picture (ref, sha256, bytes, state) values ($1, $2, $3, 'present')
on conflict (ref) do update set state = 'present', bytes = excluded.bytes where picture.state <> 'present'"""


async def mark_present(pool: asyncpg.Pool, ref: str, sha256: str, size_bytes: int) -> None:
    await pool.execute(PRESENT, ref, sha256, size_bytes)
