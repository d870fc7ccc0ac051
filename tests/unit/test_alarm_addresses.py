"""The notification file: every problem is named, no secret is ever shown."""

from __future__ import annotations

import logging
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from lineside.hub.alarms.addresses import load_addresses
from lineside.hub.alarms.send import numbered, scrub
from lineside.types.errors import ConfigError
from lineside.types.rule import Rule, RuleChange

SECRET = "hunter2secret"
GOOD = f"""
[[address]]
id = "ops"
name = "Operations"
url = "mailtos://lineside:{SECRET}@mail.example.com/ops@example.com?from=lineside@example.com"
severities = ["critical", "major"]
sites = ["luxembourg"]

[[address]]
id = "hook"
url = "jsons://user:{SECRET}@hooks.example.com/lineside"
"""


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """What the hub's log would show."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


def load(tmp_path: Path, text: str):
    path = tmp_path / "notify.toml"
    path.write_text(text)
    return load_addresses(path)


def test_addresses_say_what_they_want(tmp_path: Path) -> None:
    ops, hook = load(tmp_path, GOOD)
    assert (ops.label, hook.label) == ("Operations", "hook")
    assert [ops.wants(*case) for case in (("luxembourg", "major"), ("luxembourg", "minor"), ("nairobi", "major"))] == [True, False, False]
    assert hook.wants("nairobi", "warning")


def test_an_empty_file_tells_nobody(tmp_path: Path) -> None:
    assert load(tmp_path, "") == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f'[[address]]\nid = "a"\nurl = "nonsense://{SECRET}@x"', "address[0].url"),
        (f'[[address]]\nid = "a"\nurl = "slack://{SECRET}"', "address[0].url"),
        (f'[[address]]\nid = "a"\nurls = "json://{SECRET}@x"', "address[0].urls"),
        (f'[[address]]\nid = "a"\nurl = ["json://{SECRET}@x"]', "address[0].url"),
        (f'[[address]]\nid = "json://{SECRET}@x"\nurl = "json://x"', "address[0].id"),
        (f'[[address]]\nid = "a"\nurl = "json://x"\nseverities = ["json://{SECRET}@x"]', "severities"),
        (f'[[adress]]\nid = "a"\nurl = "json://{SECRET}@x"', "adress"),
        (f'url = "json://{SECRET}@x"', "url"),
        (f'[[address]]\nid = "a"\nurl = json://{SECRET}@x', "file"),
        (f'[[address]]\nid = "a"\nurl = "json://{SECRET}@x"\n[[address]]\nid = "a"\nurl = "json://x"', "address.id"),
    ],
)
def test_problems_are_named_without_the_secret(tmp_path: Path, text: str, named: str, logged: list[str]) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, text)
    assert named in str(refused.value)
    assert SECRET not in str(refused.value) + str(logged)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, '[[address]]\nid = "a"\nurl = "x"\n[[address]]\nid = "b"\nurl = "y"\n[[address]]\nid = "b"\nurl = "json://z"')
    assert len(refused.value.problems) == 3


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="must exist"):
        load_addresses(tmp_path / "none.toml")


def test_reasons_hold_nothing_of_the_url() -> None:
    url = f"jsons://user:{SECRET}%40x,y@hooks.example.com/services/T0000/{SECRET}2?token=abcdef"
    said = scrub(f"Not taken, user {SECRET}@x,y at hooks.example.com/services/T0000/{SECRET}2?token=abcdef: 403 Forbidden", url)
    assert said.startswith("Not taken, ")
    assert said.endswith("403 Forbidden")
    assert all(part not in said for part in (SECRET, "x,y", "T0000", "abcdef", "hooks"))


def test_one_message_id_however_it_was_folded() -> None:
    mail = "X-Application: a\nMessage-ID:\n <1@long>\nDate: now\n\nMessage-ID: in the body\n"
    assert numbered(mail, "<7@lineside>") == "X-Application: a\nMessage-ID: <7@lineside>\nDate: now\n\nMessage-ID: in the body\n"


def test_the_files_in_the_docs_are_good_as_they_stand(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs/howto/alarms.md").read_text(encoding="utf-8")
    rules, line, addresses = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert [address.id for address in load(tmp_path, addresses)] == ["shift-lead", "maintenance"]
    known = msgspec.convert(tomllib.loads(rules)["rule"], list[Rule])
    assert [rule.metric for rule in known] == ["quality", "tag"]
    changes = msgspec.convert(tomllib.loads(line)["site"]["line"][0]["rule"], list[RuleChange])
    assert [change.id for change in changes] == [rule.id for rule in known]
