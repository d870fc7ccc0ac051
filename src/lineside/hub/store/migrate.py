"""Brings a database to the schema of this program: every file of `migrations/` once, each in one transaction, in name order."""

from __future__ import annotations

import hashlib
from importlib.resources import files

import asyncpg
from msgspec import Struct

from lineside.types.errors import LinesideError

LOCK = 0x11_5E_51_DE
"""Advisory lock: two hubs that start together migrate one after the other."""

TABLE = """
create table if not exists schema_migration (
    name text primary key, sha256 text not null, applied_at timestamptz not null default now()
)"""
APPLIED = "select name, sha256 from schema_migration order by name"
RECORD = "insert into schema_migration (name, sha256) values ($1, $2)"


class SchemaError(LinesideError):
    """The database was made by another program version than this one can serve."""

    exit_code = 2


class Migration(Struct, frozen=True):
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> list[Migration]:
    folder = files("lineside.hub.store") / "migrations"
    found = [Migration(f.name.removesuffix(".sql"), f.read_text(encoding="utf-8")) for f in folder.iterdir() if f.name.endswith(".sql")]
    return sorted(found, key=lambda m: m.name)


async def migrate(connection: asyncpg.Connection) -> list[str]:
    """Apply what is missing and return its names; raises SchemaError when the database knows migrations that this program does not."""
    await connection.execute("select pg_advisory_lock($1)", LOCK)
    try:
        await connection.execute(TABLE)
        applied = {row["name"]: row["sha256"] for row in await connection.fetch(APPLIED)}
        due = pending(migrations(), applied)
        for migration in due:
            async with connection.transaction():
                await connection.execute(migration.sql)
                await connection.execute(RECORD, migration.name, migration.sha256)
        return [migration.name for migration in due]
    finally:
        await connection.execute("select pg_advisory_unlock($1)", LOCK)


def pending(known: list[Migration], applied: dict[str, str]) -> list[Migration]:
    """Which of `known` are not yet `applied` (name → SHA-256)."""
    newer = sorted(set(applied) - {m.name for m in known})
    if newer:
        raise SchemaError(f"The database has the migration {newer[-1]}, which this version does not know.", "Start the newer version.")
    changed = [m.name for m in known if m.name in applied and applied[m.name] != m.sha256]
    if changed:
        raise SchemaError(f"The migration {changed[0]} in the database is not the one of this version.", "Start the version that made it.")
    return [m for m in known if m.name not in applied]
