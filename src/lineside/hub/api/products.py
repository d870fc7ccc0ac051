"""The dossier of one product."""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from lineside.hub.api.places import find_line
from lineside.hub.api.problems import not_found
from lineside.hub.api.question import Question
from lineside.hub.dossier import read_dossier
from lineside.hub.parts import Parts
from lineside.types.dossier import ProductView

MAX_COUNT = 2**63 - 1


@get("/api/v1/products/{site:str}/{product:str}")
async def get_product(parts: NamedDependency[Parts], site: FromPath[str], product: FromPath[str]) -> ProductView:
    """What the cameras saw, what was decided, and what each step measured when this product was there. `product`: `<line>-<count>`."""
    line, trigger_count = _parse(product)
    place = find_line(parts.plant, site, line)
    found = await read_dossier(parts.pool, parts.plant, *place, trigger_count, parts.model_names)
    if found is None:
        raise not_found("product", product, "It may not have arrived yet; the ledger page shows what is missing.")
    return found


def _parse(product: str) -> tuple[str, int]:
    line, _, count = product.rpartition("-")
    question = Question()
    if not line or not (count.isascii() and count.isdecimal() and 1 <= int(count[:20]) <= MAX_COUNT):
        question.wrong("product", product, "must be <line>-<trigger count>", "Write it as line-1-4711.")
    question.done()
    return line, int(count)
