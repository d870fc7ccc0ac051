"""Pictures: a station puts them once, a browser gets them for ever."""

from __future__ import annotations

from litestar import Response, get, put
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath
from msgspec import Struct

from lineside.hub.api.guard import bearer
from lineside.hub.api.problems import AnyRequest, ProblemDocument, RefusedError, bad_request
from lineside.hub.images.evidence import (
    MAX_PICTURE_BYTES,
    EvidenceFullError,
    EvidenceMissingError,
    EvidenceRef,
    EvidenceRefusedError,
    parse_ref,
)
from lineside.hub.parts import Parts
from lineside.hub.store.evidence import mark_present

FOREVER = "public, max-age=31536000, immutable"


class Kept(Struct, frozen=True):
    ref: str
    created: bool
    """False: the very same picture was already there."""


@put(
    "/api/v1/evidence/{site:str}/{kind:str}/{day:str}/{name:str}",
    opt={"own_token": True},
    request_max_body_size=MAX_PICTURE_BYTES,
    responses={201: ResponseSpec(Kept), **{n: ResponseSpec(ProblemDocument) for n in (400, 401, 403, 413, 507)}},
)
async def put_evidence(
    request: AnyRequest,
    parts: NamedDependency[Parts],
    site: FromPath[str],
    kind: FromPath[str],
    day: FromPath[str],
    name: FromPath[str],
) -> Response[Kept]:
    """Keep a JPEG under the SHA-256 of its bytes. 201 created, 200 already there."""
    ref = _ref(site, kind, day, name)
    _check_station(request, parts, ref)
    body = await request.body()
    try:
        created = await parts.evidence.keep(ref, body)
    except EvidenceRefusedError as error:
        raise bad_request(error.problems) from None
    except EvidenceFullError:
        raise RefusedError(507, "No room", "The disk of the hub is full; nothing was kept. Keep the picture and try again later.") from None
    await mark_present(parts.pool, str(ref), ref.sha256, len(body))
    parts.board.picture_arrived(site, str(ref))
    return Response(Kept(str(ref), created), status_code=201 if created else 200)


@get(
    "/api/v1/evidence/{site:str}/{kind:str}/{day:str}/{name:str}",
    media_type="image/jpeg",
    responses={404: ResponseSpec(ProblemDocument)},
)
async def get_evidence(
    request: AnyRequest,
    parts: NamedDependency[Parts],
    site: FromPath[str],
    kind: FromPath[str],
    day: FromPath[str],
    name: FromPath[str],
) -> Response[bytes]:
    """The picture; it never changes, so a browser may keep it."""
    ref = _ref(site, kind, day, name)
    headers = {"ETag": f'"{ref.sha256}"', "Cache-Control": FOREVER, "X-Content-Type-Options": "nosniff"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(b"", status_code=304, headers=headers, media_type="image/jpeg")
    try:
        return Response(await parts.evidence.give(ref), headers=headers, media_type="image/jpeg")
    except EvidenceMissingError:
        detail = "This picture has not arrived, or is no longer kept; the product page says which."
        raise RefusedError(404, "No such picture", detail) from None


def _ref(*path: str) -> EvidenceRef:
    try:
        return parse_ref("/".join(path))
    except EvidenceRefusedError as error:
        raise bad_request(error.problems) from None


def _check_station(request: AnyRequest, parts: Parts, ref: EvidenceRef) -> None:
    """A station puts pictures of its own site."""
    station = parts.credentials.check_station_token(bearer(request.headers.get("authorization")))
    if station is None:
        detail = "Send Authorization: Bearer and the content of the station's token file."
        raise RefusedError(401, "A station's token is needed", detail, headers={"WWW-Authenticate": "Bearer"})
    if station.site != ref.site:
        raise RefusedError(403, "Not this station's site", f"Station {station} may put pictures of site {station.site} only.")
