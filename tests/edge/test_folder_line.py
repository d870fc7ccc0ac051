"""Real image files at a timer's pace: what a line of photographs gives, and what its bad files become."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from counting_hub import counting_hub

from lineside.edge.camera import CameraLostError, Frame, FrameCorruptError, NoProductError
from lineside.edge.camera.folder import Folder
from lineside.edge.config import FolderCamera, IntervalTrigger, parse_station
from lineside.edge.detectors import load_detectors
from lineside.edge.station import running
from lineside.edge.tally import Seen
from lineside.edge.trigger import Interval, read_count, write_count
from lineside.stream.memory import MemoryBroker
from lineside.types.identity import StationKey
from servers import eventually
from tiny_model import write_tiny_package

KEY = StationKey("luxembourg", "strip-1", "station-1")


def write(folder: Path, name: str, value: int = 0, size: tuple[int, int] = (40, 30)) -> Path:
    folder.mkdir(exist_ok=True)
    assert cv2.imwrite(str(folder / name), np.full((size[1], size[0], 3), value, np.uint8))
    return folder / name


async def test_files_come_in_name_order_and_begin_again(tmp_path: Path) -> None:
    for value, name in enumerate(["a.png", "b.bmp", "c.PNG"]):
        write(tmp_path, name, value * 100)
    (tmp_path / "notes.txt").write_text("no picture")
    camera = Folder(FolderCamera("cam1", str(tmp_path)))
    values = [int((await camera.capture(count)).image[0, 0, 0]) for count in range(1, 6)]
    assert values == [0, 100, 200, 0, 100]


async def test_once_ends_without_products(tmp_path: Path) -> None:
    write(tmp_path, "a.png")
    camera = Folder(FolderCamera("cam1", str(tmp_path), loop=False))
    assert isinstance(await camera.capture(1), Frame)
    with pytest.raises(NoProductError):
        await camera.capture(2)


async def test_a_bad_file_is_a_corrupt_frame_and_no_more(tmp_path: Path) -> None:
    write(tmp_path, "a.jpg")
    whole = write(tmp_path, "b.jpg").read_bytes()
    (tmp_path / "b.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "c.png").write_bytes(b"not a picture")
    write(tmp_path, "d.png", size=(41, 30))
    write(tmp_path, "e.bmp")
    camera = Folder(FolderCamera("cam1", str(tmp_path)))
    await camera.capture(1)
    for count in (2, 3, 4):
        with pytest.raises(FrameCorruptError):
            await camera.capture(count)
    assert (await camera.capture(5)).image.shape == (30, 40, 3)


async def test_an_agreed_size_is_kept_from_the_first_file_on(tmp_path: Path) -> None:
    write(tmp_path, "a.png")
    camera = Folder(FolderCamera("cam1", str(tmp_path), width=200, height=200))
    with pytest.raises(FrameCorruptError):
        await camera.capture(1)


async def test_an_empty_folder_is_a_lost_camera(tmp_path: Path) -> None:
    with pytest.raises(CameraLostError):
        await Folder(FolderCamera("cam1", str(tmp_path))).capture(1)


async def test_the_timer_counts_on_after_a_restart_and_its_count_is_on_disk_first(tmp_path: Path) -> None:
    file = tmp_path / "trigger.count"
    timer = Interval(IntervalTrigger(0.01), file)

    async def take(number: int) -> list[Seen]:
        seen = []
        async for one in timer.seen():
            assert read_count(file)[0] >= one.count
            seen.append(one)
            if len(seen) == number:
                return seen
        return seen

    assert [(s.count, s.fresh) for s in await take(3)] == [(0, False), (1, True), (2, True)]
    again = await take(2)
    assert [(s.count, s.fresh) for s in again] == [(2, False), (3, True)]
    assert again[0].at <= again[1].at


def test_a_count_is_written_whole(tmp_path: Path) -> None:
    write_count(tmp_path / "trigger.count", 7, 123)
    assert read_count(tmp_path / "trigger.count") == (7, 123)
    assert read_count(tmp_path / "absent") == (0, 0)


async def test_photographs_become_records_with_their_real_size(tmp_path: Path) -> None:
    for number, value in enumerate([0, 255, 0]):
        write(tmp_path / "photos", f"{number}.jpg", value, size=(200, 180))
    (tmp_path / "photos" / "3.jpg").write_bytes(b"")
    (tmp_path / "creds").touch()
    config = parse_station(
        {
            "site": KEY.site,
            "line": KEY.line,
            "credentials": "creds",
            "data": "data",
            "hub": "http://127.0.0.1:9",
            "packages": [write_tiny_package(tmp_path / "strip.lspkg").name],
            "trigger": {"kind": "interval", "period_s": 0.05},
            "camera": [{"id": "cam1", "kind": "folder", "path": "photos"}],
        },
        "station.toml",
        tmp_path,
    )
    broker = MemoryBroker()
    async with counting_hub(broker.hub()) as hub:
        async with running(config, load_detectors(config.package_paths, 1), broker.station(KEY)):
            await eventually(lambda: len(hub.inspections) >= 5)
            await eventually(lambda: any(s.state == "RUNNING" for s in hub.records("status")))  # type: ignore[attr-defined]
        records = hub.by_count()
        assert [records[n].verdict for n in range(1, 6)] == ["pass", "reject", "pass", None, "pass"]
        assert records[4].reasons == ("frame_corrupt",)
        assert records[2].reasons == ("scratch",)
        shot = records[2].shots[0]
        assert (shot.width, shot.height) == (200, 180)
        assert (shot.boxes or ())[0].x2 == 16 * 200 / 32
        assert (records[1].belt_speed_mps, records[1].line_state) == (None, "RUNNING")
        # The next start goes on with the next count.
        last = max(records)
        async with running(config, load_detectors(config.package_paths, 1), broker.station(KEY)):
            await eventually(lambda: max(hub.by_count()) > last + 1)
        assert sorted(hub.by_count()) == list(range(1, max(hub.by_count()) + 1))
