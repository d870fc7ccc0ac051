"""The OpenAPI 3.1 document, without a running hub."""

from __future__ import annotations

from typing import Any

from litestar import Litestar
from litestar.di import Provide

from lineside.hub.api.routes import OPENAPI, ROUTES
from lineside.hub.parts import Parts


def document() -> dict[str, Any]:
    """What `lineside openapi` prints and the web's types are generated from."""
    app = Litestar(ROUTES, dependencies={"parts": Provide(_no_parts, sync_to_thread=False)}, openapi_config=OPENAPI)
    return app.openapi_schema.to_schema()


def _no_parts() -> Parts:
    raise NotImplementedError("the document needs no hub")
