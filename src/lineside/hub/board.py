"""What the hub remembers of every line, so that a live view costs no query: state, newest products, tags with their last points.

Fed by what was committed (after the commit, never before) and warmed from the store at start. Late records fill in; only newer
ones replace a current value. All times are effective_at in UTC µs.
"""

from __future__ import annotations

import bisect
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from lineside.hub.store.inspections import summarize
from lineside.hub.store.readings import Measured
from lineside.types.identity import StationKey, instant, micros
from lineside.types.inspection import Inspection, LineState
from lineside.types.machine import Reading, Status
from lineside.types.plant import Plant, Site
from lineside.types.view import InspectionSummary

STRIP = 24
"""Products of a film strip."""
ARRIVED = 512
"""Pictures remembered that came before their record."""
POINTS, POINT_EVERY_US = 60, 4_000_000
"""Points kept of each tag, and how far they are apart: four minutes in the width of a small trend. The last one is always the newest."""
SILENCE_US = 30_000_000
"""R8 for a line: three missed heartbeats of 10 s."""

LineId = tuple[str, str]


class TagMemory:
    """The newest sample of a tag, and its last points (numbers only), oldest first."""

    __slots__ = ("latest", "recent")

    def __init__(self) -> None:
        self.latest: Measured | None = None
        self.recent: deque[tuple[int, float]] = deque(maxlen=POINTS)

    def add(self, sample: Measured) -> None:
        if self.latest is not None and sample.at_us < self.latest.at_us:
            return
        self.latest = sample
        if not isinstance(sample.value, bool | str):
            if len(self.recent) > 1 and self.recent[-1][0] - self.recent[-2][0] < POINT_EVERY_US:
                self.recent.pop()
            self.recent.append((sample.at_us, sample.value))


class LineMemory:
    """One line as last heard of."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.state: LineState = "UNKNOWN"
        self.reason: str | None = None
        self.state_at_us: int | None = None
        self.since_us: int | None = None
        self.last_seen_us: int | None = None
        self.belt_speed_mps: float | None = None
        self.tags: dict[str, TagMemory] = {}
        self.products: list[InspectionSummary] = []
        """The newest STRIP, oldest first."""
        self.counts = {"passed": 0, "rejected": 0, "explained": 0}
        self.counted_since: datetime | None = None
        """Midnight in the site's zone from which `counts` counts."""

    def seen(self, effective_us: int) -> None:
        self.last_seen_us = max(self.last_seen_us or 0, effective_us)

    def set_state(self, state: LineState, reason: str | None, effective_us: int, since_us: int | None = None) -> None:
        """An older status than the one known changes nothing."""
        if self.state_at_us is not None and effective_us < self.state_at_us:
            return
        if since_us is not None or state != self.state or self.since_us is None:
            self.since_us = effective_us if since_us is None else since_us
        self.state, self.reason, self.state_at_us = state, reason, effective_us

    def current_state(self, now_us: int) -> tuple[LineState, str | None, int | None]:
        """(state, reason, since): UNKNOWN once no sign of life came for SILENCE_US."""
        if self.last_seen_us is None:
            return "UNKNOWN", None, None
        if now_us - self.last_seen_us > SILENCE_US:
            return "UNKNOWN", "no data", self.last_seen_us
        return self.state, self.reason, self.since_us

    def tag(self, key: str) -> TagMemory:
        return self.tags.setdefault(key, TagMemory())

    def add_product(self, summary: InspectionSummary) -> InspectionSummary | None:
        """Keeps the strip sorted; returns the product of the same count whose place it takes."""
        replaced = next((p for p in self.products if (p.station, p.trigger_count) == (summary.station, summary.trigger_count)), None)
        self.products = [p for p in self.products if p is not replaced]
        bisect.insort(self.products, summary, key=_place)
        del self.products[:-STRIP]
        return replaced

    def count(self, summary: InspectionSummary, number: int = 1) -> None:
        self.roll_day(summary.at)
        if self.counted_since is not None and summary.at >= self.counted_since and summary.reasons != ["no_product"]:
            self.counts[_counted_as(summary)] += number

    def roll_day(self, now: datetime) -> None:
        """A new day in the site's zone starts from nought."""
        today = midnight(self.site, now)
        if self.counted_since is None or today > self.counted_since:
            self.counts = dict.fromkeys(self.counts, 0)
            self.counted_since = today


class Board:
    """Every line of the plant. `changed` is called with the line whenever a viewer would see a difference."""

    def __init__(self, plant: Plant, changed: Callable[[LineId], None] | None = None) -> None:
        self.plant = plant
        self.changed = changed
        self._lines: dict[LineId, LineMemory] = {}
        self._arrived: deque[str] = deque(maxlen=ARRIVED)
        self.adopt(plant)

    def adopt(self, plant: Plant) -> None:
        """A newly applied plant: new lines start empty, known ones keep their memory."""
        self.plant = plant
        kept = self._lines
        self._lines = {(site.id, line.id): kept.get((site.id, line.id)) or LineMemory(site) for site, line in plant.lines()}
        for site, line in plant.lines():
            self._lines[site.id, line.id].site = site

    def line(self, site: str, line: str) -> LineMemory:
        """Raises KeyError for a line that the plant does not have."""
        return self._lines[site, line]

    def lines(self) -> Iterator[tuple[LineId, LineMemory]]:
        yield from self._lines.items()

    def committed(self, station: StationKey, record: Inspection | Reading | Status, effective_us: int, received_at: datetime) -> None:
        """A record that the database has; of a line that the plant no longer has it is ignored."""
        memory = self._lines.get((station.site, station.line))
        if memory is None:
            return
        match record:
            case Inspection():
                _take_product(memory, self._pictured(summarize(station, record, effective_us, received_at)), record.belt_speed_mps)
            case Reading():
                _take_samples(memory, record, effective_us - record.at)
            case Status():
                memory.set_state(record.state, record.reason, effective_us)
        memory.seen(effective_us)
        if self.changed is not None:
            self.changed((station.site, station.line))

    def picture_arrived(self, site: str, ref: str) -> None:
        """The hub has this picture now, before or after the record that declares it."""
        self._arrived.append(ref)
        for (its_site, line), memory in self._lines.items():
            if its_site == site and any(product.picture == ref for product in memory.products):
                memory.products = [self._pictured(product) for product in memory.products]
                if self.changed is not None:
                    self.changed((its_site, line))

    def _pictured(self, summary: InspectionSummary) -> InspectionSummary:
        return replace(summary, picture_state="present") if summary.picture in self._arrived else summary


def midnight(site: Site, now: datetime) -> datetime:
    """The last midnight in the site's zone."""
    zone = ZoneInfo(site.timezone)
    return datetime.combine(now.astimezone(zone).date(), time(), zone)


def since_midnight_us(site: Site, now_us: int) -> int:
    return micros(midnight(site, instant(now_us)))


def _take_product(memory: LineMemory, summary: InspectionSummary, belt_speed_mps: float | None) -> None:
    if not memory.products or _place(summary) >= _place(memory.products[-1]):
        memory.belt_speed_mps = belt_speed_mps
    replaced = memory.add_product(summary)
    memory.count(summary)
    if replaced is not None:
        memory.count(replaced, -1)


def _take_samples(memory: LineMemory, record: Reading, correction_us: int) -> None:
    for sample in record.samples:
        memory.tag(sample.tag).add(Measured(sample.at + correction_us, sample.value, sample.quality))


def _counted_as(summary: InspectionSummary) -> str:
    if summary.outcome == "explained":
        return "explained"
    return "passed" if summary.verdict == "pass" else "rejected"


def _place(summary: InspectionSummary) -> tuple[datetime, int]:
    return summary.at, summary.trigger_count
