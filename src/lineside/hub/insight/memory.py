"""What each line remembers of its newest rejected products and open events, so that a live view costs no query.

A product points to the first of its causes. The line's failed step is the one with the most weight behind it: the scores of the products
that point to it, each halved with every HALF_LIFE_S of age, so that what fails now outweighs what failed before. Nothing has to clear it:
it is gone when its newest product is older than the line's window (FAILED_WINDOW, or FAILED_CYCLES of a slow line).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

import asyncpg

from lineside.hub.board import LineId
from lineside.hub.store.attribution import Attributed, recent_attributions
from lineside.hub.store.events import open_events
from lineside.types.cause import FailedStep, StepEvent
from lineside.types.identity import instant
from lineside.types.plant import Plant

FAILED_WINDOW, FAILED_CYCLES = timedelta(minutes=3), 20
FAILED_WINDOW_US = FAILED_WINDOW // timedelta(microseconds=1)
HALF_LIFE_S = 120.0
MAX_SCORE = 3.0
"""One wild reading must not outweigh a row of products."""


class CauseMemory:
    """Of every line: `failed`, `defects`, `events`. Instants are UTC µs; without one it is now."""

    def __init__(self) -> None:
        self._windows_us: dict[LineId, int] = {}
        self._products: dict[LineId, dict[tuple[str, int], Attributed]] = {}
        self._events: dict[LineId, dict[int, StepEvent]] = {}

    def adopt(self, plant: Plant) -> None:
        """The windows of a newly applied plant: a line that makes a piece an hour is not healthy after three minutes."""
        lines = [(site.id, line.id, plant.find_process(line).ideal_us or 0) for site, line in plant.lines()]
        self._windows_us = {(site, line): max(FAILED_WINDOW_US, FAILED_CYCLES * ideal_us) for site, line, ideal_us in lines}

    @property
    def longest_window_us(self) -> int:
        return max(self._windows_us.values(), default=FAILED_WINDOW_US)

    def window_us(self, line: LineId) -> int:
        return self._windows_us.get(line, FAILED_WINDOW_US)

    def failed(self, site: str, line: str, now_us: int | None = None) -> FailedStep | None:
        """The step that most of the newest defects point to; None while none points anywhere."""
        recent = self._recent(site, line, now_us)
        step = _heaviest(recent)
        pointing = [product for product in recent if product.step == step]
        if step is None:
            return None
        newest = pointing[-1]
        cause = newest.causes[0]
        return FailedStep(
            step=step,
            step_name=cause.step_name,
            tag=cause.tag,
            tag_name=cause.tag_name,
            defects=len(pointing),
            of=len(recent),
            labels=[label for label, _ in Counter(label for product in pointing for label in product.labels).most_common()],
            first_at=instant(pointing[0].at_us),
            last_at=instant(newest.at_us),
            last_product=newest.product,
            cause=cause,
        )

    def defects(self, site: str, line: str, now_us: int | None = None) -> dict[str, int]:
        """Step → rejected products of the line's window that point to it."""
        return dict(Counter(product.step for product in self._recent(site, line, now_us) if product.step is not None))

    def events(self, site: str, line: str) -> list[StepEvent]:
        """What people entered and is still open, the oldest first."""
        return sorted(self._events.get((site, line), {}).values(), key=lambda event: (event.start, event.id))

    def add(self, product: Attributed) -> None:
        """Takes the place of what was thought of this product before."""
        line = self._products.setdefault((product.station.site, product.station.line), {})
        line[product.station.station, product.trigger_count] = product
        newest_us = max(one.at_us for one in line.values())
        window_us = self.window_us((product.station.site, product.station.line))
        for key in [key for key, one in line.items() if one.at_us < newest_us - window_us]:
            del line[key]

    def enter(self, event: StepEvent) -> None:
        """An event that was entered or ended."""
        line = self._events.setdefault((event.site, event.line), {})
        if event.end is None:
            line[event.id] = event
        else:
            line.pop(event.id, None)

    def set_open(self, events: Iterable[StepEvent]) -> set[LineId]:
        """All that is open, whoever entered it and in whichever process; returns the lines where that is news."""
        found: dict[LineId, dict[int, StepEvent]] = {}
        for event in events:
            found.setdefault((event.site, event.line), {})[event.id] = event
        changed = {line for line in {*found, *self._events} if found.get(line, {}) != self._events.get(line, {})}
        self._events = found
        return changed

    def _recent(self, site: str, line: str, now_us: int | None) -> list[Attributed]:
        """The oldest first."""
        since_us = (time.time_ns() // 1000 if now_us is None else now_us) - self.window_us((site, line))
        products = self._products.get((site, line), {}).values()
        return sorted((p for p in products if p.at_us > since_us), key=lambda p: (p.at_us, p.trigger_count))


async def warm_causes(memory: CauseMemory, pool: asyncpg.Pool, now_us: int) -> None:
    """What the hub knew before it was stopped."""
    for product in await recent_attributions(pool, now_us - memory.longest_window_us):
        memory.add(product)
    memory.set_open(await open_events(pool))


def _heaviest(products: list[Attributed]) -> str | None:
    weights: dict[str, float] = {}
    for product in products:
        if product.causes:
            age_s = (products[-1].at_us - product.at_us) / 1e6
            score = min(product.causes[0].score, MAX_SCORE)
            weights[product.causes[0].step] = weights.get(product.causes[0].step, 0.0) + score * 0.5 ** (age_s / HALF_LIFE_S)
    return max(weights, key=lambda step: weights[step], default=None)
