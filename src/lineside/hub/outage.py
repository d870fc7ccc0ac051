"""One outage, two log lines: where it began and where it ended."""

from __future__ import annotations

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)


class Outage:
    """Says an outage once and its end once. `what` stands at the start of both sentences."""

    def __init__(self, what: str, say: Callable[[str], None] = log.warning) -> None:
        self._what = what
        self._say = say
        self.open = False

    def begin(self, error: BaseException, meanwhile: str) -> None:
        """`meanwhile` says what happens to the work until the end."""
        if not self.open:
            self.open = True
            reason = str(error) or type(error).__name__
            self._say(f"{self._what} does not answer ({reason}). {meanwhile}")

    def end(self) -> None:
        if self.open:
            self.open = False
            self._say(f"{self._what} answers again.")
