"""What the fields of files are made of: ids, names, positive numbers, and a base that refuses unknown keys."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from lineside.types.identity import ID_RULE

Id = Annotated[str, Meta(pattern=ID_RULE, description="letters, digits, - and _; no dot")]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]


class Strict(Struct, frozen=True, forbid_unknown_fields=True):
    """Unknown keys are errors: a misspelt threshold must not be ignored."""
