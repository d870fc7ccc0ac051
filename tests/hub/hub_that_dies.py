"""Run as a process by tests that kill it: holds both embedded servers, and says when they serve."""

import asyncio
import sys
from pathlib import Path

import msgspec

from lineside.hub.embedded import embedded_nats, embedded_postgres


async def main(data: Path) -> None:
    async with embedded_postgres(data) as postgres, embedded_nats(data) as nats:
        about = {"dsn": postgres.dsn, "postgres": postgres.state.pid, "url": nats.url, "nats": nats.state.pid}
        sys.stdout.write(msgspec.json.encode(about).decode() + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


asyncio.run(main(Path(sys.argv[1])))
