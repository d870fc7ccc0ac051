"""A small plant for tests: two sites in two zones, one line each, three steps of which the last lies behind the inspection."""

from __future__ import annotations

from lineside.types.plant import Plant
from lineside.types.plant_file import parse_plant

_STEPS = [
    {
        "id": "press",
        "name": "Press",
        "equipment": [
            {
                "id": "pump",
                "name": "Pump",
                "tag": [
                    {"id": "pressure", "name": "Pressure", "unit": "bar", "normal_low": 4.0, "normal_high": 6.0, "design_max": 8.0},
                    {"id": "running", "name": "Running", "unit": "", "kind": "bool"},
                ],
            }
        ],
    },
    {"id": "inspection", "name": "Inspection"},
    {
        "id": "shipping",
        "name": "Shipping",
        "equipment": [{"id": "belt", "name": "Belt", "tag": [{"id": "stock", "name": "Stock", "unit": ""}]}],
    },
]

DOCUMENT = {
    "enterprise": {"id": "acme", "name": "Acme"},
    "region": [{"id": "emea", "name": "EMEA"}, {"id": "asia", "name": "Asia"}],
    "country": [{"id": "LU", "name": "Luxembourg", "region": "emea"}, {"id": "TH", "name": "Thailand", "region": "asia"}],
    "process": [
        {
            "id": "can",
            "name": "Can line",
            "product_name": "Can",
            "ideal_cycle_s": 2.0,
            "belt_speed_mps": 0.5,
            "inspection_step": "inspection",
            "step": _STEPS,
            "edge": [{"from": "press", "to": "inspection", "lag_s": 10.0}, {"from": "inspection", "to": "shipping", "lag_s": 5.0}],
            "camera": [{"id": "cam1", "name": "Front"}, {"id": "cam2", "name": "Back"}],
            "defect": [{"label": "scratch", "name": "Scratch"}, {"label": "dent", "name": "Dent"}],
        }
    ],
    "site": [
        {
            "id": site,
            "name": site.title(),
            "country": country,
            "lat": 1.0,
            "lon": 2.0,
            "timezone": zone,
            "default_line": "line-1",
            "shift": [{"id": "all", "name": "All day", "start": "00:00", "end": "24:00"}],
            "line": [{"id": "line-1", "name": "Line 1", "process": "can"}],
        }
        for site, country, zone in (("lux", "LU", "Europe/Luxembourg"), ("bangkok", "TH", "Asia/Bangkok"))
    ],
}


def small_plant() -> Plant:
    return parse_plant(DOCUMENT, "tests")
