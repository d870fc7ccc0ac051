"""The applied plant as this process knows it. Another process may apply a newer one at any time: `refresh` looks."""

from __future__ import annotations

import time

import asyncpg

from lineside.hub.store.plant import PlantBook, read_book
from lineside.types.errors import LinesideError

REFRESH_S = 1.0


class AppliedPlant:
    def __init__(self, pool: asyncpg.Pool, book: PlantBook) -> None:
        self._pool = pool
        self._read_at = time.monotonic()
        self.book = book

    @classmethod
    async def read(cls, pool: asyncpg.Pool) -> AppliedPlant:
        """Raises LinesideError when no plant was ever applied."""
        book = await read_book(pool)
        if book is None:
            raise LinesideError("No plant has been applied.", "Run `lineside plant apply FILE`, or start the hub with --plant.")
        return cls(pool, book)

    async def refresh(self, *, at_once: bool = False) -> None:
        """Read the newest plant, at most once in REFRESH_S unless `at_once`: unknown stations must not turn into a query each."""
        if not at_once and time.monotonic() - self._read_at < REFRESH_S:
            return
        self._read_at = time.monotonic()
        self.book = await read_book(self._pool) or self.book
