"""Pictures on disk before their record, at the hub some time after: against a real HTTP server that fails in real ways."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest

from lineside.detect.image import Image
from lineside.edge import evidence
from lineside.edge.camera import Frame
from lineside.edge.evidence import EvidenceKeeper, Spool
from servers import eventually

AT = 1_700_000_000_000_000  # 2023-11-14 UTC
QUOTA = 1 << 20


def image(seed: int = 0) -> Image:
    return np.random.default_rng(seed).integers(0, 255, (48, 64, 3), dtype=np.uint8)


def frames(*seeds: int) -> dict[str, Frame]:
    return {f"cam{seed}": Frame(f"cam{seed}", image(seed), 1) for seed in seeds}


class Hub:
    """Answers `statuses` in turn, then 201; keeps what came as path → (body, token)."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.pictures: dict[str, tuple[bytes, str | None]] = {}
        self.asked = 0


@contextmanager
def http_hub(port: int = 0) -> Iterator[tuple[Hub, str]]:
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hub.asked += 1
            status = hub.statuses.pop(0) if hub.statuses else 201
            if status == 201:
                hub.pictures[self.path] = (body, self.headers["Authorization"])
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield hub, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@asynccontextmanager
async def uploading(keeper: EvidenceKeeper) -> AsyncIterator[None]:
    task = asyncio.create_task(keeper.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "BACKOFF_S", (0.02, 0.05))


def files(spool: Path) -> list[str]:
    return sorted(str(path.relative_to(spool)) for path in spool.rglob("*") if path.is_file())


async def test_a_picture_lies_in_the_spool_under_its_content_before_anything_is_sent(tmp_path: Path) -> None:
    keeper = EvidenceKeeper(Spool(tmp_path, "beijing", QUOTA), "http://127.0.0.1:9", "t")
    kept = (await keeper.keep(frames(1), "defect", AT))["cam1"]
    data = (tmp_path / f"defect/2023-11-14/{kept.sha256}.jpg").read_bytes()
    assert kept.ref == f"beijing/defect/2023-11-14/{kept.sha256}.jpg"
    assert (hashlib.sha256(data).hexdigest(), len(data)) == (kept.sha256, kept.bytes)
    shown = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert shown.shape == (48, 64, 3)


async def test_pictures_reach_the_hub_with_the_token_and_leave_the_spool(tmp_path: Path) -> None:
    with http_hub() as (hub, url):
        keeper = EvidenceKeeper(Spool(tmp_path, "beijing", QUOTA), url, "secret")
        async with uploading(keeper):
            kept = await keeper.keep(frames(1, 2, 3, 4), "defect", AT)
            await eventually(lambda: not keeper.spool.waiting)
        assert set(hub.pictures) == {f"/api/v1/evidence/{picture.ref}" for picture in kept.values()}
        for path, (body, token) in hub.pictures.items():
            assert hashlib.sha256(body).hexdigest() == path[-68:-4]
            assert token == "Bearer secret"
        assert files(tmp_path) == []


async def test_offline_the_spool_waits_and_a_restart_forgets_nothing(tmp_path: Path) -> None:
    keeper = EvidenceKeeper(Spool(tmp_path, "beijing", QUOTA), "http://127.0.0.1:9", "t")
    async with uploading(keeper):
        kept = await keeper.keep(frames(1, 2), "defect", AT)
        await eventually(lambda: keeper._outage.active)
        assert len(files(tmp_path)) == 2
    (tmp_path / "defect" / "half.partial").write_bytes(b"what a kill left")
    with http_hub() as (hub, url):
        keeper = EvidenceKeeper(Spool(tmp_path, "beijing", QUOTA), url, "t")
        async with uploading(keeper):
            await eventually(lambda: len(hub.pictures) == 2)
            await eventually(lambda: files(tmp_path) == [])
        assert set(hub.pictures) == {f"/api/v1/evidence/{picture.ref}" for picture in kept.values()}


@pytest.mark.parametrize("status", [401, 403, 500, 503, 507])
async def test_a_hub_that_cannot_take_it_now_is_asked_again(tmp_path: Path, status: int) -> None:
    with http_hub() as (hub, url):
        hub.statuses = [status, status]
        keeper = EvidenceKeeper(Spool(tmp_path, "beijing", QUOTA), url, "t")
        async with uploading(keeper):
            await keeper.keep(frames(1), "defect", AT)
            await eventually(lambda: not keeper.spool.waiting)
        assert (hub.asked, len(hub.pictures)) == (3, 1)


@pytest.mark.parametrize("status", [200, 400, 413])
async def test_a_picture_that_is_there_or_will_never_be_taken_is_done_with(tmp_path: Path, status: int) -> None:
    with http_hub() as (hub, url):
        hub.statuses = [status]
        keeper = EvidenceKeeper(Spool(tmp_path, "beijing", QUOTA), url, "t")
        async with uploading(keeper):
            await keeper.keep(frames(1), "defect", AT)
            await eventually(lambda: not keeper.spool.waiting)
        assert hub.asked == 1
        assert files(tmp_path) == []


async def test_the_same_picture_twice_is_one_file(tmp_path: Path) -> None:
    keeper = EvidenceKeeper(Spool(tmp_path, "beijing", QUOTA), "http://127.0.0.1:9", "t")
    first = await keeper.keep(frames(1), "good", AT)
    again = await keeper.keep(frames(1), "good", AT)
    assert first == again
    assert len(files(tmp_path)) == 1


async def test_above_the_quota_the_oldest_good_pictures_go_first(tmp_path: Path) -> None:
    keeper = EvidenceKeeper(Spool(tmp_path, "beijing", QUOTA), "http://127.0.0.1:9", "t")
    defects = await keeper.keep(frames(1, 2), "defect", AT)
    goods = await keeper.keep(frames(3, 4, 5), "good", AT)
    keeper.spool.quota_bytes = keeper.spool.bytes
    explained = await keeper.keep(frames(6), "explained", AT)
    places = [place[-68:-4] for place in files(tmp_path)]
    assert goods["cam3"].sha256 not in places
    assert {p.sha256 for p in (*defects.values(), goods["cam5"], *explained.values())} <= set(places)
    assert keeper.spool.bytes <= keeper.spool.quota_bytes
    keeper.spool.quota_bytes = 1
    await keeper.keep(frames(7), "defect", AT)
    assert files(tmp_path) == []


async def test_a_picture_that_cannot_be_stored_is_not_declared(tmp_path: Path) -> None:
    keeper = EvidenceKeeper(Spool(tmp_path, "beijing", QUOTA), "http://127.0.0.1:9", "t")
    (tmp_path / "defect").write_bytes(b"a file where the folder should be")
    assert await keeper.keep(frames(1, 2), "defect", AT) == {}
    assert keeper._full.active
