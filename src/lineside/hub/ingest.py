"""Records from the stream into the database: fetch, judge at the border, commit, acknowledge, tell the station.

    while True:
        deliveries = await fetch()
        outcome = await commit([check(d) for d in deliveries])     # one transaction: records, ledger, quarantine, marks
        await acknowledge(deliveries)                              # after the commit, so a crash in between redelivers: harmless
        announce(outcome.landed)                                   # live views
        await tell(outcome.answers)                                # from now on the station may let go of these numbers

Any number of workers, in one process or in many: they share one consumer, and the ledger's row locks keep a number from being taken twice.
While the database is away a worker keeps its batch and tries again; what it does not fetch waits in the stream, then at the stations.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence

import asyncpg
import msgspec

from lineside.hub.applied import AppliedPlant
from lineside.hub.border import Checked, check
from lineside.hub.commit import Answer, Outcome, commit_batch
from lineside.hub.outage import DatabaseOutage, Outage
from lineside.hub.sift import refuse
from lineside.hub.store.batch import Incoming, Landed, SeriesRef
from lineside.hub.store.pool import POISON
from lineside.hub.store.ranges import unite
from lineside.stream.background import background
from lineside.stream.port import Delivery, HubStream, StreamError
from lineside.types.machine import Committed

log = logging.getLogger(__name__)

WORKERS = 2
"""Two in one process: one reads and checks while the other waits for the database."""
BATCH_MESSAGES = 64
FETCH_TIMEOUT_S = 1.0
PACE_S = 0.05
"""After a small batch a worker waits this long, so that a quiet plant costs few transactions; it is part of the time to the viewer."""
SMALL_BATCH = 8
RETRY_S = 1.0
MEANWHILE = "Ingest keeps its batch and tries again; the rest waits in the stream and at the stations."

Announce = Callable[[Sequence[Landed]], None]
"""Called after each commit with the records that are rows now. A record may replace an earlier one of the same product."""


class Ingest:
    def __init__(self, stream: HubStream, pool: asyncpg.Pool, plant: AppliedPlant, announce: Announce) -> None:
        self._stream = stream
        self._pool = pool
        self._plant = plant
        self._announce = announce
        self._broker = Outage("The stream")
        self._database = DatabaseOutage()
        self.records = 0
        """Records committed by this process."""
        self.refused = 0
        self.drained_at = time.monotonic()
        """When the stream had nothing more to give: what is missing since before then is really missing."""

    async def run(self, workers: int = WORKERS) -> None:
        """Ends only by cancellation."""
        async with background(*[self._work] * (workers - 1)):
            await self._work()

    async def _work(self) -> None:
        while True:
            deliveries = await self._fetch()
            if deliveries:
                await self.take(deliveries)
            if len(deliveries) < SMALL_BATCH:
                await asyncio.sleep(PACE_S)

    async def take(self, deliveries: Sequence[Delivery]) -> Outcome:
        """Settle every number of these deliveries; returns when the database has committed them and the stations were told."""
        outcome = await self._commit(await self._check(deliveries))
        await self._acknowledge(deliveries)
        self._count(outcome)
        self._announce(outcome.landed)
        await self._tell(outcome.answers)
        return outcome

    async def _fetch(self) -> list[Delivery]:
        try:
            deliveries = await self._stream.fetch(BATCH_MESSAGES, FETCH_TIMEOUT_S)
        except StreamError as error:
            self._broker.begin(error, "Records wait at the stations.")
            await asyncio.sleep(RETRY_S)
            return []
        self._broker.end()
        if len(deliveries) < BATCH_MESSAGES:
            self.drained_at = time.monotonic()
        return deliveries

    async def _check(self, deliveries: Sequence[Delivery]) -> list[Checked]:
        incoming = [Incoming(d.subject, d.headers, d.body) for d in deliveries]
        checked = []
        for message in incoming:
            checked.append(check(message, self._plant.book))
            # The other worker's commit, the live views and the API go on between two messages.
            await asyncio.sleep(0)
        if any(refusal.reason == "E_UNKNOWN_SITE" for message in checked for refusal in message.refusals):
            await self._database.through(self._plant.refresh, MEANWHILE)
            checked = [check(message, self._plant.book) for message in incoming]
        return checked

    async def _commit(self, messages: Sequence[Checked]) -> Outcome:
        """Until it is done. Content that the database cannot take is found by halving the batch, and quarantined."""
        try:
            return await self._database.through(lambda: self._transaction(messages), MEANWHILE)
        except POISON as error:
            if len(messages) > 1:
                middle = len(messages) // 2
                return _join(await self._commit(messages[:middle]), await self._commit(messages[middle:]))
            log.error("A message that passed the border check was refused by the database (%s); it is in quarantine.", error)
            refused = [_as_refused(messages[0], str(error))]
            return await self._database.through(lambda: self._transaction(refused), MEANWHILE)

    async def _transaction(self, messages: Sequence[Checked]) -> Outcome:
        async with self._pool.acquire() as connection, connection.transaction():
            return await commit_batch(connection, messages, time.time_ns() // 1000)

    async def _acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        try:
            for delivery in deliveries:
                await delivery.ack()
        except StreamError as error:
            self._broker.begin(error, "Committed records will be delivered once more, which changes nothing.")

    def _count(self, outcome: Outcome) -> None:
        self.records += len(outcome.landed)
        self.refused += len(outcome.refusals)
        reasons = {(refusal.incoming.subject, refusal.reason): refusal.detail for refusal in outcome.refusals}
        for (subject, reason), detail in reasons.items():
            log.warning("Quarantined from %s: %s, %s", subject, reason, detail)

    async def _tell(self, answers: Mapping[SeriesRef, Answer]) -> None:
        """Lost answers do no harm: every hello is answered with all that is settled."""
        stations = {station.station_key: station.key for station in self._plant.book.stations.values()}
        try:
            for ref, answer in answers.items():
                if ref.station_key in stations:
                    body = msgspec.json.encode(Committed(ref.epoch, ref.series, answer.settled, answer.highest))
                    await self._stream.tell(stations[ref.station_key], "committed", body)
        except StreamError as error:
            self._broker.begin(error, "Stations hear of their committed records with their next hello.")


def _as_refused(message: Checked, error: str) -> Checked:
    return Checked([], [*message.refusals, *(refuse(record, "E_STORE", error) for record in message.records)])


def _join(some: Outcome, others: Outcome) -> Outcome:
    """Of two commits, one after the other."""
    answers = dict(some.answers)
    for ref, answer in others.answers.items():
        before = answers.get(ref, Answer((), 0))
        answers[ref] = Answer(unite(before.settled, answer.settled), max(before.highest, answer.highest))
    return Outcome(some.landed + others.landed, answers, some.refusals + others.refusals)
