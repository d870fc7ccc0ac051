"""The applied plant: idempotent, versioned, and never without a line that has records."""

from __future__ import annotations

import asyncpg
import msgspec
import pytest
from intake import inspection, intake_on, message

from lineside.hub.store.migrate import Migration, SchemaError, migrate, pending
from lineside.hub.store.plant import Change, apply_plant, diff, read_book, read_plant
from lineside.plants import plant_path
from lineside.types.errors import ConfigError
from lineside.types.plant import Plant
from lineside.types.plant_file import load_plant

EXAMPLE = load_plant(plant_path("example"))


def without_a_site(plant: Plant, site: str) -> Plant:
    return msgspec.structs.replace(plant, site=tuple(s for s in plant.site if s.id != site))


def with_ideal_cycle(plant: Plant, seconds: float) -> Plant:
    process = msgspec.structs.replace(plant.process[0], ideal_cycle_s=seconds)
    return msgspec.structs.replace(plant, process=(process, *plant.process[1:]))


async def test_a_plant_is_applied_once_and_read_back_as_it_was(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        assert await read_plant(connection) is None
        assert await read_book(connection) is None
        assert len(await apply_plant(connection, EXAMPLE)) > 100
        assert await apply_plant(connection, EXAMPLE) == []
        assert await read_plant(connection) == (1, EXAMPLE)
        book = await read_book(connection)
        assert book is not None
        assert len(book.lines) == len(book.stations) == 8
        changed = with_ideal_cycle(EXAMPLE, 2.5)
        changes = await apply_plant(connection, changed)
        assert changes == [Change(f"process[{EXAMPLE.process[0].id}].ideal_cycle_s", str(EXAMPLE.process[0].ideal_cycle_s), "2.5")]
        assert await read_plant(connection) == (2, changed)
    finally:
        await connection.close()


async def test_a_line_with_records_cannot_be_left_out_and_others_can(database: str) -> None:
    async with intake_on(database) as hub:
        await hub.take(message(inspection(1)))
        async with hub.pool.acquire() as connection:
            with pytest.raises(ConfigError) as refused:
                await apply_plant(connection, without_a_site(EXAMPLE, "beijing"))
            assert "site[beijing].line[line-1]" in str(refused.value)
            removed = await apply_plant(connection, without_a_site(EXAMPLE, "sydney"))
            assert removed
            assert all(change.after is None for change in removed)
            assert all("sydney" in change.path for change in removed)
        await hub.plant.refresh(at_once=True)
        assert sorted({row.site.id for row in hub.plant.book.lines.values()}) == sorted({s.id for s in EXAMPLE.site} - {"sydney"})


def test_a_difference_does_not_depend_on_the_order_of_the_parts() -> None:
    assert diff(EXAMPLE, msgspec.structs.replace(EXAMPLE, site=tuple(reversed(EXAMPLE.site)))) == []


async def test_migrations_are_applied_once_and_two_hubs_wait_for_one_another(database: str) -> None:
    connection = await asyncpg.connect(database)
    try:
        assert await migrate(connection) == []
    finally:
        await connection.close()


def test_a_newer_or_changed_schema_is_refused() -> None:
    one, two = Migration("0001_one", "select 1"), Migration("0002_two", "select 2")
    assert pending([one, two], {"0001_one": one.sha256}) == [two]
    with pytest.raises(SchemaError, match="0003_three"):
        pending([one, two], {"0003_three": "…"})
    with pytest.raises(SchemaError, match="0001_one"):
        pending([one, two], {"0001_one": "other"})
