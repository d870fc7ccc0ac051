"""The people who act here, self-declared until sign-in exists."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, Struct

from lineside.hub.api.question import Question
from lineside.hub.parts import Parts
from lineside.hub.store.persons import list_persons, named_person
from lineside.types.alarm import PersonView


class PersonList(Struct, frozen=True):
    items: list[PersonView]


class NewPerson(Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=80)]


@get("/api/v1/persons")
async def get_persons(parts: NamedDependency[Parts]) -> PersonList:
    """By name."""
    return PersonList(await list_persons(parts.pool))


@post("/api/v1/persons", status_code=200)
async def add_person(parts: NamedDependency[Parts], data: JSONBody[NewPerson]) -> PersonView:
    """The person of this name; added when there is none."""
    question, name = Question(), " ".join(data.name.split())
    if not name or not name.isprintable():
        question.wrong("name", data.name, "must have letters, and no control characters", "Write the name as others should read it.")
    question.done()
    return await named_person(parts.pool, name)
