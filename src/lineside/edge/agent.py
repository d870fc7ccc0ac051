"""One station: trigger → cameras → detectors → verdict → output → record → outbox → stream.

`_inspect` is the path of one product. Promises kept here: every trigger is journaled before anything is done about it, every product
gets exactly one record and exactly one signal, and nothing on this path waits for the network.
"""

from __future__ import annotations

import asyncio
import time

import lineside
from lineside.edge import record
from lineside.edge.clock import boot_id, now_us
from lineside.edge.config import StationConfig
from lineside.edge.evidence import Class, EvidenceKeeper
from lineside.edge.judge import Judgement, explain, judge
from lineside.edge.machine import Machine
from lineside.edge.outage import log
from lineside.edge.outbox import Outbox, OutboxFullError
from lineside.edge.output import Gate, LineOutput
from lineside.edge.record import Passing
from lineside.edge.sight import Cameras, Sight
from lineside.edge.tally import Seen
from lineside.edge.trigger import TriggerSource
from lineside.types.inspection import Inspection, Output
from lineside.types.machine import Hello

# A product waits here while another is in work; one more is an overlap.
WAITING = 2
OVERLAPS = 64
# Of the deadline: the cameras' share, and what is left for the output to act.
CAPTURE_SHARE, OUTPUT_SHARE = 0.6, 0.1


class Agent:
    """The products' way through the station. Its parts are opened and closed elsewhere (`station.py`)."""

    def __init__(
        self,
        config: StationConfig,
        trigger: TriggerSource,
        cameras: Cameras,
        machine: Machine,
        output: LineOutput,
        evidence: EvidenceKeeper,
        outbox: Outbox,
    ) -> None:
        self.config, self.trigger, self.cameras, self.machine = config, trigger, cameras, machine
        self.output, self.evidence, self.outbox = output, evidence, outbox
        self._waiting: asyncio.Queue[Passing] = asyncio.Queue(WAITING)
        self._overlaps: asyncio.Queue[Passing] = asyncio.Queue(OVERLAPS)
        self._missed = asyncio.Event()
        self._based = False
        self._goods = 0
        self._stopping = False
        self._idle = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for work in (self._take_triggers, self._inspect_products, self._explain_overlaps, self._explain_missed):
                group.create_task(work())

    async def finish(self, at_most_s: float) -> None:
        """Take no more products and let the one in work get its record; what waits is explained after the restart."""
        self._stopping = True
        try:
            async with asyncio.timeout(at_most_s):
                await self._idle.wait()
        except TimeoutError:
            return

    def missing(self) -> list[str]:
        """What is not connected yet; empty when the station is ready for products."""
        parts = {"trigger": self.trigger.up and self._based, "machine": self.machine.up, "output": self.output.up}
        parts |= {f"camera {camera.id}": camera.up for camera in self.cameras.each}
        return [name for name, up in parts.items() if not up]

    async def hello(self) -> Hello:
        missing = self.missing()
        return Hello(
            epoch=self.outbox.epoch,
            boot_id=boot_id(),
            at=now_us(),
            mono_ns=time.monotonic_ns(),
            version=lineside.__version__,
            series=await self.outbox.positions(),
            ready=not missing,
            detail=f"waiting for {', '.join(missing)}" if missing else "",
        )

    async def _take_triggers(self) -> None:
        async for seen in self.trigger.seen():
            try:
                step = await self.outbox.journal(seen)
            except OutboxFullError:
                # Not counted, so the next count that can be journaled explains it; the line still gets its signal.
                if seen.fresh:
                    await self.output.give(seen.count, self.config.fail_safe)
                continue
            self._based = True
            if step.note == "reset":
                log.error("trigger_reset source_count=%d goes_on_after=%d", seen.count, step.tally.last)
            if step.gap:
                self._missed.set()
            if step.product is not None and not self._stopping:
                self.machine.product_passed()
                await self._admit(self._passing(seen, step.product, step.tally.last_at))

    async def _admit(self, passing: Passing) -> None:
        if not self._waiting.full():
            self._waiting.put_nowait(passing)
        elif not self._overlaps.full():
            self._overlaps.put_nowait(passing)
        else:
            # Records are stuck (a full disk): the line still gets its signal, and the journal gives this count its record later.
            await self.output.give(passing.source_count, self.config.fail_safe)
            await self._leave_to_journal(passing)

    async def _leave_to_journal(self, passing: Passing) -> None:
        try:
            await self.outbox.release(passing.count, "overlap")
            self._missed.set()
        except OutboxFullError:
            return  # still in the journal: explained after the next start

    async def _inspect_products(self) -> None:
        while not self._stopping:
            self._idle.set()
            passing = await self._waiting.get()
            self._idle.clear()
            await self._inspect(passing)
        self._idle.set()

    async def _inspect(self, passing: Passing) -> None:
        """One product: whatever happens, one signal and one record."""
        config, sight = self.config, Sight(self.cameras.ids)
        signal_by = passing.deadline - OUTPUT_SHARE * config.deadline_ms / 1000
        async with Gate(self.output, passing.source_count, signal_by, config.fail_safe) as gate:
            try:
                async with asyncio.timeout_at(signal_by):
                    await self.cameras.look(sight, passing.source_count, self._capture_by(passing))
                judgement = explain(sight.failures.values()) if sight.failures else judge(view.boxes for view in sight.views.values())
            except TimeoutError:
                judgement = explain(["deadline"])
            judged_at = now_us()
            output = await gate.give(judgement.signal(config.fail_safe))
        await self._record(passing, explain(["deadline"]) if gate.timed_out else judgement, sight, output, judged_at)

    async def _record(self, passing: Passing, judgement: Judgement, sight: Sight, output: Output, judged_at: int) -> None:
        """Pictures first, so that a record never names a picture that is not on disk."""
        kind = self._picture_class(judgement)
        pictures = await self.evidence.keep(sight.frames, kind, passing.at) if kind and sight.frames else {}
        machine, speed = self.machine.latest, self.machine.belt_speed_mps
        inspection = record.inspection(self.config.line, passing, judgement, sight, pictures, output, machine, speed, judged_at)
        await self.outbox.append("inspection", inspection, closes=passing.count)

    def _picture_class(self, judgement: Judgement) -> Class | None:
        """Every defect, every product that could not be judged, and every n-th good one."""
        if judgement.outcome == "explained":
            return "explained"
        if judgement.verdict == "reject":
            return "defect"
        self._goods += 1
        return "good" if (self._goods - 1) % self.config.good_sample_every == 0 else None

    async def _explain_overlaps(self) -> None:
        while True:
            passing = await self._overlaps.get()
            output = Output(self.config.fail_safe, now_us(), await self.output.give(passing.source_count, self.config.fail_safe))
            await self._record(passing, explain(["overlap"]), Sight(self.cameras.ids), output, now_us())

    async def _explain_missed(self) -> None:
        while True:
            await self.outbox.explain_missed(self._missed_record)
            await self._missed.wait()
            self._missed.clear()

    def _missed_record(self, count: int, at: int, reason: str) -> Inspection:
        return record.missed(self.config.line, count, at, reason)

    def _passing(self, seen: Seen, count: int, at: int) -> Passing:
        return Passing(count, seen.count, at, time.monotonic_ns(), seen.arrived, seen.arrived + self.config.deadline_ms / 1000)

    def _capture_by(self, passing: Passing) -> float:
        now = asyncio.get_running_loop().time()
        return now + CAPTURE_SHARE * max(0.0, passing.deadline - now)
