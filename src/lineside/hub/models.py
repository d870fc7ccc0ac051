"""Names of detector packages: a record names its model by digest, people read a name."""

from __future__ import annotations

import logging

from lineside.detect.package import read_package
from lineside.detect.shipped import shipped_packages
from lineside.types.errors import LinesideError
from lineside.types.machine import Status

log = logging.getLogger(__name__)


def shipped_names() -> dict[str, str]:
    """Digest → `name version` of the packages that come with the program."""
    names = {}
    for path in shipped_packages():
        try:
            package = read_package(path)
        except (OSError, LinesideError) as error:
            log.warning("The shipped detector %s cannot be read (%s); pages show its digest.", path.name, error)
        else:
            names[package.digest] = package.manifest.title
    return names


def reported_names(status: Status) -> dict[str, str]:
    """Digest → name as a station reports its own packages in `health.model_names`; {} when it does not."""
    told = status.health.get("model_names")
    if not isinstance(told, dict):
        return {}
    return {digest: name for digest, name in told.items() if digest in status.models and isinstance(name, str)}
