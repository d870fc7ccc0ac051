"""A data folder for a measurement: gone afterwards, with what its database left elsewhere."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """An empty folder, removed after the body; what runs in it must have ended by then."""
    with tempfile.TemporaryDirectory(prefix="lineside-scratch-", ignore_cleanup_errors=True) as name:
        try:
            yield Path(name)
        finally:
            forget_cluster(Path(name))


def forget_cluster(data: Path) -> None:
    """Remove the database of a data folder where it lies outside (as root): DATA/postgres then is a note of where."""
    note = data / "postgres"
    if note.is_file():
        shutil.rmtree(Path(note.read_text(encoding="utf-8").strip()).parent, ignore_errors=True)
