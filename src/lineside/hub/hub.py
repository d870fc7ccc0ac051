"""The parts between the servers and the API: what is committed is remembered, what is remembered is shown."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Collection, Sequence

import asyncpg

from lineside.hub.alarms.actions import Actions
from lineside.hub.alarms.addresses import Address
from lineside.hub.alarms.engine import Engine
from lineside.hub.alarms.memory import AlarmMemory
from lineside.hub.alarms.notices import Notices
from lineside.hub.applied import AppliedPlant
from lineside.hub.board import Board, LineId
from lineside.hub.config import HubConfig
from lineside.hub.credentials import Credentials
from lineside.hub.figures import Figures
from lineside.hub.images.evidence import EvidenceFolder
from lineside.hub.ingest import Ingest
from lineside.hub.insight.follow import Follow
from lineside.hub.insight.memory import CauseMemory, warm_causes
from lineside.hub.ledger import Ledger
from lineside.hub.live import Live
from lineside.hub.memory import FigureKeeper, keep_counts, warm
from lineside.hub.models import reported_names, shipped_names
from lineside.hub.oee.recompute import Recompute
from lineside.hub.parts import Gauge, Parts, Reasons
from lineside.hub.store.batch import Landed
from lineside.hub.store.plant import Change, apply_plant
from lineside.hub.topics import topics_of, view_of
from lineside.hub.views import Sources
from lineside.stream.background import background
from lineside.stream.port import HubStream, StreamError
from lineside.types.machine import Status
from lineside.types.plant import Plant


class Hub:
    """`make` prepares it, `running` runs it, `parts` is what the API may use."""

    def __init__(
        self,
        config: HubConfig,
        pool: asyncpg.Pool,
        stream: HubStream,
        credentials: Credentials,
        applied: AppliedPlant,
        reasons: Reasons,
        addresses: Sequence[Address] = (),
        http: str | None = None,
    ) -> None:
        self._pool, self._stream, self._applied, self._credentials = pool, stream, applied, credentials
        self._followed: int | None = None
        self.board = Board(applied.book.plant)
        self.figures = Figures(pool)
        self.causes, self.alarms = CauseMemory(), AlarmMemory()
        sources = Sources(self.board, self.figures, self.causes, self.alarms)
        self.live = Live(lambda topic: view_of(sources, topic), lambda line: topics_of(self.board.plant, line))
        self.board.changed = self.live.changed
        self.alarms.changed = self.live.alarms_changed
        self.follow = Follow(pool, applied, self.causes, self.live.changed)
        self.keeper = FigureKeeper(self.figures, self.live.changed)
        self.ingest = Ingest(stream, pool, applied, self._remember)
        self.recompute = Recompute(pool, applied, self._recounted)
        self.ledger = Ledger(stream, pool, applied, self.ingest, self._remember)
        self.engine = Engine(pool, applied, self.alarms, addresses, self.causes.failed)
        self.notices = Notices(pool, addresses, http or f"{config.scheme}://{config.host}:{config.port}")
        self.parts = Parts(
            config=config,
            pool=pool,
            board=self.board,
            figures=self.figures,
            causes=self.causes,
            follow=self.follow,
            live=self.live,
            alarms=self.alarms,
            actions=Actions(pool, self.alarms),
            evidence=EvidenceFolder(config.evidence_dir),
            credentials=credentials,
            reasons=reasons,
            apply_plant=self.apply,
            gauges=self._gauges,
            model_names=shipped_names(),
        )

    @classmethod
    async def make(
        cls,
        config: HubConfig,
        pool: asyncpg.Pool,
        stream: HubStream,
        credentials: Credentials,
        given: Plant | None,
        reasons: Reasons,
        addresses: Sequence[Address] = (),
        http: str | None = None,
    ) -> Hub:
        """The plant applied (`given`, else the one applied last), every station with its credential, the memory filled.

        `addresses` are told of alarms; `http` is what people reach the hub by (None: as configured).
        Raises LinesideError when there is no plant, ConfigError when `given` leaves out a line that has records.
        """
        if given is not None:
            async with pool.acquire() as connection:
                await apply_plant(connection, given)
        hub = cls(config, pool, stream, credentials, await AppliedPlant.read(pool), reasons, addresses, http)
        hub._follow_plant()
        await warm(hub.board, pool)
        await warm_causes(hub.causes, pool, time.time_ns() // 1000)
        await hub.alarms.refresh(pool)
        await hub.figures.refresh([line for line, _ in hub.board.lines()])
        return hub

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Takes records, answers hellos, computes and publishes inside the body."""
        async with background(
            self.live.run,
            self.recompute.run,
            self.keeper.run,
            self.engine.run,
            self.notices.run,
            lambda: keep_counts(self.board, self._pool, self.live.all_changed),
            self.ledger.run,
            self.follow.run,
            self.ingest.run,
        ):
            yield

    async def apply(self, plant: Plant) -> list[Change]:
        """Make `plant` the applied one: a new site joins a running hub. Raises ConfigError when a line that has records is missing."""
        async with self._pool.acquire() as connection:
            changes = await apply_plant(connection, plant)
        await self._applied.refresh(at_once=True)
        self._follow_plant()
        await self.figures.refresh([line for line, _ in self.board.lines()])
        self.live.all_changed()
        return changes

    def _remember(self, landed: Sequence[Landed]) -> None:
        self.follow.landed(landed)
        for item in landed:
            content = item.record.content
            if isinstance(content, Status):
                self.parts.model_names.update(reported_names(content))
            self.board.committed(item.record.station.key, content, item.effective_us, item.received_at)

    def _recounted(self, lines: Collection[LineId]) -> None:
        self._follow_plant()
        self.keeper.touch(lines)

    def _follow_plant(self) -> None:
        """Whoever applied it, and in whichever process: each station of the newest plant gets its credential and its place."""
        book = self._applied.book
        if book.version != self._followed:
            self._followed = book.version
            self.board.adopt(book.plant)
            self.causes.adopt(book.plant)
            for station in book.stations:
                self._credentials.issue_station_credentials(station)
            self.live.all_changed()

    async def _gauges(self) -> list[Gauge]:
        lag_s = time.monotonic() - self.ingest.drained_at
        gauges = [
            Gauge("lineside_ingest_records", "Records committed by this process since its start.", self.ingest.records),
            Gauge("lineside_ingest_refused", "Messages and records quarantined by this process since its start.", self.ingest.refused),
            Gauge("lineside_ingest_lag_seconds", "Time since the stream had nothing more to give.", lag_s),
        ]
        try:
            messages, size_bytes = await self._stream.waiting()
        except StreamError:
            return gauges
        waiting = Gauge("lineside_stream_messages", "Messages that wait in the stream.", messages)
        return [*gauges, waiting, Gauge("lineside_stream_bytes", "Bytes that wait in the stream.", size_bytes)]
