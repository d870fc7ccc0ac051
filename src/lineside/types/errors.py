"""The errors a person can act on. Everything else is a bug and may show a traceback.

LinesideError            a sentence, a remedy, an exit code
├── ConfigError          a file or message breaks rules: every problem with path, value, rule, remedy (exit 2)
├── PackageError         a model package cannot be trusted or read (exit 2)
├── UnavailableError     something that should answer does not: port, disk, server (exit 3)
└── MissingExtraError    an optional part of the product is not installed (exit 4)
"""

from __future__ import annotations

from msgspec import Struct


class Problem(Struct, frozen=True):
    """One broken rule: where (`path`), what stood there (`value`), the `rule` and the `remedy`."""

    path: str
    value: str
    rule: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path} = {self.value}: {self.rule}. {self.remedy}"


class LinesideError(Exception):
    """Carries a sentence for the operator and what to do next."""

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.message = message
        self.remedy = remedy


class ConfigError(LinesideError):
    """A file or message that breaks rules; holds every problem, not only the first."""

    exit_code = 2

    def __init__(self, source: str, problems: list[Problem]) -> None:
        super().__init__("\n".join(f"{source}: {problem}" for problem in problems))
        self.source = source
        self.problems = problems


class PackageError(LinesideError):
    """A model package that is broken, unsigned where it must be, or not made for this program."""

    exit_code = 2


class UnavailableError(LinesideError):
    """Something outside this process does not answer or has no room."""

    exit_code = 3


class MissingExtraError(LinesideError):
    """An optional part of the product is not installed."""

    exit_code = 4
