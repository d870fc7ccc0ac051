"""Is the hub ready?"""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from msgspec import Struct

from lineside import __version__
from lineside.hub.api.problems import ProblemDocument, unavailable
from lineside.hub.parts import Parts


class Health(Struct, frozen=True):
    status: str
    """`ready`; anything else is answered with 503 and the reasons."""
    version: str


@get("/health", opt={"open": True}, responses={503: ResponseSpec(ProblemDocument)})
async def get_health(parts: NamedDependency[Parts]) -> Health:
    """200 when records are taken, stored and shown; else 503 with every reason."""
    reasons = await parts.reasons()
    if reasons:
        raise unavailable("; ".join(str(reason) for reason in reasons), reasons)
    return Health("ready", __version__)
