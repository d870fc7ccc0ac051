"""The web pages as built into the package: files as they are, every other address the one page that routes by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import File

from lineside.hub.api.guard import COOKIE
from lineside.hub.api.problems import RefusedError
from lineside.hub.parts import Parts

STATIC = Path(__file__).parents[1] / "static"
FOREVER, ALWAYS_ASK = "public, max-age=31536000, immutable", "no-cache"
MEDIA = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
"""A browser refuses scripts and styles of another type; the machine's own list of types may lack them."""
NOT_BUILT = "<!doctype html><title>Lineside</title><p>The hub runs. Its web pages are not built: run <code>make web</code>."


@get(["/", "/{path:path}"], include_in_schema=False)
async def get_page(path: FromPath[str] = "") -> Response[Any]:
    """A built file, or the page for every address that is not the API's."""
    name = path.strip("/")
    if name.startswith("api/"):
        raise RefusedError(404, "No such address", f"The API has no address /{name}.")
    found = _file(name)
    if found is not None:
        cache = FOREVER if name.startswith("assets/") else ALWAYS_ASK
        headers = {"Cache-Control": cache, "X-Content-Type-Options": "nosniff"}
        return File(found, media_type=MEDIA.get(found.suffix), content_disposition_type="inline", headers=headers)
    if name.startswith("assets/"):
        raise RefusedError(404, "No such file", f"The web has no file /{name}. Reload the page: the hub was updated.")
    return _index()


@get("/enter", include_in_schema=False, opt={"open": True})
async def enter(request: Request[Any, Any, Any], parts: NamedDependency[Parts]) -> Response[None]:
    """Beyond loopback: `/enter?token=…` once, then the browser is known."""
    response: Response[None] = Response(None, status_code=303, headers={"Location": "/"})
    response.set_cookie(
        COOKIE, request.query_params.get("token", ""), httponly=True, samesite="strict", secure=parts.config.scheme == "https"
    )
    return response


def _index() -> Response[Any]:
    index = STATIC / "index.html"
    headers = {"Cache-Control": ALWAYS_ASK}
    if not index.is_file():
        return Response(NOT_BUILT, media_type="text/html", headers=headers)
    return File(index, media_type="text/html", content_disposition_type="inline", headers=headers)


def _file(name: str) -> Path | None:
    """The file of this name below STATIC; None for anything else, above all for what lies outside."""
    found = (STATIC / name).resolve()
    return found if name and found.is_relative_to(STATIC.resolve()) and found.is_file() else None
