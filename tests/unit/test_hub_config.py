"""What a hub accepts at start."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineside.hub.config import make_config
from lineside.types.errors import ConfigError


def test_defaults(tmp_path: Path) -> None:
    config = make_config(tmp_path)
    assert (config.host, config.port, config.is_loopback, config.scheme) == ("127.0.0.1", 8080, True, "http")


@pytest.mark.parametrize("listen", ["8080", "host:", ":80", "127.0.0.1:70000", "127.0.0.1:x"])
def test_listen_must_be_host_and_port(tmp_path: Path, listen: str) -> None:
    with pytest.raises(ConfigError, match="HOST:PORT"):
        make_config(tmp_path, listen)


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "localhost:1", "[::1]:8080"])
def test_loopback_needs_nothing(tmp_path: Path, listen: str) -> None:
    assert make_config(tmp_path, listen).is_loopback


def test_beyond_loopback_needs_tls_and_token(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="TLS and a token"):
        make_config(tmp_path, "0.0.0.0:8080")
    assert make_config(tmp_path, "0.0.0.0:8080", insecure=True).host == "0.0.0.0"
    for name in ("cert.pem", "key.pem", "token"):
        (tmp_path / name).write_text("x" * 32)
    files = {"tls_certificate": tmp_path / "cert.pem", "tls_key": tmp_path / "key.pem"}
    with pytest.raises(ConfigError, match="TLS and a token"):
        make_config(tmp_path, "0.0.0.0:8080", **files)
    assert make_config(tmp_path, "0.0.0.0:8080", **files, token_file=tmp_path / "token").token == "x" * 32


def test_every_problem_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        make_config(tmp_path, "nowhere", tls_key=tmp_path / "none", token_file=tmp_path / "none")
    assert {problem.path for problem in caught.value.problems} == {"--listen", "--token-file", "--tls-certificate", "--tls-key"}
