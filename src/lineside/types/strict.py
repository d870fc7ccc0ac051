"""Turns plain data (TOML, JSON) into frozen structs and reports *every* broken rule, not only the first.

msgspec stops at the first error; a person who mends a file wants the whole list.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from lineside.types.errors import ConfigError, Problem
from lineside.types.identity import ID_RULE, ID_RULE_SAID

T = TypeVar("T", bound=Struct)


def load_toml(path: Path, kind: type[T]) -> T:
    """Read a TOML file as `kind`; raises ConfigError with every problem."""
    return convert(read_toml(path), kind, str(path))


def read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(str(path), [Problem("file", str(path), "must exist", "Check the path.")]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), [Problem("file", str(path), f"must be readable UTF-8 ({error})", "Mend the file.")]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(path), [Problem("file", str(path), f"must be TOML: {error}", "Mend that line.")]) from None


def convert(data: Any, kind: type[T], source: str) -> T:
    """Plain data as `kind`; raises ConfigError naming path, value, rule and remedy of every problem."""
    problems = find_problems(data, kind, "")
    if problems:
        raise ConfigError(source, problems)
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(source, [Problem("", "", str(error), "Mend this value.")]) from None


def find_problems(data: Any, kind: Any, path: str) -> list[Problem]:
    """Every place where `data` is not a `kind`. `path` is where `data` stands, such as `site[2].shift[0]`."""
    inner = _list_item(kind)
    if inner is not None and isinstance(data, list):
        found = [p for n, item in enumerate(data) for p in find_problems(item, inner, f"{path}[{n}]")]
        if found:
            return found
    kind = _chosen(kind, data)
    if isinstance(kind, type) and issubclass(kind, Struct) and isinstance(data, dict):
        return _struct_problems(data, kind, path)
    try:
        msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        return [Problem(path or "(top)", show(data), _rule(error), "Give a value that keeps this rule.")]
    return []


def _struct_problems(data: dict[str, Any], kind: type[Struct], path: str) -> list[Problem]:
    known = {field.encode_name: field for field in fields(kind)}
    tag = kind.__struct_config__.tag_field
    found = [_unknown(path, key, data[key], list(known)) for key in data if key not in known and key != tag]
    for name, field in known.items():
        here = f"{path}.{name}" if path else name
        if name in data:
            found += find_problems(data[name], field.type, here)
        elif field.required:
            found.append(Problem(here, "(missing)", "is required", f"Add {name}."))
    return found or _whole(data, kind, path)


def _whole(data: dict[str, Any], kind: type[Struct], path: str) -> list[Problem]:
    """Rules of the struct as a whole (`__post_init__`), once its fields are sound."""
    try:
        msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        return [Problem(path or "(top)", show(data), _rule(error), "Mend these values together.")]
    return []


def _unknown(path: str, key: str, value: Any, known: list[str]) -> Problem:
    here = f"{path}.{key}" if path else key
    return Problem(here, show(value), "is not a known key", f"Remove it or use one of: {', '.join(sorted(known))}.")


def _chosen(kind: Any, data: Any) -> Any:
    """Of a union of tagged structs the one that `data` names; any other kind as it is."""
    if isinstance(data, dict):
        for member in get_args(kind):
            config = getattr(member, "__struct_config__", None)
            if config is not None and config.tag is not None and data.get(config.tag_field) == config.tag:
                return member
    return kind


def _list_item(kind: Any) -> Any | None:
    """`X` of `tuple[X, ...]` or `list[X]`, also where they carry a rule of their own, else None."""
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    arguments = get_args(kind)
    if get_origin(kind) is list or (get_origin(kind) is tuple and len(arguments) == 2 and arguments[1] is Ellipsis):
        return arguments[0]
    return None


def _rule(error: msgspec.ValidationError) -> str:
    said = str(error).split(" - at `")[0].replace("`", "")
    if said.endswith(f"regex {ID_RULE!r}"):
        return ID_RULE_SAID
    return said[:1].lower() + said[1:]


def show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
