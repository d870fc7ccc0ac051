"""All addresses in one application."""

from __future__ import annotations

from typing import Any

from litestar import Litestar, Request
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from lineside import __version__
from lineside.hub.api import (
    alarms,
    events,
    evidence,
    health,
    inspections,
    ledger,
    live,
    metrics,
    oee,
    persons,
    plant,
    products,
    quarantine,
    readings,
    scopes,
    stations,
    web,
)
from lineside.hub.api.guard import Guard
from lineside.hub.api.problems import HANDLERS, bad_request
from lineside.hub.parts import Parts
from lineside.types.errors import Problem
from lineside.types.strict import show

MAX_BODY_BYTES = 2_000_000
ROUTES: list[ControllerRouterHandler] = [
    health.get_health,
    metrics.get_metrics,
    plant.get_plant,
    plant.get_site,
    plant.get_line,
    plant.get_plant_document,
    plant.put_plant_document,
    oee.get_oee,
    scopes.get_scope,
    scopes.get_line_oees,
    scopes.get_defects,
    alarms.get_alarms,
    alarms.get_board,
    alarms.get_alarm,
    alarms.acknowledge,
    alarms.assign,
    alarms.comment,
    alarms.clear,
    persons.get_persons,
    persons.add_person,
    events.get_events,
    events.add_event,
    events.end_event,
    inspections.get_inspections,
    products.get_product,
    readings.get_readings,
    ledger.get_ledger,
    stations.get_stations,
    quarantine.get_quarantine,
    evidence.put_evidence,
    evidence.get_evidence,
    live.live,
    web.enter,
    web.get_page,
]
OPENAPI = OpenAPIConfig(
    title="Lineside hub",
    version=__version__,
    description="Times are RFC 3339 UTC; ranges are `from` (inclusive) and `to` (exclusive); errors are RFC 9457 problem documents.",
    use_handler_docstrings=True,
    path="/api/v1/schema",
)


def make_api(parts: Parts) -> Litestar:
    """The ASGI application of a hub."""
    return Litestar(
        ROUTES,
        dependencies={"parts": Provide(lambda: parts, sync_to_thread=False)},
        guards=[Guard(parts.config)],
        before_request=refuse_unknown_parameters,
        exception_handlers=HANDLERS,
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=OPENAPI,
        logging_config=None,
    )


def refuse_unknown_parameters(request: Request[Any, Any, Any]) -> None:
    """A misspelt filter must not be ignored: the answer would be to another question."""
    if not request.url.path.startswith("/api/"):
        return
    known = _parameters(request)
    remedy = f"Use: {', '.join(sorted(known))}." if known else "Leave it out."
    wrong = [
        Problem(name, show(value), "is not a known parameter", remedy) for name, value in request.query_params.items() if name not in known
    ]
    twice = [
        Problem(name, show(request.query_params.getall(name)), "must be given once", "Leave one of them out.")
        for name in known
        if len(request.query_params.getall(name, [])) > 1
    ]
    if wrong or twice:
        raise bad_request(wrong + twice)


def _parameters(request: Request[Any, Any, Any]) -> set[str]:
    """The query parameters that the handler of this request declares."""
    fields = request.route_handler.parsed_fn_signature.parameters.values()
    names = (field.kwarg_definition.name for field in fields if isinstance(field.kwarg_definition, QueryParameter))
    return {name for name in names if name}
