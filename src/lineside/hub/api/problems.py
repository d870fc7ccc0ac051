"""Every refusal is an RFC 9457 problem document: a sentence, and for wrong input the list of `{path, value, rule, remedy}`."""

from __future__ import annotations

import logging
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap
from msgspec import Struct

from lineside.hub.store.pool import AWAY
from lineside.types.errors import ConfigError, LinesideError, Problem, UnavailableError

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_S = 2
_HTTP_TITLES = {404: "No such address", 405: "This method is not allowed here", 413: "Too large"}
log = logging.getLogger(__name__)


class ProblemDocument(Struct, frozen=True, kw_only=True):
    """`type` is about:blank: the status says what kind it is, `detail` says it in a sentence."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Problem] = []


class RefusedError(Exception):
    """Raise this in a handler to answer with a problem document."""

    def __init__(
        self, status: int, title: str, detail: str, errors: list[Problem] | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.document = ProblemDocument(title=title, status=status, detail=detail, errors=errors or [])
        self.headers = headers or {}


def bad_request(errors: list[Problem]) -> RefusedError:
    return RefusedError(400, "The request breaks a rule", "; ".join(str(error) for error in errors), errors)


def not_found(what: str, name: str, remedy: str) -> RefusedError:
    return RefusedError(
        404,
        f"No such {what}",
        f"There is no {what} {name!r}. {remedy}",
        [Problem(what, repr(name), f"must name a {what} that exists", remedy)],
    )


def unavailable(detail: str, errors: list[Problem] | None = None) -> RefusedError:
    return RefusedError(503, "Not available now", detail, errors, {"Retry-After": str(RETRY_AFTER_S)})


Answer = Response[ProblemDocument]
AnyRequest = Request[Any, Any, Any]


def _respond(document: ProblemDocument, headers: dict[str, str] | None = None) -> Answer:
    return Response(document, status_code=document.status, media_type=PROBLEM_JSON, headers=headers or {})


def _on_refused(_: AnyRequest, error: RefusedError) -> Answer:
    return _respond(error.document, error.headers)


def _on_config(_: AnyRequest, error: ConfigError) -> Answer:
    return _respond(bad_request(error.problems).document)


def _on_unavailable(_: AnyRequest, error: LinesideError) -> Answer:
    refused = unavailable(str(error))
    return _respond(refused.document, refused.headers)


def _on_database(request: AnyRequest, error: Exception) -> Answer:
    """The database is away or restarting: nothing was kept, ask again."""
    log.warning("database away: %s %s: %r", request.method, request.url.path, error)
    refused = unavailable("The database does not answer; it is being restarted. Ask again in a few seconds.")
    return _respond(refused.document, refused.headers)


def _on_http(_: AnyRequest, error: HTTPException) -> Answer:
    """What the framework itself refuses: an unknown path, a method, a body that is too large or not JSON."""
    title = {404: "No such address", 405: "This method is not allowed here", 413: "Too large"}.get(
        error.status_code, "The request was refused"
    )
    return _respond(ProblemDocument(title=title, status=error.status_code, detail=str(error.detail)))


def _on_bug(request: AnyRequest, error: Exception) -> Answer:
    """The last resort: the log has the traceback, the answer has a sentence."""
    log.error("bug: %s %s", request.method, request.url.path, exc_info=error)
    return _respond(ProblemDocument(title="An error of the program", status=500, detail="The hub's log has the details."))


HANDLERS: ExceptionHandlersMap = {
    RefusedError: _on_refused,
    ConfigError: _on_config,
    UnavailableError: _on_unavailable,
    HTTPException: _on_http,
    **dict.fromkeys(AWAY, _on_database),
    Exception: _on_bug,
}
