"""An empty hub that counts its minutes anew from given messages, for tests that any order of them gives the same."""

from __future__ import annotations

import random
from collections.abc import Sequence

from intake import T0, Intake

from lineside.hub.oee.recompute import Recompute
from lineside.stream.memory import MemoryDelivery

TABLES = ("oee_minute", "oee_down", "oee_minute_product", "oee_minute_defect")
EVERYTHING = "ledger, inspection, found, superseded, reading, sample, tag_latest, status, mark, " + ", ".join(TABLES)


def recompute(hub: Intake) -> Recompute:
    return Recompute(hub.pool, hub.plant, [].append)


async def count_anew(hub: Intake, messages: Sequence[MemoryDelivery], now_us: int, order: random.Random | None) -> None:
    """All that the hub holds is gone, then these come; with `order`, recounted now and then in between."""
    await hub.pool.execute(f"truncate {EVERYTHING}")
    await hub.pool.execute("update line set first_at_us = null, ticked_us = null, counted_from_us = null, counted_to_us = null")
    counting = recompute(hub)
    while messages:
        size = order.randint(1, 6) if order else len(messages)
        await hub.take(*messages[:size])
        messages = messages[size:]
        if order and order.random() < 0.7:
            await counting.once(order.choice((T0, now_us)))
    await counting.settle(now_us)
