"""What a demo is told on the command line, checked before anything starts."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

from lineside.types.errors import ConfigError, Problem, UnavailableError
from lineside.types.strict import show


class DemoOptions(Struct, frozen=True, kw_only=True):
    """As on the command line. `rate` is seconds from product to product; `seconds` None: until interrupted."""

    data: Path
    listen: str = "127.0.0.1:8080"
    rate: float = 3.0
    sites: int = 8
    seed: int = 1
    fault: str | None = None
    seconds: float | None = None
    report: Path | None = None
    hold: bool = False
    photos: Path | None = None
    package: Path | None = None
    notify: Path | None = None
    no_browser: bool = False


def check_options(options: DemoOptions) -> None:
    """Raises ConfigError with every problem; UnavailableError when the report could not be written at the end."""
    found = []
    if options.seed < 0:
        found.append(Problem("--seed", show(options.seed), "must not be negative", "Use 1."))
    if options.report is not None and options.seconds is None:
        found.append(Problem("--report", str(options.report), "needs to know how long the run is", "Add --seconds 60."))
    if options.photos is not None and not options.photos.is_dir():
        found.append(Problem("--photos", str(options.photos), "must be an existing folder", "Name a folder with image files."))
    if options.package is not None and not options.package.is_file():
        found.append(Problem("--package", str(options.package), "must be an existing file", "Make one with `lineside train`."))
    if options.notify is not None and not options.notify.is_file():
        found.append(Problem("--notify", str(options.notify), "must be an existing file", "docs/howto/alarms.md shows what stands in it."))
    if found:
        raise ConfigError("lineside demo", found)
    if options.report is not None:
        _require_writable(options.report.absolute().parent)


def _require_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError(f"{folder} cannot be made: {error.strerror}.", "Choose another place with --report.") from None
    if not os.access(folder, os.W_OK):
        raise UnavailableError(f"{folder} cannot be written to.", "Choose another place with --report.")
