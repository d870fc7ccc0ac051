"""A whole conversation of `lineside plant new`, the plant it means, and how to hold it."""

from __future__ import annotations

from click.testing import CliRunner, Result

from lineside.cli import cli

SESSION = """\
# enterprise, region, country
Acme Métal

Europe

LU
Luxembourg
# site
Lux Nord
lux
49.61
6,13
Europe/Luxembourg
# shifts
Early

6:00
14:00
mon-fri
y
Late

14:00
22:00

n
# line and process
Steel strip 1

Strip section
Steel strip

2.7
1.2
# steps
Furnace


y
Reheating furnace

Oven temperature
oven
°C
1150
1250
1300
10
n
n
Rolling
rolling-mill
roll
y
Mill

Strip speed

m/s
0.5



n
n
Surface inspection

camera
n

surface-inspection
rolling-mill.strip-speed
# lags, camera, defects
12
21
1
Top

rolled-in_scale
Rolled-in scale
scratches


# alarms
y
30 %
10
y
5
# write it
y
"""

EXPECTED = {
    "enterprise": {"id": "acme-metal", "name": "Acme Métal"},
    "region": [{"id": "europe", "name": "Europe"}],
    "country": [{"id": "LU", "name": "Luxembourg", "region": "europe"}],
    "process": [
        {
            "id": "steel-strip",
            "name": "Steel strip",
            "product_name": "Strip section",
            "ideal_cycle_s": 2.7,
            "belt_speed_mps": 1.2,
            "inspection_step": "surface-inspection",
            "belt_speed_tag": "rolling-mill.strip-speed",
            "step": [
                {
                    "id": "furnace",
                    "name": "Furnace",
                    "icon": "furnace",
                    "equipment": [
                        {
                            "id": "reheating-furnace",
                            "name": "Reheating furnace",
                            "tag": [
                                {
                                    "id": "oven",
                                    "name": "Oven temperature",
                                    "unit": "°C",
                                    "normal_low": 1150.0,
                                    "normal_high": 1250.0,
                                    "design_max": 1300.0,
                                    "expected_interval_s": 10.0,
                                }
                            ],
                        }
                    ],
                },
                {
                    "id": "rolling-mill",
                    "name": "Rolling",
                    "icon": "roll",
                    "equipment": [
                        {
                            "id": "mill",
                            "name": "Mill",
                            "tag": [
                                {
                                    "id": "strip-speed",
                                    "name": "Strip speed",
                                    "unit": "m/s",
                                    "normal_low": 0.5,
                                    "expected_interval_s": 5.0,
                                }
                            ],
                        }
                    ],
                },
                {"id": "surface-inspection", "name": "Surface inspection", "icon": "camera"},
            ],
            "edge": [
                {"from": "furnace", "to": "rolling-mill", "lag_s": 12.0},
                {"from": "rolling-mill", "to": "surface-inspection", "lag_s": 21.0},
            ],
            "camera": [{"id": "top", "name": "Top"}],
            "defect": [{"label": "rolled-in_scale", "name": "Rolled-in scale"}, {"label": "scratches", "name": "Scratches"}],
        }
    ],
    "site": [
        {
            "id": "lux",
            "name": "Lux Nord",
            "country": "LU",
            "lat": 49.61,
            "lon": 6.13,
            "timezone": "Europe/Luxembourg",
            "default_line": "steel-strip-1",
            "shift": [
                {"id": "early", "name": "Early", "start": "06:00", "end": "14:00", "days": ["mon", "tue", "wed", "thu", "fri"]},
                {"id": "late", "name": "Late", "start": "14:00", "end": "22:00"},
            ],
            "line": [{"id": "steel-strip-1", "name": "Steel strip 1", "process": "steel-strip"}],
        }
    ],
    "rule": [
        {"id": "quality-low", "name": "Quality low", "metric": "quality", "threshold": 0.3, "for_s": 600.0},
        {"id": "tag-out-of-range", "name": "Out of normal range", "metric": "tag", "severity": "minor", "for_s": 300.0},
    ],
}


def typed(script: str) -> str:
    """What a person types: the script without its comments."""
    return "".join(line for line in script.splitlines(keepends=True) if not line.startswith("#"))


def converse(keys: str, *options: str) -> Result:
    return CliRunner().invoke(cli, ["plant", "new", *options], input=keys)
