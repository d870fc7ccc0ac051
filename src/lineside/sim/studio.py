"""The four pictures of a bottle, rendered before it reaches the light beam: a camera then answers as quickly as a real one.

Rendering buffers exist once for all lines. Pictures wait in memory only until they are fetched; an older product is drawn again.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct

from lineside.sim.bottle import Bottle, BottleRenderer, Frame, make_bottle

CAMERAS = 4
KEPT_PRODUCTS = 50
"""Older products have left the belt: a camera cannot see them any more."""
_KEPT_PICTURES = 2  # products of a line whose pictures wait to be fetched (11 MB each)


class Prepared(Struct):
    """A bottle, the labels that show in at least one view, and its views by camera 1…4."""

    bottle: Bottle
    labels: tuple[str, ...]
    views: dict[int, Frame]


class Studio:
    def __init__(self, threads: int = 1) -> None:
        self._renderer = BottleRenderer()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="render")

    async def prepare(self, seed: int, kinds: tuple[str, ...]) -> Prepared:
        """All views of the bottle `seed` with these defects."""
        bottle = make_bottle(seed, kinds)
        frames = await asyncio.gather(*(self.view(bottle, camera) for camera in range(1, CAMERAS + 1)))
        labels = sorted({box.label for frame in frames for box in frame.boxes})
        return Prepared(bottle, tuple(labels), dict(enumerate(frames, 1)))

    async def view(self, bottle: Bottle, camera: int) -> Frame:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._renderer.render, bottle, camera)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


class Belt:
    """The last products of one line, as its cameras can still see them."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._products: dict[int, Prepared] = {}

    def put(self, count: int, product: Prepared) -> None:
        self._products[count] = product
        self._products.pop(count - KEPT_PRODUCTS, None)
        if stale := self._products.get(count - _KEPT_PICTURES):
            stale.views.clear()

    async def grab(self, count: int, camera: int) -> Frame | None:
        """The view of product `count`, None when it is not on the belt any more."""
        product = self._products.get(count)
        if product is None:
            return None
        return product.views.pop(camera, None) or await self._studio.view(product.bottle, camera)
