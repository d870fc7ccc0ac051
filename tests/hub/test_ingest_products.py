"""One product is one trigger count, whichever record of it comes first."""

from __future__ import annotations

import msgspec
import pytest
from intake import BANGKOK, EPOCH, LATER_EPOCH, T0, Intake, S, down, inspection, message


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("judged_first", [True, False])
async def test_a_judged_product_stands_before_a_station_down_whichever_came_first(hub: Intake, together: bool, judged_first: bool) -> None:
    judged, missed = message(inspection(7, count=4)), message(down(1, count=4), epoch=LATER_EPOCH)
    messages = [judged, missed] if judged_first else [missed, judged]
    if together:
        await hub.take(*messages)
    else:
        for one in messages:
            await hub.take(one)
    await hub.take(*messages)
    assert await hub.rows("select epoch::text, seq, outcome from v_inspection") == [(EPOCH, 7, "judged")]
    assert await hub.rows("select epoch::text, seq, flag, body from superseded") == [
        (LATER_EPOCH, 1, "W_ALREADY_JUDGED", msgspec.json.encode(down(1, count=4)))
    ]
    rows = await hub.rows("select epoch::text, committed, quarantined from v_ledger order by epoch")
    assert rows == [(EPOCH, 1, 0), (LATER_EPOCH, 1, 0)]


@pytest.mark.parametrize("first", [0, 1])
async def test_of_two_station_downs_the_same_one_stands_in_any_order(hub: Intake, first: int) -> None:
    both = [message(down(1, count=4, at=T0)), message(down(2, count=4, at=T0 + 9 * S))]
    await hub.take(both[first])
    await hub.take(both[1 - first])
    assert await hub.rows("select seq from v_inspection") == [(1,)]


async def test_two_judgements_of_one_product_are_a_conflict_and_the_reissued_copy_closes_it(hub: Intake) -> None:
    await hub.take(message(inspection(1), inspection(2)))
    # A restored disk: number 2 again, for another product; the station learns it and issues it under a new epoch.
    await hub.take(message(inspection(2, count=3)))
    assert await hub.rows("select reason, closed_as from quarantine") == [("E_CONFLICT", None)]
    await hub.take(message(inspection(1, count=3), epoch=LATER_EPOCH))
    assert await hub.rows("select reason, closed_as from quarantine") == [("E_CONFLICT", "superseded")]
    assert await hub.value("select count(*) from v_inspection") == 3
    await hub.take(message(inspection(2, count=3), epoch=LATER_EPOCH))
    assert await hub.rows("select seq, reason from quarantine q, lateral (select first_seq as seq) f where closed_as is null") == [
        (2, "E_CONFLICT")
    ]
    assert await hub.value("select count(*) from v_inspection") == 3


async def test_the_same_count_at_two_lines_is_two_products(hub: Intake) -> None:
    await hub.take(message(inspection(1)), message(inspection(1), station=BANGKOK))
    assert await hub.value("select count(*) from v_inspection") == 2
