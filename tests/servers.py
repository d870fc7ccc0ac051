"""Real servers for tests: a PostgreSQL cluster for the run and brokers, started by the product's own supervisor."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import Generic, TypeVar

import asyncpg
import pytest
from msgspec import Struct

from lineside.hub.embedded.scratch import forget_cluster

T = TypeVar("T")

TEMPLATE = "lineside_template"
# Tests ask what is stored, not whether it survives the power: those that do start a cluster of their own with the product's settings.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}


class Cluster(Struct, frozen=True):
    """A running cluster with a migrated template."""

    address: str
    """`postgresql://user:password@host:port`, without a database."""

    def dsn(self, database: str) -> str:
        return f"{self.address}/{database}"

    async def run(self, sql: str) -> None:
        connection = await asyncpg.connect(self.dsn("postgres"))
        try:
            await connection.execute(sql)
        finally:
            await connection.close()


class Loop(Generic[T]):
    """Holds an async context manager open in a thread of its own, for fixtures that outlive the loop of a test."""

    def __init__(self, opened: Callable[[], AbstractAsyncContextManager[T]]) -> None:
        self._opened = opened
        self._began, self._failed = threading.Event(), None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._hold()))

    def __enter__(self) -> T:
        self._thread.start()
        self._began.wait()
        if self._failed is not None:
            self._thread.join()
            raise self._failed
        return self.value

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _hold(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with self._opened() as self.value:
                self._began.set()
                await self._over.wait()
        except BaseException as error:  # noqa: BLE001  (handed to the thread that waits)
            self._failed = error
        finally:
            self._began.set()


async def make_template(cluster: Cluster) -> None:
    from lineside.hub.store.migrate import migrate

    await cluster.run(f"create database {TEMPLATE}")
    connection = await asyncpg.connect(cluster.dsn(TEMPLATE))
    try:
        await migrate(connection)
    finally:
        await connection.close()


@contextmanager
def forgotten(data: Path) -> Iterator[None]:
    """Removes afterwards what a cluster of this data folder left outside it (as root, below a folder that only root may enter)."""
    yield
    forget_cluster(data)


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of 12 MB at `folder`; skips the test where mounting is not allowed."""
    command = ["mount", "-t", "tmpfs", "-o", "size=12m,mode=755", "none", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


async def eventually(holds: Callable[[], bool | Awaitable[bool]], timeout_s: float = 15.0) -> None:
    """Waits until `holds`; fails after `timeout_s`."""

    async def poll() -> None:
        while True:
            answer = holds()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.02)

    await asyncio.wait_for(poll(), timeout_s)
