"""`lineside demo --fault NAME`: that fault alone, and what it does is what the simulator's own clock says."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from demo_process import demo

from lineside.plants import EXAMPLE
from lineside.sim.history import simulate
from lineside.types.plant_file import load_plant

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

FAULT, LABEL = "worn-test-clamp", "paint_scratch"  # the step nearest to the cameras: its victims are the first to come
SECONDS, RATE_S, SEED = 55, 0.6, 1


def test_a_fault_that_is_asked_for_makes_its_defect_and_no_other_does(data: Path) -> None:
    path = data.with_name("out.json")
    options = ("--sites", "1", "--rate", str(RATE_S), "--seed", str(SEED), "--fault", FAULT)
    with demo(data, *options, "--seconds", str(SECONDS), "--report", str(path)) as running:
        assert running.wait_end() == 0, running.said
        passed = running.truth["beijing/line-1"]
    caused = [product for product in passed if product.causes]
    assert len(caused) >= 10
    assert {product.causes for product in caused} == {(FAULT,)}
    assert all(LABEL in product.defects for product in caused)
    assert sum(bool(product.defects and not product.causes) for product in passed) <= 8, "by chance"
    expected = simulate(load_plant(EXAMPLE).process[0], SEED, FAULT, SECONDS + 10, RATE_S).products
    for real, simulated in zip(passed, expected, strict=False):
        assert set(real.defects) <= set(simulated.labels), "one that no camera sees is not told"
        assert set(real.causes) <= set(simulated.causes)
    report = msgspec.json.decode(path.read_bytes())
    assert report["defects"]["found"] >= 0.8 * len(caused)
