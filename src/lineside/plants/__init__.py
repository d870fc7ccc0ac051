"""Plant files that come with the program: `example` (eight simulated lines) and `steel` (a strip line, added by `demo --photos`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
EXAMPLE = _HERE / "example.toml"
STEEL = _HERE / "steel.toml"
STEEL_SITE, STEEL_LINE = "luxembourg", "steel-1"


def plant_path(name: str) -> Path:
    """The file of a shipped plant (`example`), or the path as given."""
    return EXAMPLE if name == "example" else Path(name)


def merged(base: dict[str, Any], addition: dict[str, Any]) -> dict[str, Any]:
    """Plain plant data with the addition's parts put in: tables of the same id (or label) become one, others are appended."""
    return {**base, **{key: _joined(base[key], value) if key in base else value for key, value in addition.items()}}


def _joined(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return merged(old, new)
    if isinstance(old, list) and isinstance(new, list) and all(isinstance(item, dict) for item in (*old, *new)):
        added = {_key(item): item for item in new}
        kept = [merged(item, added.pop(_key(item))) if _key(item) in added else item for item in old]
        return [*kept, *added.values()]
    return new


def _key(item: dict[str, Any]) -> str:
    """What tells one table of a list from another."""
    return str(item.get("id") or item.get("label") or (item.get("from"), item.get("to")))
