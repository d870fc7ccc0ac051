"""The two detectors that come with the product."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

NAMES = ("surface.lspkg", "cap.lspkg")


def shipped_packages() -> tuple[Path, Path]:
    """Paths of the packages *surface* (scratch, paint scratch, dent) and *cap* (missing cap)."""
    folder = Path(str(resources.files("lineside"))) / "models"
    return folder / NAMES[0], folder / NAMES[1]
