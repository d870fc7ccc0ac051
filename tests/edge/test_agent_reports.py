"""A whole station in this process: what it reports besides products, its status, readings and hello."""

from __future__ import annotations

from pathlib import Path

import msgspec
from station_line import KEY, line

from lineside.edge.detectors import load_detectors
from lineside.edge.station import running
from lineside.stream.memory import MemoryBroker
from lineside.types.field import Machine
from lineside.types.machine import Sample
from servers import eventually


async def test_status_and_readings_follow_the_machine(tmp_path: Path) -> None:
    async with line(tmp_path) as here:
        here.field.say_machine(Machine(10, "RUNNING", 0.4, (Sample("heat.temperature", 10, 201.23456789),)))
        here.field.say_machine(Machine(11, "FAULT", 0.0, (), "jam"))
        await eventually(lambda: any(s.state == "FAULT" for s in here.hub.records("status")))  # type: ignore[attr-defined]
        here.field.say_machine(Machine(5, "IDLE", 0.0, (), "late news"))
        await eventually(lambda: any(s.state == "IDLE" for s in here.hub.records("status")))  # type: ignore[attr-defined]
        statuses = here.hub.records("status")
        fault = next(s for s in statuses if s.state == "FAULT")  # type: ignore[attr-defined]
        assert fault.reason == "jam"  # type: ignore[attr-defined]
        assert [c.camera for c in fault.cameras] == ["cam1", "cam2", "cam3", "cam4"]  # type: ignore[attr-defined]
        assert fault.models == here.agent.cameras.detectors.digests  # type: ignore[attr-defined]
        assert fault.health["model_names"] == here.agent.cameras.detectors.titles  # type: ignore[attr-defined]
        assert [s.at for s in statuses] == sorted({s.at for s in statuses})  # type: ignore[attr-defined]
        await eventually(lambda: any(x.tag == "heat.temperature" for r in here.hub.records("reading") for x in r.samples))  # type: ignore[attr-defined]
        samples = [x for r in here.hub.records("reading") for x in r.samples if x.tag == "heat.temperature"]  # type: ignore[attr-defined]
        assert samples == [Sample("heat.temperature", 10, 201.2346)]
        here.field.drop("machine")
        await eventually(lambda: any(s.state == "UNKNOWN" and s.reason == "machine_signal_lost" for s in here.hub.records("status")))  # type: ignore[attr-defined]


async def test_hello_says_what_is_waited_for(tmp_path: Path) -> None:
    async with line(tmp_path) as here:
        await eventually(lambda: here.hub.hello is not None and here.hub.hello.ready)
        nobody = {"kind": "simulated", "address": "127.0.0.1:9"}
        config = msgspec.structs.replace(
            here.config, data=str(tmp_path / "other"), machine=msgspec.convert(nobody, type(here.config.machine))
        )
        async with running(config, load_detectors(config.package_paths, 1), MemoryBroker().station(KEY)) as agent:
            await eventually(lambda: agent.missing() == ["machine"])
            hello = await agent.hello()
            assert (hello.ready, hello.detail) == (False, "waiting for machine")
