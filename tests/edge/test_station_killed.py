"""A real station process on a real broker, killed in the middle of products: every count has exactly one record afterwards."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import tomli_w
from counting_hub import CountingHub, counting_hub
from field_server import HEIGHT, WIDTH, FieldServer, field_server

from lineside.hub.embedded import EmbeddedNats, embedded_nats
from lineside.stream.nats import hub_stream
from lineside.types.identity import StationKey
from servers import eventually
from tiny_model import write_tiny_package

KEY = StationKey("beijing", "line-1", "station-1")
CAMERAS = ("cam1", "cam2", "cam3", "cam4")


def write_station(folder: Path, nats: EmbeddedNats, field: FieldServer, **changes: object) -> Path:
    simulated = {"kind": "simulated", "address": field.address}
    config = {
        "site": KEY.site,
        "line": KEY.line,
        "station": KEY.station,
        "hub": "http://127.0.0.1:1",
        "nats": nats.url,
        "credentials": str(nats.credentials.issue_station_credentials(KEY)),
        "data": "data",
        "pid_file": "station.pid",
        "packages": [write_tiny_package(folder / f"{label}.lspkg", label).name for label in ("scratch", "missing_cap")],
        "trigger": simulated,
        "camera": [{"id": camera, **simulated, "width": WIDTH, "height": HEIGHT} for camera in CAMERAS],
        "machine": simulated,
        "output": simulated,
    }
    path = folder / "station.toml"
    path.write_text(tomli_w.dumps({**config, **changes}), encoding="utf-8")
    return path


class StationProcess:
    """`lineside edge --station FILE`, as on a line."""

    def __init__(self, toml: Path) -> None:
        self.toml = toml

    async def start(self) -> None:
        log = (self.toml.parent / "station.log").open("ab")
        with log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", "from lineside.cli import main; main()", "edge", "--station", str(self.toml), stdout=log, stderr=log
            )

    async def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def stop(self) -> int:
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()

    @property
    def log(self) -> str:
        return (self.toml.parent / "station.log").read_text()


@asynccontextmanager
async def station_process(toml: Path) -> AsyncIterator[StationProcess]:
    station = StationProcess(toml)
    await station.start()
    try:
        yield station
    finally:
        if station.process.returncode is None:
            await station.kill()


def ready(hub: CountingHub) -> bool:
    return hub.hello is not None and hub.hello.ready


@pytest.mark.slow
async def test_every_count_has_one_record_after_kills_in_the_middle_of_products(tmp_path: Path) -> None:
    async with (
        field_server() as field,
        embedded_nats(tmp_path / "broker") as nats,
        hub_stream(nats.url, nats.hub_creds) as stream,
        counting_hub(stream) as hub,
        station_process(write_station(tmp_path, nats, field)) as station,
    ):
        await eventually(lambda: ready(hub))
        for round_ in range(4):
            for number in range(8):
                field.pass_product("defect" if number % 3 == 0 else "good")
                await asyncio.sleep(0.05)
            field.pass_product("late")  # in work for its whole deadline
            killed = field.count
            await asyncio.sleep(0.1 * round_)
            await station.kill()
            for _ in range(3):
                field.pass_product()
            hub.hello = None
            await station.start()
            await eventually(lambda: ready(hub))
            field.pass_product()
            await eventually(lambda: field.count in {i.trigger_count for i in hub.inspections})
            assert killed in field.at
        await eventually(lambda: len(hub.inspections) == field.count)
        records = hub.by_count()
        assert sorted(records) == list(range(1, field.count + 1))
        assert hub.seqs("inspection") == list(range(1, field.count + 1))
        assert not hub.conflicts
        explained = [i for i in records.values() if i.outcome == "explained"]
        assert {i.reasons[0] for i in explained} <= {"station_down", "frame_late", "overlap"}
        assert sum(i.reasons == ("station_down",) for i in explained) >= 12
        assert (await station.stop()) == 0
        assert not (tmp_path / "station.pid").exists()
