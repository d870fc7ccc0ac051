"""A million products for the gallery's bench: a few hundred specimens, encoded as stations send them, repeated inside the database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import asyncpg
import msgspec

from lineside.hub.bench import EPOCH
from lineside.types.inspection import Box, Inspection, ModelRun, Output, Picture, Shot, Timings

START_US, STEP_US = 1_700_000_000_000_000, 3_000_000
CYCLE = 20_000
"""Products after which the pattern repeats."""
FREQUENT, RARE = ("scratch", "dent", "paint_scratch"), "missing_cap"
REASONS, RARE_REASON = ("camera_lost", "deadline", "frame_late"), "detector_failed"
CAMERAS = ("cam1", "cam2", "cam3", "cam4")
REJECTED, EXPLAINED = 1_000, 200
"""Of each CYCLE."""
SEQ, AT, SHA = 1_111_111_111, 1_222_222_222_222_222, "5" * 64
"""What stands in a specimen for the number, the time and the picture of the product."""

SPECIMENS = """
create temp table specimen (
    n int primary key, product text, outcome text, verdict text, reasons text[], camera text, label text, score real, ref text, body text
)"""
COLUMNS = ("n", "product", "outcome", "verdict", "reasons", "camera", "label", "score", "ref", "body")

# In the order of time, as records come. 7919 has no factor in common with CYCLE: the specimens come in an order that looks like none.
MADE = f"""
create temp table made as
select s.station_key, s.line_key, n as seq, {START_US}::bigint + n * {STEP_US}::bigint as at_us,
       md5(s.station_key || '-' || n) as half, least((n::bigint * 7919) % {CYCLE}, {REJECTED + EXPLAINED}) as kind
from station s, generate_series(1, $1::int) n
order by n, s.station_key"""  # noqa: S608

INSPECTIONS = f"""
insert into inspection (station_key, line_key, epoch, seq, at_us, effective_us, received_at, digest,
                        product, trigger_count, outcome, verdict, reasons, body)
select station_key, line_key, ($1::text[])[station_key]::uuid, seq, at_us, at_us, at_time(at_us), sha256(half::bytea),
       replace(product, '{SEQ}', seq::text), seq, outcome, verdict, reasons,
       convert_to(replace(replace(replace(body, '{SEQ}', seq::text), '{AT}', at_us::text), '{SHA}', half || half), 'UTF8')
from made join specimen on n = kind"""  # noqa: S608

FOUND = """
insert into found (line_key, effective_us, station_key, trigger_count, camera, label, score, boxes, fate)
select line_key, at_us, station_key, seq, camera, label, score, 1, fate(verdict, reasons)
from made join specimen on n = kind where label is not null"""

PICTURES = f"""
insert into picture (ref, sha256, bytes, state, line_key, at_us)
select replace(ref, '{SHA}', half || half), half || half, 60000, 'present', line_key, at_us
from made join specimen on n = kind where ref is not null"""  # noqa: S608


async def seed(pool: asyncpg.Pool, products: int) -> int:
    """Fills every station of the applied plant with its share; returns how many boxes rows there are."""
    async with pool.acquire() as connection:
        stations = [row["station_key"] for row in await connection.fetch("select station_key from station")]
        await connection.execute(SPECIMENS)
        await connection.copy_records_to_table("specimen", records=list(_rows()), columns=COLUMNS)
        epochs = [EPOCH.format(key) for key in range(1, max(stations) + 1)]
        for statement, arguments in ((MADE, [products // len(stations)]), (INSPECTIONS, [epochs]), (FOUND, []), (PICTURES, [])):
            await connection.execute(statement, *arguments, timeout=1800)
        await connection.execute("drop table made, specimen")
        # What autovacuum does in a hub that runs.
        await connection.execute("vacuum (analyze) inspection, found, picture", timeout=1800)
        boxes: int = await connection.fetchval("select count(*) from found")
    return boxes


def _rows() -> Iterator[tuple[Any, ...]]:
    for n in range(REJECTED + EXPLAINED + 1):
        made, label, camera, score = specimen(n)
        picture = next((shot.picture for shot in made.shots if shot.picture), None)
        told = (made.product, made.outcome, made.verdict, list(made.reasons))
        yield n, *told, camera, label, score, picture.ref if picture else None, msgspec.json.encode(made).decode()


def specimen(n: int) -> tuple[Inspection, str | None, str | None, float | None]:
    """(record, label, camera, score) of the n-th kind: rejected, explained, and last the one that passed."""
    if n < REJECTED:
        label = RARE if n == 0 else FREQUENT[n % len(FREQUENT)]
        camera, score = CAMERAS[n // 3 % len(CAMERAS)], 0.999 if n == 7 else round(0.35 + n % 60 / 100, 2)
        return _inspection("reject", (label,), camera, Box(label, score, 401.5, 122.25, 460.0, 180.75)), label, camera, score
    if n < REJECTED + EXPLAINED:
        return _inspection(None, (RARE_REASON if n == REJECTED else REASONS[n % len(REASONS)],)), None, None, None
    return _inspection("pass", ()), None, None, None


def _inspection(verdict: Any, reasons: tuple[str, ...], camera: str | None = None, box: Box | None = None) -> Inspection:
    """As of the example plant's stations: four shots, two detectors each; the shot with the box is kept."""
    runs = tuple(ModelRun(name * 64, 1_900, 9_800) for name in ("a", "b"))
    picture = Picture(f"site/defect/2023-11-14/{SHA}.jpg", SHA, 60_000)
    shots = tuple(
        Shot(c, picture if c == camera else None, (box,) if box and c == camera else (), runs, Timings(9_000, 3_800, 19_600, 61_000))
        for c in CAMERAS
    )
    return Inspection(
        seq=SEQ,
        at=AT,
        boot_id="01920000-0000-7000-8000-0000000000b0",
        mono_ns=SEQ,
        product=f"line-1-{SEQ}",
        trigger_count=SEQ,
        outcome="judged" if verdict else "explained",
        verdict=verdict,
        reasons=reasons,
        shots=shots if verdict else (),
        belt_speed_mps=0.25,
        line_state="RUNNING",
        output=Output(verdict, AT, True),
        judged_at=AT,
    )
