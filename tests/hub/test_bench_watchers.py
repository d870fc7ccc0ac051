"""The viewers of `lineside bench viewers` against a real hub: every product is seen once by each viewer of its line."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hub_under_test import LUX, hub_under_test, now_us, passed
from lineside.hub.bench_watchers import Crowd
from servers import eventually
from small_plant import small_plant

TOPICS = ("enterprise", "site/lux", "line/lux/line-1")


async def test_each_product_arrives_at_each_viewer_of_its_line(database: str, tmp_path: Path) -> None:
    async with hub_under_test(database, tmp_path, small_plant()) as hub:
        await hub.feed(LUX, passed(1, now_us()))
        crowd = Crowd(str(hub.client.base_url), viewers=6, topics=TOPICS)
        running = asyncio.create_task(crowd.run())
        await asyncio.wait_for(crowd.ready.wait(), 15)
        crowd.start()
        for seq in (2, 3, 4):
            await hub.feed(LUX, passed(seq, now_us()))
        await eventually(lambda: len(crowd.seen().arrival_us) >= 6)
        running.cancel()
        await asyncio.wait([running])
    seen = crowd.seen()
    assert len(seen.arrival_us) == 6, "two viewers of the line, three products: what was there before the count is not new"
    assert all(0 < us < 5_000_000 for us in seen.arrival_us)
    assert seen.bytes > 1000
