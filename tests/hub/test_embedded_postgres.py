"""The embedded PostgreSQL on the real binaries: durable settings, kept alive, and what it cannot do said in a sentence."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from hub_process import a_hub

from lineside.hub.embedded import EmbeddedPostgres, embedded_postgres, home, kept_port
from lineside.types.errors import UnavailableError
from servers import eventually, forgotten


@pytest.fixture(scope="module")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder whose cluster exists and does not run: initialising takes longer than any of these tests."""
    data = tmp_path_factory.mktemp("initialised")
    with forgotten(data):
        asyncio.run(_start_and_stop(data))
        yield data


async def _start_and_stop(data: Path) -> None:
    async with embedded_postgres(data):
        pass


async def test_it_is_durable_and_leaves_nothing_behind(initialised: Path) -> None:
    async with embedded_postgres(initialised) as server:
        assert await ask(server, "show fsync") == "on"
        assert await ask(server, "show synchronous_commit") == "on"
        assert await ask(server, "show track_commit_timestamp") == "on"
        assert await ask(server, "select datcollate || datlocprovider::text from pg_database where datname = current_database()") == "Cb"
        pid = int((initialised / "run" / "postgres.pid").read_text())
        assert server.state.pid == pid
    assert not psutil.pid_exists(pid)
    assert not (initialised / "run" / "postgres.pid").exists()


async def test_what_was_written_is_there_after_a_restart_at_the_same_address(initialised: Path) -> None:
    async with embedded_postgres(initialised) as server:
        dsn = server.dsn
        await ask(server, "create table kept as select 42 as value")
    async with embedded_postgres(initialised) as server:
        assert server.dsn == dsn
        assert await ask(server, "select value from kept") == 42
        await ask(server, "drop table kept")


async def test_only_its_password_opens_it(initialised: Path) -> None:
    async with embedded_postgres(initialised) as server:
        user, address = server.dsn.removeprefix("postgresql://").split("@")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(f"postgresql://{user.split(':')[0]}:wrong@{address}")


async def test_a_killed_postmaster_comes_back_with_all_that_was_committed(initialised: Path) -> None:
    async with embedded_postgres(initialised) as server:
        connection = await asyncpg.connect(server.dsn)
        await connection.execute("create table survives as select 7 as value")
        os.kill(server.state.pid, signal.SIGKILL)
        await eventually(lambda: server.state.restarts == 1)
        assert await ask(server, "select value from survives") == 7
        await ask(server, "drop table survives")
        connection.terminate()


async def test_all_its_processes_killed_at_once(initialised: Path) -> None:
    async with embedded_postgres(initialised) as server:
        postmaster = psutil.Process(server.state.pid)
        for process in (*postmaster.children(), postmaster):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        await eventually(lambda: server.state.restarts == 1)
        assert await ask(server, "select 1") == 1


async def test_a_lock_file_whose_number_now_belongs_to_another_program_does_not_stop_it(initialised: Path) -> None:
    cluster = home.find_home(initialised, None).cluster
    async with embedded_postgres(initialised) as server:
        lock = (cluster / "postmaster.pid").read_text().replace(str(server.state.pid), str(os.getppid()), 1)
    (cluster / "postmaster.pid").write_text(lock)
    async with embedded_postgres(initialised) as server:
        assert server.up


async def test_a_taken_port_is_said_in_a_sentence(initialised: Path) -> None:
    taken = socket.create_server(("127.0.0.1", kept_port(initialised, "postgres")))
    with taken, pytest.raises(UnavailableError, match=r"Port \d+ .* is taken by another program"):
        async with embedded_postgres(initialised):
            pass


async def test_a_folder_without_the_programs_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="has no program postgres"):
        async with embedded_postgres(tmp_path, binaries=tmp_path):
            pass


async def test_a_wrong_password_file_is_said_in_a_sentence(initialised: Path) -> None:
    path = initialised / "secrets" / "postgres.password"
    right = path.read_text()
    path.write_text("wrong")
    try:
        with pytest.raises(UnavailableError, match="does not accept the password"):
            async with embedded_postgres(initialised):
                pass
    finally:
        path.write_text(right)


async def test_a_setting_that_it_refuses_is_said_in_its_own_words(initialised: Path) -> None:
    with pytest.raises(UnavailableError, match="shared_buffers"):
        async with embedded_postgres(initialised, settings={"shared_buffers": "plenty"}):
            pass


async def test_a_killed_hub_leaves_nothing_running_and_the_next_one_starts(initialised: Path) -> None:
    async with a_hub(initialised) as (process, about):
        await insert_over(about["dsn"], "create table before_the_kill as select 1 as value")
        process.kill()
        await process.wait()
        await eventually(lambda: not psutil.pid_exists(about["postgres"]) and not psutil.pid_exists(about["nats"]))
    async with embedded_postgres(initialised) as server:
        assert server.dsn == about["dsn"]
        assert await ask(server, "select value from before_the_kill") == 1
        await ask(server, "drop table before_the_kill")


async def test_servers_that_outlived_their_hub_are_stopped_first(initialised: Path) -> None:
    async with a_hub(initialised) as (process, about):
        for guard in psutil.Process(process.pid).children():
            if guard.name() == "sh":
                guard.kill()  # without its guard the server is left over
        process.kill()
        await process.wait()
        assert psutil.pid_exists(about["postgres"])
    async with embedded_postgres(initialised) as server:
        assert not psutil.pid_exists(about["postgres"])
        assert await ask(server, "select 1") == 1
    await _stop_left_over_nats(about["nats"])


async def ask(server: EmbeddedPostgres, sql: str) -> Any:
    connection = await asyncpg.connect(server.dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def insert_over(dsn: str, sql: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(sql)
    await connection.close()


async def _stop_left_over_nats(pid: int) -> None:
    if psutil.pid_exists(pid):
        psutil.Process(pid).terminate()
        await eventually(lambda: not psutil.pid_exists(pid))
