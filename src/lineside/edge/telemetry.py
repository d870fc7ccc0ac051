"""What the machine and the station say between products: readings about once a second, status on change and as a sign of life."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from lineside.edge import record
from lineside.edge.camera import Camera
from lineside.edge.clock import now_us
from lineside.edge.config import TagRule
from lineside.edge.machine import Machine
from lineside.edge.outbox import Outbox
from lineside.types.inspection import LineState
from lineside.types.machine import Sample

TICK_S = 1.0
SIGN_OF_LIFE_US = 10_000_000
MAX_SAMPLES = 500
SIGNIFICANT_DIGITS = 7

Health = Mapping[str, int | float | bool | dict[str, str]]
Shown = tuple[LineState, str, tuple[bool, ...]]
"""A change of any of these is told at once."""


class Telemetry:
    def __init__(
        self,
        rules: Sequence[TagRule],
        machine: Machine,
        cameras: Sequence[Camera],
        models: Sequence[str],
        outbox: Outbox,
        health: Callable[[], Health],
    ) -> None:
        self._machine, self._cameras, self._models, self._outbox, self._health = machine, cameras, models, outbox, health
        self._samples = Consolidation({rule.id: rule for rule in rules})
        self._told: Shown | None = None
        self._told_at = now_us()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._hear())
            group.create_task(self._tick())

    async def _hear(self) -> None:
        while True:
            signal = await self._machine.next()
            self._samples.take(signal.samples)
            if self._shown() != self._told:
                await self._tell(signal.at)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            now = now_us()
            if self._shown() != self._told or now - self._told_at >= SIGN_OF_LIFE_US:
                await self._tell(now)
            samples = self._samples.due(now)
            for first in range(0, len(samples), MAX_SAMPLES):
                await self._outbox.append("reading", record.reading(samples[first : first + MAX_SAMPLES]))

    async def _tell(self, at: int) -> None:
        # A state lasts until the next status by its time, so a late signal must not stand before what was already told.
        self._told, self._told_at = self._shown(), max(at, self._told_at + 1)
        cameras = {camera.id: camera.up for camera in self._cameras}
        await self._outbox.append("status", record.status(self._told_at, self._machine.latest, cameras, self._models, self._health()))

    def _shown(self) -> Shown:
        latest = self._machine.latest
        return latest.state, latest.reason, tuple(camera.up for camera in self._cameras)


class Consolidation:
    """The newest sample of each tag, and which of them are worth sending."""

    def __init__(self, rules: Mapping[str, TagRule]) -> None:
        self._rules = rules
        self._newest: dict[str, Sample] = {}
        self._sent: dict[str, Sample] = {}

    def take(self, samples: Sequence[Sample]) -> None:
        for sample in samples:
            self._newest[sample.tag] = _rounded(sample)

    def due(self, now: int) -> list[Sample]:
        """Samples that changed beyond their dead-band, and those not sent for their expected interval. `now` in UTC µs."""
        due = [sample for tag, sample in self._newest.items() if is_worth(sample, self._sent.get(tag), self._rule(tag), now)]
        self._sent.update((sample.tag, sample) for sample in due)
        return due

    def _rule(self, tag: str) -> TagRule:
        return self._rules.get(tag) or TagRule(tag)


def is_worth(sample: Sample, sent: Sample | None, rule: TagRule, now: int) -> bool:
    """A sample is sent once; then when it differs enough from what was sent, or when that has grown old."""
    if sent is None or sample.quality != sent.quality:
        return True
    if sample.at <= sent.at:
        return False
    return _differs(sample.value, sent.value, rule.deadband) or now - sent.at >= rule.expected_interval_s * 1_000_000


def _differs(value: float | bool | str, sent: float | bool | str, deadband: float) -> bool:
    if isinstance(value, float | int) and isinstance(sent, float | int):
        return abs(value - sent) > deadband
    return value != sent


def _rounded(sample: Sample) -> Sample:
    if not isinstance(sample.value, float):
        return sample
    return Sample(sample.tag, sample.at, float(f"{sample.value:.{SIGNIFICANT_DIGITS}g}"), sample.quality)
