"""Where each rule stands at each source, and the lock under which a line's alarms are decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import asyncpg
import msgspec
from msgspec import Struct

from lineside.hub.alarms.state import Standing

LOCK = "select pg_advisory_xact_lock(hashtextextended('lineside alarms', $1))"
READ = "select source, rule, state, ticked_us from rule_state where line_key = $1"
SAVE = """
insert into rule_state (source, rule, line_key, state, ticked_us)
select n.source, n.rule, $1, n.state::jsonb, n.ticked_us
from unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) n (source, rule, state, ticked_us)
on conflict (source, rule) do update set line_key = excluded.line_key, state = excluded.state, ticked_us = excluded.ticked_us"""
FORGET = """
delete from rule_state r using unnest($1::text[], $2::text[]) n (source, rule)
where (r.source, r.rule) = (n.source, n.rule)"""
RESET = "update rule_state set state = $3 where source = $1 and rule = $2"

Key = tuple[str, str]
"""(source, rule)"""


class Kept(Struct, frozen=True):
    """`ticked_us`: the last tick that was decided."""

    standing: Standing
    ticked_us: int


async def lock_alarms(connection: asyncpg.Connection, line_key: int) -> None:
    """Until the transaction ends nobody else decides about this line's alarms."""
    await connection.execute(LOCK, line_key)


async def read_states(connection: asyncpg.Connection, line_key: int) -> dict[Key, Kept]:
    rows = await connection.fetch(READ, line_key)
    return {(r["source"], r["rule"]): Kept(msgspec.json.decode(r["state"], type=Standing), r["ticked_us"]) for r in rows}


async def save_states(connection: asyncpg.Connection, line_key: int, states: Mapping[Key, Kept]) -> None:
    if states:
        rows = sorted((*key, msgspec.json.encode(kept.standing).decode(), kept.ticked_us) for key, kept in states.items())
        await connection.execute(SAVE, line_key, *(list(column) for column in zip(*rows, strict=True)))


async def forget_states(connection: asyncpg.Connection, keys: Sequence[Key]) -> None:
    if keys:
        await connection.execute(FORGET, [source for source, _ in keys], [rule for _, rule in keys])


async def reset_state(connection: asyncpg.Connection, key: Key) -> None:
    """A person says that it is over: it must be broken for its whole time again."""
    await connection.execute(RESET, *key, msgspec.json.encode(Standing()).decode())
