"""The hub, put together: one process that embeds the broker and the database, takes records, keeps the figures and shows them.

Everything a part needs is handed to it here; nothing is found by itself. Parts end in the reverse order of their start.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Callable, Iterator

import asyncpg

from lineside.hub.alarms.addresses import load_addresses
from lineside.hub.api.routes import make_api
from lineside.hub.config import HubConfig
from lineside.hub.embedded import ChildState, embedded_nats, embedded_postgres
from lineside.hub.folder import announced, sole_hub
from lineside.hub.hub import Hub
from lineside.hub.outage import outages_in_one_line
from lineside.hub.readiness import reasons
from lineside.hub.store.migrate import migrate
from lineside.hub.store.pool import AWAY, open_pool
from lineside.hub.web_server import address, listener, serving
from lineside.plants import plant_path
from lineside.stream.nats import hub_stream
from lineside.types.errors import UnavailableError
from lineside.types.plant_file import load_plant

log = logging.getLogger(__name__)


async def run_hub(config: HubConfig) -> None:
    """Until SIGINT or SIGTERM. Raises LinesideError for what the operator can mend: a used port, a full disk, a broken plant file."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    outages_in_one_line()
    given = load_plant(plant_path(config.plant)) if config.plant else None
    addresses = load_addresses(config.notify) if config.notify else ()
    with sole_hub(config), listener(config) as socket, _stop_signal() as stop:
        async with (
            _database(config) as (dsn, children),
            _migrated_pool(dsn) as pool,
            embedded_nats(config.data) as broker,
            hub_stream(broker.url, broker.hub_creds) as stream,
        ):
            watched, http = [*children, lambda: broker.state], address(config, socket)
            hub = await Hub.make(
                config,
                pool,
                stream,
                broker.credentials,
                given,
                lambda: reasons(pool, watched, lambda: stream.identity is not None),
                addresses,
                http,
            )
            async with hub.running(), serving(make_api(hub.parts), config, socket):
                with announced(config, http, broker.url, dsn):
                    log.info("The hub is ready: %s", http)
                    await stop.wait()
                    log.info("The hub stops.")


@contextlib.asynccontextmanager
async def _database(config: HubConfig) -> AsyncIterator[tuple[str, list[Callable[[], ChildState]]]]:
    """(DSN, what to watch): the given database, or the embedded one."""
    if config.dsn is not None:
        yield config.dsn, []
        return
    async with embedded_postgres(config.data, binaries=config.pg_bin) as server:
        yield server.dsn, [lambda: server.state]


@contextlib.asynccontextmanager
async def _migrated_pool(dsn: str) -> AsyncIterator[asyncpg.Pool]:
    try:
        pool = await open_pool(dsn, name="lineside hub")
    except AWAY as error:
        raise UnavailableError(f"The database does not answer ({error}).", "Check --dsn and that the server runs.") from None
    try:
        async with pool.acquire() as connection:
            await migrate(connection)
        yield pool
    finally:
        pool.terminate()


@contextlib.contextmanager
def _stop_signal() -> Iterator[asyncio.Event]:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
