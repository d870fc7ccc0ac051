"""Who may ask. A page of another site must not make a browser act here (Host, Origin); beyond loopback a token is asked for.

A station's uploads carry the station's own token: routes with `opt={"own_token": True}` check it themselves.
"""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection, Request
from litestar.handlers import BaseRouteHandler

from lineside.hub.api.problems import RefusedError
from lineside.hub.config import HubConfig, is_loopback
from lineside.types.errors import Problem
from lineside.types.strict import show

COOKIE = "lineside_token"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_PROXY = "Open the hub by the address it listens on."


class Guard:
    """Litestar calls it before every handler."""

    def __init__(self, config: HubConfig) -> None:
        self._config = config

    def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        host, origin = connection.headers.get("host", ""), connection.headers.get("origin")
        problem = check_host(host, loopback_only=self._config.is_loopback)
        if problem is None and not _is_read(connection):
            problem = check_origin(host, origin)
        if problem is not None:
            raise RefusedError(403, "Asked from elsewhere", str(problem), [problem])
        if self._config.token is not None and not (handler.opt.get("open") or handler.opt.get("own_token")):
            self._check_token(connection, self._config.token)

    def _check_token(self, connection: ASGIConnection[Any, Any, Any, Any], token: str) -> None:
        given = bearer(connection.headers.get("authorization")) or connection.cookies.get(COOKIE, "")
        if not hmac.compare_digest(given.encode(), token.encode()):
            detail = "This hub asks for a token. Open /enter?token=… once in the browser, or send Authorization: Bearer …"
            raise RefusedError(401, "A token is needed", detail, headers={"WWW-Authenticate": "Bearer"})


def check_host(host: str, *, loopback_only: bool) -> Problem | None:
    """A name that someone else pointed at this machine is not ours (DNS rebinding)."""
    name = urlsplit(f"//{host}").hostname or ""
    if not name or (loopback_only and not is_loopback(name)):
        return Problem("Host", show(host), "must be an address of this hub", _PROXY)
    return None


def check_origin(host: str, origin: str | None) -> Problem | None:
    """Programs send no Origin; a browser sends the page's, which must be ours."""
    if origin is None or urlsplit(origin).netloc == host:
        return None
    return Problem("Origin", show(origin), "must be the hub's own page", _PROXY)


def bearer(header: str | None) -> str:
    """The token of an Authorization header, or ""."""
    kind, _, token = (header or "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _is_read(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """The live socket counts as a write: a browser lets any page open one."""
    return isinstance(connection, Request) and connection.method in SAFE_METHODS
