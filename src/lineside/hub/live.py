"""The live socket's other side: a topic is encoded once when it changed, only while someone watches, and all viewers get the same bytes.

The invariants:
- a viewer holds at most one frame per topic, the newest: a slow one skips versions, it never makes anyone wait or the hub grow;
- a topic goes out at most every `interval_s`, the first change after a quiet while at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from msgspec import Struct

from lineside.hub.board import LineId
from lineside.types.identity import instant

LINE_INTERVAL_S, SITE_INTERVAL_S = 0.2, 0.5
PING_S = 2.0
AGEING_S = 5.0
"""Silence changes views too (no data, ages): every watched topic goes out at least this often."""
MAX_TOPICS = 200
"""Of one viewer."""
ENTERPRISE, ALARMS = "enterprise", "alarms"

ViewOf = Callable[[str], Struct | None]
"""The whole view of a topic; None for a topic that does not exist."""
TopicsOf = Callable[[LineId], Iterable[str]]
"""The topics in which a change of a line is seen."""


class Frame(Struct, frozen=True):
    topic: str
    version: int
    data: Any


class Subscribe(Struct, frozen=True, forbid_unknown_fields=True):
    """What a client sends; it replaces what it watched before."""

    subscribe: list[str]


class Viewer:
    """One socket. `next_frames` waits for the newest frames of what it watches."""

    def __init__(self) -> None:
        self.topics: frozenset[str] = frozenset()
        self._pending: dict[str, bytes] = {}
        self._wake = asyncio.Event()

    def offer(self, topic: str, frame: bytes) -> None:
        """Replaces an older frame of this topic that was not sent yet."""
        self._pending[topic] = frame
        self._wake.set()

    async def next_frames(self) -> list[bytes]:
        await self._wake.wait()
        self._wake.clear()
        frames = list(self._pending.values())
        self._pending.clear()
        return frames

    def forget(self, topics: Iterable[str]) -> None:
        for topic in topics:
            self._pending.pop(topic, None)


class Topic:
    """What goes out under one name."""

    __slots__ = ("changed", "frame", "sent_at")

    def __init__(self) -> None:
        self.changed = True
        self.frame = b""
        self.sent_at = 0.0


class Live:
    """`run` publishes; `changed`, `join`, `watch` and `leave` are called on the same loop."""

    def __init__(self, view_of: ViewOf, topics_of: TopicsOf) -> None:
        self._view_of = view_of
        self._topics_of = topics_of
        self._topics: dict[str, Topic] = {}
        self._viewers: set[Viewer] = set()
        self._wake = asyncio.Event()
        self._version = 0

    @property
    def viewers(self) -> int:
        return len(self._viewers)

    def changed(self, line: LineId) -> None:
        """Something a viewer would see of this line or of a place that holds it."""
        for name in self._topics_of(line):
            self._mark(name)

    def alarms_changed(self, lines: Iterable[LineId]) -> None:
        """What is open now, and the counts on the pages of these lines."""
        self._mark(ALARMS)
        for line in lines:
            self.changed(line)

    def all_changed(self) -> None:
        for topic in self._topics.values():
            topic.changed = True
        self._wake.set()

    def join(self) -> Viewer:
        viewer = Viewer()
        self._viewers.add(viewer)
        return viewer

    def leave(self, viewer: Viewer) -> None:
        self._viewers.discard(viewer)
        self._drop_unwatched()

    def watch(self, viewer: Viewer, topics: Iterable[str]) -> list[str]:
        """Replace what `viewer` watches; a snapshot of each new topic follows at once. Returns topics that do not exist."""
        wanted = frozenset(topics)
        unknown = [name for name in sorted(wanted - viewer.topics) if not self._send_snapshot(viewer, name)]
        viewer.forget(viewer.topics - wanted)
        viewer.topics = wanted - frozenset(unknown)
        self._drop_unwatched()
        return unknown

    async def run(self) -> None:
        """Publishes until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._publish())
            tasks.create_task(self._ping())
            tasks.create_task(self._age())

    async def _publish(self) -> None:
        while True:
            now = time.monotonic()
            for name, topic in list(self._topics.items()):
                if topic.changed and now - topic.sent_at >= interval_s(name):
                    self._send(name, topic)
            await self._sleep()

    async def _sleep(self) -> None:
        """Until a waiting topic is due, or for as long as nothing changes."""
        due = [topic.sent_at + interval_s(name) for name, topic in self._topics.items() if topic.changed]
        if due:
            await asyncio.sleep(max(0.0, min(due) - time.monotonic()))
        else:
            self._wake.clear()
            await self._wake.wait()

    async def _ping(self) -> None:
        while True:
            frame = self._frame("ping", {"at": instant(time.time_ns() // 1000)})
            for viewer in self._viewers:
                viewer.offer("ping", frame)
            await asyncio.sleep(PING_S)

    async def _age(self) -> None:
        while True:
            await asyncio.sleep(AGEING_S)
            self.all_changed()

    def _mark(self, name: str) -> None:
        topic = self._topics.get(name)
        if topic is not None:
            topic.changed = True
            self._wake.set()

    def _send(self, name: str, topic: Topic) -> None:
        if not self._encode(name, topic):
            return
        for viewer in self._viewers:
            if name in viewer.topics:
                viewer.offer(name, topic.frame)

    def _send_snapshot(self, viewer: Viewer, name: str) -> bool:
        topic = self._topics.get(name) or Topic()
        if topic.changed:
            self._send(name, topic)
        if not topic.frame:
            return False
        self._topics[name] = topic
        viewer.offer(name, topic.frame)
        return True

    def _encode(self, name: str, topic: Topic) -> bool:
        """False: there is no such topic (any more)."""
        view = self._view_of(name)
        topic.changed = False
        if view is None:
            return False
        topic.frame = self._frame(name, view)
        topic.sent_at = time.monotonic()
        return True

    def _frame(self, topic: str, data: Any) -> bytes:
        self._version += 1
        return msgspec.json.encode(Frame(topic, self._version, data))

    def _drop_unwatched(self) -> None:
        watched = {name for viewer in self._viewers for name in viewer.topics}
        for name in set(self._topics) - watched:
            del self._topics[name]


def interval_s(topic: str) -> float:
    return LINE_INTERVAL_S if topic.startswith("line/") else SITE_INTERVAL_S
