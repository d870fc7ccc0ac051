"""Prometheus text, written by hand: a dozen numbers need no library."""

from __future__ import annotations

from collections.abc import Iterable

from litestar import Response, get
from litestar.di import NamedDependency

from lineside import __version__
from lineside.hub.parts import Parts
from lineside.hub.store.books import SeriesTotals, series_totals

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[dict[str, str], float]


@get("/metrics", media_type="text/plain")
async def get_metrics(parts: NamedDependency[Parts]) -> Response[str]:
    """Numbers for Prometheus."""
    totals = await series_totals(parts.pool)
    blocks = [
        _block("lineside_info", "gauge", "The version that runs.", [({"version": __version__}, 1)]),
        _block("lineside_viewers", "gauge", "Connected live sockets.", [({}, parts.live.viewers)]),
        *_series(totals),
        *(_block(gauge.name, "gauge", gauge.meaning, [({}, gauge.value)]) for gauge in await parts.gauges()),
    ]
    return Response("".join(blocks), media_type=MEDIA_TYPE)


def _series(totals: list[SeriesTotals]) -> Iterable[str]:
    def samples(name: str) -> list[Sample]:
        return [({"site": t.site, "line": t.line, "station": t.station, "series": t.series}, getattr(t, name)) for t in totals]

    yield _block("lineside_records_committed_total", "counter", "Numbers the database holds with their record.", samples("committed"))
    yield _block("lineside_records_quarantined_total", "counter", "Numbers settled without a record.", samples("quarantined"))
    yield _block("lineside_records_missing", "gauge", "Numbers issued and found nowhere.", samples("missing"))
    ages = {(t.site, t.line, t.station): t.hello_age_s for t in totals if t.hello_age_s is not None}
    hellos: list[Sample] = [({"site": site, "line": line, "station": station}, age) for (site, line, station), age in ages.items()]
    yield _block("lineside_station_hello_age_seconds", "gauge", "Time since a station's last heartbeat.", hellos)


def _block(name: str, kind: str, meaning: str, samples: list[Sample]) -> str:
    lines = [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}", *(f"{name}{_labels(labels)} {value:.15g}" for labels, value in samples)]
    return "\n".join(lines) + "\n"


def _labels(labels: dict[str, str]) -> str:
    """Ids need no escaping: the id rule allows neither quotes nor backslashes."""
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}" if labels else ""
