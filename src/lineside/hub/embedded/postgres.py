"""The embedded PostgreSQL: initialised once, durable settings, loopback only, watched by a supervisor of our own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import asyncpg

from lineside.hub.credentials import secrets_folder, write_secret
from lineside.hub.embedded.child import Child, ChildSpec, supervised
from lineside.hub.embedded.home import Home, find_home, point_to
from lineside.hub.embedded.ports import LOOPBACK, absolute, kept_port, require_free
from lineside.hub.embedded.server import EmbeddedServer
from lineside.types.errors import UnavailableError

NAME = "PostgreSQL"
ROLE = "lineside"
DATABASE = "lineside"
FIRST_BUILTIN_LOCALE = 17
PROBE_TIMEOUT_S = 5.0
NO_TLS = "sslmode=disable"
"""The wheel has none, loopback needs none, and a client that asks for it first looks for certificates in somebody's home."""
NOT_YET = (ConnectionError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, asyncpg.InterfaceError)

SETTINGS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    # What the hub calls committed survives the loss of power.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "track_commit_timestamp": "on",
    # Small: the hub shares its machine with stations. Beyond this, an external server is the answer.
    "max_connections": "60",
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "wal_compression": "on",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "2",
    "max_locks_per_transaction": "256",
    "jit": "off",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


class EmbeddedPostgres(EmbeddedServer):
    """A server that answers at `dsn`."""

    def __init__(self, dsn: str, child: Child) -> None:
        super().__init__(child)
        self.dsn = dsn


@contextlib.asynccontextmanager
async def embedded_postgres(
    data: Path, *, binaries: Path | None = None, settings: Mapping[str, str] | None = None
) -> AsyncIterator[EmbeddedPostgres]:
    """Runs a server whose files belong to DATA. Raises UnavailableError when it cannot serve. `settings` override SETTINGS."""
    data = absolute(data)
    port, password = kept_port(data, "postgres"), _password(data)
    home = await asyncio.to_thread(find_home, data, binaries)
    address = f"postgresql://{ROLE}:{password}@{LOOPBACK}:{port}"
    if not (home.cluster / "PG_VERSION").exists():
        await asyncio.to_thread(_initialise, home, password)
    point_to(data, home.cluster)
    async with supervised(_spec(data, home, address, port, {**SETTINGS, **(settings or {})})) as child:
        yield EmbeddedPostgres(f"{address}/{DATABASE}?{NO_TLS}", child)


def _spec(data: Path, home: Home, address: str, port: int, settings: Mapping[str, str]) -> ChildSpec:
    run, logs = data / "run", data / "log"
    for path in (run, logs):
        path.mkdir(parents=True, exist_ok=True)
    options = [part for name, value in {**settings, "port": str(port)}.items() for part in ("-c", f"{name}={value}")]

    def before_start() -> None:
        require_free(port, NAME, data)
        # Nothing of this cluster runs any more, and its number may by now belong to another program, which PostgreSQL would believe.
        (home.cluster / "postmaster.pid").unlink(missing_ok=True)

    async def ready() -> bool:
        return await _serves(address)

    return ChildSpec(
        name=NAME,
        command=(str(home.binaries / "postgres"), "-D", str(home.cluster), *options),
        folder=home.cluster,
        pid_file=run / "postgres.pid",
        log=logs / "postgres.log",
        ready=ready,
        before_start=before_start,
        explain=_explain,
        stop_signal=signal.SIGINT,  # "fast": open sessions are ended, everything is written
        user=home.account.uid if home.account else None,
        group=home.account.gid if home.account else None,
    )


async def _serves(address: str) -> bool:
    """Whether it takes connections; makes our database the first time."""
    try:
        connection = await asyncpg.connect(f"{address}/{DATABASE}?{NO_TLS}", timeout=PROBE_TIMEOUT_S)
        await connection.close()
    except asyncpg.InvalidCatalogNameError:
        await _make_database(address)
    except asyncpg.InvalidPasswordError:
        raise UnavailableError(f"{NAME} does not accept the password kept in secrets.", "Put secrets/ back from a backup.") from None
    except asyncpg.TooManyConnectionsError:
        pass
    except NOT_YET:
        return False
    except (OSError, asyncpg.PostgresError) as error:
        raise UnavailableError(f"{NAME} cannot be asked whether it serves ({error}).", "See log/postgres.log in the data folder.") from None
    return True


async def _make_database(address: str) -> None:
    connection = await asyncpg.connect(f"{address}/postgres?{NO_TLS}", timeout=PROBE_TIMEOUT_S)
    try:
        await connection.execute(f"create database {DATABASE}")
    finally:
        await connection.close()


def _initialise(home: Home, password: str) -> None:
    """Beside its place, then moved there, so that a start that was cut short leaves nothing half made."""
    draft = home.cluster.with_name(f"{home.cluster.name}.new")
    password_file = home.cluster.with_name(".postgres-password")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        write_secret(password_file, password.encode())
        if home.account:
            for path in (draft, password_file):
                os.chown(path, home.account.uid, home.account.gid)
        _initdb(home, draft, password_file)
        draft.rename(home.cluster)
    except OSError as error:
        raise UnavailableError(f"{draft} cannot be made ({error.strerror}).", "Use a --data folder that can be written.") from None
    finally:
        password_file.unlink(missing_ok=True)


def _initdb(home: Home, cluster: Path, password_file: Path) -> None:
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if _major(home) >= FIRST_BUILTIN_LOCALE else []
    command = [str(home.binaries / "initdb"), "-D", str(cluster), "-U", ROLE, "--auth=scram-sha-256", f"--pwfile={password_file}"]
    ended = _run(home, [*command, "--encoding=UTF8", "--locale=C", *locale, "--no-instructions"])
    if ended.returncode != 0:
        raise _explain(ended.stderr)


def _major(home: Home) -> int:
    answer = _run(home, [str(home.binaries / "postgres"), "--version"]).stdout
    found = re.search(r"(\d+)", answer)
    return int(found.group(1)) if found else 0


def _run(home: Home, command: list[str]) -> subprocess.CompletedProcess[str]:
    user, group = (home.account.uid, home.account.gid) if home.account else (None, None)
    groups: list[int] | None = [] if home.account else None
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", user=user, group=group, extra_groups=groups)


def _explain(log_tail: str) -> UnavailableError:
    if "No space left on device" in log_tail:
        return UnavailableError(f"{NAME} has no room left on its disk.", "Free some space, then start again.")
    if "user does not exist" in log_tail:
        return UnavailableError(
            f"{NAME} needs a user with a name, and this one has only a number.", "Give it a line in /etc/passwd, or give --dsn."
        )
    lines = [line for line in log_tail.splitlines() if re.search(r"FATAL|PANIC|error:|DETAIL", line)] or log_tail.splitlines()
    reason = " ".join(re.sub(r"^.*?(FATAL|PANIC|DETAIL|error): *", "", line) for line in lines[-2:]) or "it said nothing"
    return UnavailableError(f"{NAME} ended at its start: {reason.rstrip('.')}.", "See log/postgres.log in the data folder.")


def _password(data: Path) -> str:
    path = secrets_folder(data) / "postgres.password"
    if not path.exists():
        write_secret(path, secrets.token_urlsafe(24).replace("-", "a").replace("_", "b").encode())
    return path.read_text().strip()
