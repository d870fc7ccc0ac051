"""Where messages go: a TOML file of Apprise URLs. A URL holds passwords and tokens: no problem, log line or table ever shows one."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from lineside.hub.alarms.send import is_address
from lineside.types.errors import ConfigError, Problem
from lineside.types.fields import Id, Name, Strict
from lineside.types.rule import Severity
from lineside.types.strict import convert, read_toml, show

HIDDEN = "(not shown: it may hold secrets)"
_SAFE = ("id", "name", "severities", "sites")


class Address(Strict, frozen=True):
    """One place that messages go to. Without `severities` or `sites`: all of them."""

    id: Id
    url: str
    """An Apprise URL, such as `mailtos://…`, `slack://…`, `json://…`."""
    name: Name | None = None
    severities: tuple[Severity, ...] = ()
    sites: tuple[Id, ...] = ()

    @property
    def label(self) -> str:
        """What people read."""
        return self.name or self.id

    def wants(self, site: str, severity: str) -> bool:
        return (not self.sites or site in self.sites) and (not self.severities or severity in self.severities)


class AddressFile(Strict, frozen=True):
    address: tuple[Address, ...] = ()


def load_addresses(path: Path) -> tuple[Address, ...]:
    """Raises ConfigError with every problem, and without what the URLs hold."""
    try:
        found = convert(read_toml(path), AddressFile, str(path)).address
    except ConfigError as error:
        raise ConfigError(str(path), [_hidden(problem) for problem in error.problems]) from None
    problems = [problem for n, address in enumerate(found) for problem in _check(f"address[{n}]", address)]
    ids = [address.id for address in found]
    problems += [
        Problem("address.id", show(i), "must be unique", "Rename one of them.") for i in sorted({i for i in ids if ids.count(i) > 1})
    ]
    if problems:
        raise ConfigError(str(path), problems)
    return found


def _check(path: str, address: Address) -> list[Problem]:
    if is_address(address.url):
        return []
    return [
        Problem(
            f"{path}.url", HIDDEN, "must be a URL that Apprise knows", "See https://appriseit.com/services/ for how each one is written."
        )
    ]


def _hidden(problem: Problem) -> Problem:
    """A misspelt key or a value of a wrong kind may be the URL itself."""
    last = problem.path.rpartition(".")[2].partition("[")[0]
    shown = problem.value if (last in (*_SAFE, "file") or problem.value == "(missing)") and "://" not in problem.value else HIDDEN
    rule = problem.rule if "://" not in problem.rule else "must be a value of the right kind"
    return replace(problem, value=shown, rule=rule)
