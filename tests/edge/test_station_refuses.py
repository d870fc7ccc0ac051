"""What `lineside edge` says and how it exits when it cannot start, and how fast it goes when told to."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from counting_hub import counting_hub
from field_server import field_server
from test_station_killed import StationProcess, ready, station_process, write_station

from lineside.edge.bench import bench_edge
from lineside.hub.embedded import EmbeddedNats
from lineside.stream.nats import hub_stream
from servers import eventually
from tiny_model import write_tiny_package

pytestmark = pytest.mark.slow


async def refused(toml: Path) -> tuple[int, str]:
    station = StationProcess(toml)
    await station.start()
    code = await asyncio.wait_for(station.process.wait(), 30)
    assert "Traceback" not in station.log
    return code, station.log


async def test_a_broken_model_is_refused_at_start(tmp_path: Path, nats_server: EmbeddedNats) -> None:
    async with field_server() as field:
        toml = write_station(tmp_path, nats_server, field)
        whole = (tmp_path / "scratch.lspkg").read_bytes()
        (tmp_path / "scratch.lspkg").write_bytes(whole[: len(whole) // 2])
        code, said = await refused(toml)
        assert code == 2
        assert "scratch.lspkg: not a whole model package" in said


async def test_every_problem_of_the_file_is_said(tmp_path: Path, nats_server: EmbeddedNats) -> None:
    async with field_server() as field:
        code, said = await refused(write_station(tmp_path, nats_server, field, deadline_ms=1, colour="red", packages=[]))
        assert code == 2
        assert all(f"{name} = " in said for name in ("deadline_ms", "colour", "packages"))


async def test_a_second_station_on_the_same_folder_is_refused(tmp_path: Path, nats_server: EmbeddedNats) -> None:
    async with field_server() as field:
        toml = write_station(tmp_path, nats_server, field)
        async with station_process(toml) as first:
            await eventually((tmp_path / "station.pid").exists)
            second = StationProcess(toml)
            await second.start()
            assert await second.process.wait() == 3
            assert "another station uses this folder" in first.log
            assert first.process.returncode is None
            assert (tmp_path / "station.pid").read_text().strip() == str(first.process.pid)


async def test_it_stops_at_once_while_nothing_else_answers(tmp_path: Path, nats_server: EmbeddedNats) -> None:
    async with field_server() as field:
        toml = write_station(tmp_path, nats_server, field)
    toml.write_text(toml.read_text().replace(nats_server.url, "nats://127.0.0.1:9"))  # and the field is gone
    async with station_process(toml) as station:
        await eventually(lambda: "station_started" in station.log)
        began = time.monotonic()
        assert await station.stop() == 0
        assert time.monotonic() - began < 3
        assert "Traceback" not in station.log


async def test_a_station_stays_small(tmp_path: Path, nats_server: EmbeddedNats) -> None:
    async with (
        field_server() as field,
        hub_stream(nats_server.url, nats_server.hub_creds) as stream,
        counting_hub(stream) as hub,
        station_process(write_station(tmp_path, nats_server, field)) as station,
    ):
        await eventually(lambda: ready(hub))
        for _ in range(20):
            count = field.pass_product("defect")
            await eventually(lambda count=count: count in hub.by_count())
        assert peak_bytes(station.process.pid) < 400 << 20


def peak_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(row for row in status if row.startswith("VmHWM")).split()[1]) << 10


def test_the_bench_measures_the_bare_session_in_the_same_run(tmp_path: Path) -> None:
    result = bench_edge(20, [write_tiny_package(tmp_path / "a.lspkg", "scratch"), write_tiny_package(tmp_path / "b.lspkg", "dent")])
    assert set(result["detectors"]) == {"tiny-scratch", "tiny-dent"}
    for each in result["detectors"].values():
        # Times are told to the microsecond, and a graph that does nothing takes only a few.
        assert each["ratio"] * each["bare_p50"] == pytest.approx(each["p50"], abs=0.0005 * (1 + each["ratio"]) + 0.001)
    assert result["verdict"]["p99"] >= result["verdict"]["p50"] > 0
    assert result["passed"] is False  # resizing costs more than a graph that does nothing: the gate does fail
