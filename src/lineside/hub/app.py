"""The hub, put together: one process that embeds the broker and the database, takes records, keeps the figures and shows them.

Everything a part needs is handed to it here; nothing is found by itself. Parts end in the reverse order of their start.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

import asyncpg

from lineside.hub.api.routes import make_api
from lineside.hub.applied import AppliedPlant
from lineside.hub.board import Board
from lineside.hub.config import HubConfig
from lineside.hub.credentials import Credentials
from lineside.hub.embedded import ChildState, EmbeddedNats, embedded_nats, embedded_postgres
from lineside.hub.figures import Figures
from lineside.hub.folder import announced, sole_hub
from lineside.hub.images.evidence import EvidenceFolder
from lineside.hub.ingest import Ingest
from lineside.hub.live import Live
from lineside.hub.memory import FigureKeeper, keep_counts, warm
from lineside.hub.parts import Parts
from lineside.hub.readiness import reasons
from lineside.hub.store.batch import Landed
from lineside.hub.store.migrate import migrate
from lineside.hub.store.plant import Change, apply_plant
from lineside.hub.store.pool import AWAY, open_pool
from lineside.hub.topics import view_of
from lineside.hub.views import Sources
from lineside.hub.web_server import address, listener, serving
from lineside.plants import plant_path
from lineside.stream.background import background
from lineside.stream.nats import NatsHubStream, hub_stream
from lineside.types.errors import UnavailableError
from lineside.types.plant import Plant
from lineside.types.plant_file import load_plant

log = logging.getLogger(__name__)


async def run_hub(config: HubConfig) -> None:
    """Until SIGINT or SIGTERM. Raises LinesideError for what the operator can mend: a used port, a full disk, a broken plant file."""
    given = load_plant(plant_path(config.plant)) if config.plant else None
    with sole_hub(config), listener(config) as socket, _stop_signal() as stop:
        async with (
            _database(config) as (dsn, children),
            _migrated_pool(dsn) as pool,
            embedded_nats(config.data) as broker,
            hub_stream(broker.url, broker.hub_creds) as stream,
        ):
            hub = await Hub.make(config, pool, broker, stream, [*children, lambda: broker.state], given)
            async with hub.running(), serving(make_api(hub.parts), config, socket):
                http = address(config, socket)
                with announced(config, http, broker.url, dsn):
                    log.info("The hub is ready: %s", http)
                    await stop.wait()
                    log.info("The hub stops.")


class Hub:
    """The parts between the servers and the API."""

    def __init__(
        self,
        config: HubConfig,
        pool: asyncpg.Pool,
        applied: AppliedPlant,
        stream: NatsHubStream,
        broker: EmbeddedNats,
        children: Sequence[Callable[[], ChildState]],
    ) -> None:
        self._pool = pool
        self._applied = applied
        self._credentials: Credentials = broker.credentials
        self.board = Board(applied.book.plant)
        self.figures = Figures(pool)
        sources = Sources(self.board, self.figures)
        self.live = Live(lambda topic: view_of(sources, topic))
        self.board.changed = self.live.changed
        self.keeper = FigureKeeper(self.figures, self.live.changed)
        self.ingest = Ingest(stream, pool, applied, self._take)
        self.parts = Parts(
            config=config,
            pool=pool,
            board=self.board,
            figures=self.figures,
            live=self.live,
            evidence=EvidenceFolder(config.evidence_dir),
            credentials=broker.credentials,
            reasons=lambda: reasons(pool, children, lambda: stream.identity is not None),
            apply_plant=self.apply,
            gauges=self._gauges,
        )

    @classmethod
    async def make(
        cls,
        config: HubConfig,
        pool: asyncpg.Pool,
        broker: EmbeddedNats,
        stream: NatsHubStream,
        children: Sequence[Callable[[], ChildState]],
        given: Plant | None,
    ) -> Hub:
        """The plant applied, every station with its credential, the memory filled."""
        if given is not None:
            async with pool.acquire() as connection:
                await apply_plant(connection, given)
        hub = cls(config, pool, await AppliedPlant.read(pool), stream, broker, children)
        hub._issue_credentials()
        await warm(hub.board, pool)
        await hub.figures.refresh([line for line, _ in hub.board.lines()])
        return hub

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Takes records, computes and publishes inside the body."""
        async with background(
            self.live.run,
            self.keeper.run,
            lambda: keep_counts(self.board, self._pool, self.live.all_changed),
            self.ingest.run,
        ):
            yield

    async def apply(self, plant: Plant) -> list[Change]:
        """Make `plant` the applied one: a new site joins a running hub. Raises ConfigError when a line with records is missing."""
        async with self._pool.acquire() as connection:
            changes = await apply_plant(connection, plant)
        await self._applied.refresh(at_once=True)
        self.board.adopt(self._applied.book.plant)
        self._issue_credentials()
        await self.figures.refresh([line for line, _ in self.board.lines()])
        self.live.all_changed()
        return changes

    def _take(self, landed: Sequence[Landed]) -> None:
        for item in landed:
            self.board.committed(item.record.station.key, item.record.content, item.effective_us, item.received_at)

    def _issue_credentials(self) -> None:
        for station in self._applied.book.stations:
            self._credentials.issue_station_credentials(station)

    def _gauges(self) -> dict[str, float]:
        return {"lineside_ingest_records": self.ingest.records, "lineside_ingest_refused": self.ingest.refused}


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
