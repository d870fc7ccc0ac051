"""Plant files that come with the program: `example` (eight aluminium bottle lines) and `steel` (a strip line, added by `demo --photos`)."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
EXAMPLE = _HERE / "example.toml"
STEEL = _HERE / "steel.toml"


def plant_path(name: str) -> Path:
    """The file of a shipped plant (`example`), or the path as given."""
    return EXAMPLE if name == "example" else Path(name)
