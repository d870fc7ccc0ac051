"""What the rules of a line watch: one target for each source and rule. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from lineside.types.plant import Line, Process, Site, Tag
from lineside.types.rule import Rule

S = 1_000_000


class Target(Struct, frozen=True):
    """One rule at one source. `tag_key` (`<step>.<tag>`) and `tag` None: it is about the whole line."""

    source: str
    rule: Rule
    tag_key: str | None = None
    tag: Tag | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.source, self.rule.id

    @property
    def made_of(self) -> str:
        """Changes when the rule or the limits that it uses are edited."""
        limits = (self.tag.normal_low, self.tag.normal_high) if self.tag else ()
        return msgspec.json.encode((self.rule, limits)).decode()

    @property
    def step_us(self) -> int:
        return round(self.rule.step_s * S)

    @property
    def window_us(self) -> int:
        return round(self.rule.window_s * S)

    @property
    def lateness_us(self) -> int:
        return round(self.rule.lateness_s * S)


def targets(site: Site, line: Line, process: Process, rules: list[Rule]) -> list[Target]:
    return [target for rule in rules for target in _of_rule(site, line, process, rule)]


def _of_rule(site: Site, line: Line, process: Process, rule: Rule) -> Iterator[Target]:
    place = f"{site.id}/{line.id}"
    match rule.metric:
        case "quality":
            yield Target(place, rule)
        case "tag":
            for key, _, tag in process.tags():
                if tag.kind == "number" and (tag.normal_low is not None or tag.normal_high is not None):
                    yield Target(f"{place}/{key}", rule, key, tag)
