"""What an answer about a plant must look like: text → value, or AnswerError with the rule and the remedy."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Callable, Collection
from decimal import Decimal, InvalidOperation
from typing import TypeVar
from zoneinfo import available_timezones

from lineside.talk import AnswerError
from lineside.types.identity import ID_RULE_SAID, is_id
from lineside.types.plant import DAYS

T = TypeVar("T")

MAX_NAME, MAX_ID = 80, 64
ICONS = (
    *("step", "slug", "lubrication", "extrusion", "shell", "necking", "heat-treatment", "threading", "hydrotesting", "inspection"),
    *("shipping", "coil", "roll", "cut", "paint", "pack", "furnace", "spray", "cooling", "camera"),
)
"""Pictures of the web's set for a step (web/src/widgets/Icon.tsx; a test compares)."""

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)|24:00")


def to_id(name: str) -> str:
    """`Steel strip 1` → `steel-strip-1`; "" when nothing of the name can stand in an id."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:MAX_ID].strip("-")


def name(text: str) -> str:
    if not 1 <= len(text) <= MAX_NAME:
        raise AnswerError(f"must be 1 to {MAX_NAME} characters", "Choose a shorter name.")
    return text


def free_id(taken: Collection[str]) -> Callable[[str], str]:
    """An id that is none of `taken`."""

    def parse(text: str) -> str:
        if not is_id(text):
            raise AnswerError(ID_RULE_SAID, f"Write it as {to_id(text) or 'line-1'}.")
        return _free(text, taken)

    return parse


def free_name(taken: Collection[str]) -> Callable[[str], str]:
    """A name or label that is none of `taken`."""
    return lambda text: _free(name(text), taken)


def _free(text: str, taken: Collection[str]) -> str:
    if text in taken:
        raise AnswerError("is taken already", "Choose another one.")
    return text


def country_code(text: str) -> str:
    """ISO 3166 alpha-2, in capitals."""
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise AnswerError("must be the two letters of ISO 3166", "Write it as LU, DE or US.")
    return text.upper()


def zone(text: str) -> str:
    known = available_timezones()
    if text in known:
        return text
    ending = [one for one in sorted(known) if one.rpartition("/")[2].lower() == text.lower().replace(" ", "_")]
    near = ending or difflib.get_close_matches(text, known, 1) or ["Europe/Luxembourg"]
    raise AnswerError("must be an IANA time zone", f"Write it as {near[0]}.")


def clock(text: str) -> str:
    """`HH:MM`, with the leading nought."""
    if not _CLOCK.fullmatch(text):
        raise AnswerError("must be a time of the day from 00:00 to 24:00", "Write it as 06:00.")
    return text.zfill(5)


def day_start(text: str) -> str:
    start = clock(text)
    if start == "24:00":
        raise AnswerError("must be before 24:00", "Midnight as a start is 00:00.")
    return start


def days(text: str) -> list[str]:
    """`mon-fri`, `sat sun` or any mixture of them → days in the order of the week."""
    found: set[str] = set()
    for part in text.lower().replace(",", " ").split():
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            raise AnswerError("must name days of the week", "Write it as mon-fri or sat sun.")
        start, end = DAYS.index(first), DAYS.index(last or first)
        found.update(DAYS[start : end + 1] if start <= end else (*DAYS[start:], *DAYS[: end + 1]))
    if not found:
        raise AnswerError("must name days of the week", "Write it as mon-fri or sat sun.")
    return [day for day in DAYS if day in found]


def number(low: float = -math.inf, high: float = math.inf, *, above: float | None = None, unit: str = "") -> Callable[[str], float]:
    """A finite number from `low` to `high`; `above`: greater than this. A decimal comma is understood."""

    def parse(text: str) -> float:
        value = _decimal(text)
        if (above is not None and not value > above) or not low <= value <= high:
            raise AnswerError(_range_said(low, high, above, unit), "Give a number that keeps this rule.")
        return float(value)

    return parse


def optional(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    """Nothing is an answer too: None."""
    return lambda text: parse(text) if text else None


def count(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and low <= int(text) <= high):
            raise AnswerError(f"must be a whole number from {low} to {high}", "Write it in digits.")
        return int(text)

    return parse


def percent(text: str) -> float:
    """`80` or `80 %` → 0.8."""
    value = _decimal(text.removesuffix("%").strip())
    if not 0 <= value <= 100:
        raise AnswerError("must be from 0 to 100 percent", "Write it as 80.")
    return float(value / 100)


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except InvalidOperation:
        raise AnswerError("must be a number", "Write it as 2.5.") from None
    if not (value.is_finite() and math.isfinite(float(value))):
        raise AnswerError("must be a finite number", "Write it as 2.5.")
    return value


def _range_said(low: float, high: float, above: float | None, unit: str) -> str:
    unit = f" {unit}" if unit else ""
    if above is not None:
        return f"must be more than {above:g}{unit}"
    if math.isinf(high):
        return f"must be at least {low:g}{unit}"
    return f"must be from {low:g} to {high:g}{unit}" if not math.isinf(low) else f"must be at most {high:g}{unit}"
