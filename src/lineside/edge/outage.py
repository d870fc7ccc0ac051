"""An outage is logged once when it begins and once when it ends, however often it is met in between."""

from __future__ import annotations

import logging
import time

log = logging.getLogger("lineside.edge")


class Outage:
    """One thing that may be away. `name` is the event's stem: `trigger` logs `trigger_lost` and `trigger_back`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._since: float | None = None

    @property
    def active(self) -> bool:
        return self._since is not None

    def met(self, reason: object) -> None:
        if self._since is None:
            self._since = time.monotonic()
            log.warning("%s_lost reason=%r", self.name, str(reason) or type(reason).__name__)

    def over(self) -> None:
        if self._since is not None:
            log.info("%s_back after_s=%.1f", self.name, time.monotonic() - self._since)
            self._since = None
