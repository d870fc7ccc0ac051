"""A whole station in this process, between a field and a hub that are a test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from counting_hub import CountingHub, counting_hub
from field_server import HEIGHT, WIDTH, FieldServer, field_server

from lineside.edge.agent import Agent
from lineside.edge.config import StationConfig, parse_station
from lineside.edge.detectors import Detectors, load_detectors
from lineside.edge.station import running
from lineside.stream.memory import MemoryBroker
from lineside.types.identity import StationKey
from lineside.types.inspection import Inspection
from servers import eventually
from tiny_model import write_tiny_package

KEY = StationKey("beijing", "line-1", "station-1")


class Line:
    """A station between its field and its hub."""

    def __init__(self, field: FieldServer, agent: Agent, hub: CountingHub, config: StationConfig) -> None:
        self.field, self.agent, self.hub, self.config = field, agent, hub, config

    async def record(self, count: int) -> Inspection:
        await eventually(lambda: count in self.hub.by_count())
        return self.hub.by_count()[count]

    async def inspect(self, shows: str = "good") -> Inspection:
        return await self.record(self.field.pass_product(shows))


def configure(folder: Path, field: FieldServer, changes: dict[str, Any]) -> StationConfig:
    simulated = {"kind": "simulated", "address": field.address}
    packages = [write_tiny_package(folder / f"{label}.lspkg", label).name for label in ("scratch", "missing_cap")]
    (folder / "creds").touch()
    config = {
        "site": KEY.site,
        "line": KEY.line,
        "station": KEY.station,
        "credentials": "creds",
        "data": "data",
        "hub": "http://127.0.0.1:9",
        "packages": packages,
        "deadline_ms": 1000,
        **dict.fromkeys(("trigger", "machine", "output"), simulated),
        "camera": [{"id": f"cam{n}", **simulated, "width": WIDTH, "height": HEIGHT} for n in range(1, 5)],
    }
    return parse_station({**config, **changes}, "station.toml", folder)


@asynccontextmanager
async def line(folder: Path, detectors: Detectors | None = None, field: FieldServer | None = None, **changes: Any) -> AsyncIterator[Line]:
    async with field_server() as new_field:
        field = field or new_field
        config = configure(folder, field, changes)
        broker = MemoryBroker()
        async with (
            counting_hub(broker.hub()) as hub,
            running(config, detectors or load_detectors(config.package_paths, 1), broker.station(KEY)) as agent,
        ):
            await eventually(lambda: not agent.missing())
            yield Line(field, agent, hub, config)
