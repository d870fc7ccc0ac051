"""`lineside plant apply | show`: a client of the running hub. A plant file is checked here first, so that every error names its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import tomli_w

from lineside.types.errors import ConfigError, LinesideError, Problem, UnavailableError
from lineside.types.plant import to_builtins
from lineside.types.plant_file import load_plant

DOCUMENT = "/api/v1/plant/document"
_TIMEOUT_S = 30.0


def apply(file: Path, hub_url: str, *, dry_run: bool = False) -> str:
    """Make the file's plant the applied one; returns the difference as lines to print. Applying it again changes nothing.

    Raises ConfigError with every problem of the file, or of what the hub refuses; UnavailableError when no hub answers.
    """
    document = to_builtins(load_plant(file))
    answer = _ask("PUT", hub_url, source=str(file), json=document, params={"dry_run": "true"} if dry_run else {})
    changes = [_describe(change) for change in answer["changes"]]
    if not changes:
        return "Nothing changes: this plant is applied already."
    return "\n".join([*changes, "Nothing was changed (--dry-run)." if dry_run else f"Applied: {len(changes)} changes."])


def show(hub_url: str) -> str:
    """The applied plant as TOML."""
    return tomli_w.dumps(_ask("GET", hub_url, source=hub_url))


def _ask(method: str, hub_url: str, *, source: str, **request: Any) -> dict[str, Any]:
    try:
        response = httpx.request(method, f"{hub_url.rstrip('/')}{DOCUMENT}", timeout=_TIMEOUT_S, trust_env=False, **request)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        remedy = "Start it with `lineside hub` or `lineside demo`, or name its address with --hub."
        raise UnavailableError(f"No hub answers at {hub_url} ({error}).", remedy) from None
    if response.is_success:
        answer: dict[str, Any] = response.json()
        return answer
    raise _refusal(response, source)


def _refusal(response: httpx.Response, source: str) -> LinesideError:
    """A problem document as the error it stands for."""
    try:
        problem = response.json()
        errors = [Problem(**error) for error in problem.get("errors", [])]
        detail = str(problem.get("detail") or problem.get("title") or response.reason_phrase)
    except (ValueError, TypeError, AttributeError):
        return UnavailableError(f"What answers at {response.url} is not a hub (status {response.status_code}).", "Check --hub.")
    if errors and response.is_client_error:
        return ConfigError(source, errors)
    return UnavailableError(f"The hub refused: {detail}")


def _describe(change: dict[str, Any]) -> str:
    """`+ path = value`, `- path = value` or `~ path: before → after`."""
    path, before, after = change["path"], change["before"], change["after"]
    if before is None:
        return f"+ {path} = {after}"
    return f"- {path} = {before}" if after is None else f"~ {path}: {before} → {after}"
