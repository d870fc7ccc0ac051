"""Pictures: on disk before their record is written, at the hub some time after. Being offline is normal.

A picture's name is its content's SHA-256 and its place below the spool is its place at the hub, so the spool needs no index.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import cv2
import httpx

from lineside.detect.image import Image
from lineside.edge.camera import Frame
from lineside.edge.outage import Outage, log
from lineside.types.identity import instant
from lineside.types.inspection import Picture

Class = Literal["defect", "good", "explained"]
JPEG_QUALITY = 85
BACKOFF_S = (0.5, 30.0)
ANSWER_S = 10.0
# The hub will never take this file: its name, size or hash is wrong.
REFUSED = {400, 413, 415, 422}
# Given up in this order when the spool is full; within a class the oldest first.
LEAST_WORTH: tuple[Class, ...] = ("good", "explained", "defect")


class Spool:
    """Pictures that the hub does not hold yet. The index belongs to the event loop; files are written and read on other threads."""

    def __init__(self, folder: Path, site: str, quota_bytes: int) -> None:
        self.folder, self.site, self.quota_bytes = folder, site, quota_bytes
        folder.mkdir(parents=True, exist_ok=True)
        for partial in folder.rglob("*.partial"):
            partial.unlink()
        found = sorted((file for file in folder.rglob("*.jpg")), key=lambda file: file.stat().st_mtime_ns)
        self.waiting: dict[str, int] = {str(file.relative_to(folder)): file.stat().st_size for file in found}
        """Path below the spool (class/day/sha256.jpg) → bytes, oldest first."""

    @property
    def bytes(self) -> int:
        return sum(self.waiting.values())

    def write(self, image: Image, kind: Class, at: int) -> tuple[str, Picture]:
        """Encode and store one picture: its place below the spool, on disk when this returns. Raises OSError when the disk is full."""
        data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()
        sha256 = hashlib.sha256(data).hexdigest()
        place = f"{kind}/{instant(at):%Y-%m-%d}/{sha256}.jpg"
        if not (self.folder / place).exists():
            _write(self.folder / place, data)
        return place, Picture(f"{self.site}/{place}", sha256, len(data))

    def delete(self, places: Sequence[str]) -> None:
        for place in places:
            (self.folder / place).unlink(missing_ok=True)

    def surplus(self) -> list[str]:
        """The least worth pictures above the quota, to be given up. Their records go on saying what they were."""
        over, chosen = self.bytes - self.quota_bytes, list[str]()
        for kind in LEAST_WORTH:
            for place in self.waiting:
                if over > 0 and place.startswith(kind):
                    over -= self.waiting[place]
                    chosen.append(place)
        return chosen


class EvidenceKeeper:
    """Spools pictures for records and uploads them in the background."""

    def __init__(self, spool: Spool, hub: str, token: str | None) -> None:
        self.spool = spool
        self._base = f"{hub}/api/v1/evidence"
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._news = asyncio.Event()
        self._disk = asyncio.Lock()
        self._outage = Outage("evidence_upload")
        self._full = Outage("spool")

    async def keep(self, frames: Mapping[str, Frame], kind: Class, at: int) -> dict[str, Picture]:
        """Camera → its picture, on disk. Without room a picture is not declared: a record never promises what is not kept."""
        async with self._disk:
            stored = await asyncio.to_thread(self._write_all, frames, kind, at)
            self.spool.waiting.update((place, picture.bytes) for place, picture in stored.values())
            if surplus := self.spool.surplus():
                log.error("pictures_withdrawn count=%d spool_bytes=%d", len(surplus), self.spool.bytes)
                await self._forget(surplus)
        self._news.set()
        return {camera: picture for camera, (_, picture) in stored.items()}

    async def run(self) -> None:
        """Upload until cancelled, oldest first."""
        async with httpx.AsyncClient(headers=self._headers, timeout=ANSWER_S, trust_env=False) as client:
            pause = BACKOFF_S[0]
            while True:
                self._news.clear()
                place = next(iter(self.spool.waiting), None)
                if place is None:
                    await self._news.wait()
                elif await self._upload(client, place):
                    pause = BACKOFF_S[0]
                else:
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, BACKOFF_S[1])

    def _write_all(self, frames: Mapping[str, Frame], kind: Class, at: int) -> dict[str, tuple[str, Picture]]:
        stored: dict[str, tuple[str, Picture]] = {}
        try:
            for camera, frame in frames.items():
                stored[camera] = self.spool.write(frame.image, kind, at)
        except OSError as error:
            self._full.met(error)
        else:
            self._full.over()
        return stored

    async def _forget(self, places: Sequence[str]) -> None:
        for place in places:
            self.spool.waiting.pop(place, None)
        await asyncio.to_thread(self.spool.delete, places)

    async def _upload(self, client: httpx.AsyncClient, place: str) -> bool:
        """True when this picture is done with."""
        try:
            data = await asyncio.to_thread((self.spool.folder / place).read_bytes)
            answer = await client.put(f"{self._base}/{self.spool.site}/{place}", content=data)
        except FileNotFoundError:
            self.spool.waiting.pop(place, None)  # given up by the quota, or by a person
            return True
        except (httpx.HTTPError, OSError) as error:
            self._outage.met(error)
            return False
        if answer.status_code not in {200, 201, *REFUSED}:
            self._outage.met(f"the hub answers {answer.status_code}")
            return False
        if answer.status_code in REFUSED:
            log.error("picture_refused status=%d ref=%s", answer.status_code, place)
        self._outage.over()
        async with self._disk:
            await self._forget([place])
        return True


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and on disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
