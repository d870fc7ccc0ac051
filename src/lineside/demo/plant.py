"""Which plant the demo gives to its hub: the example, with the steel strip line once somebody brought photographs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomli_w
from msgspec import Struct

from lineside.demo.home import Home
from lineside.plants import EXAMPLE, STEEL, merged
from lineside.types.plant import Plant
from lineside.types.plant_file import parse_plant
from lineside.types.strict import read_toml


class Chosen(Struct, frozen=True):
    """`file` is what the hub must apply at this start; None: it already did, and may have been told otherwise since."""

    plant: Plant
    file: Path | None


def choose_plant(home: Home, *, steel: bool) -> Chosen:
    """Never takes away what an earlier start added: those lines have records."""
    current = read_toml(home.plant) if home.plant.exists() else None
    wanted = _with_steel(current or read_toml(EXAMPLE)) if steel else current or read_toml(EXAMPLE)
    plant = parse_plant(wanted, str(home.plant))
    if wanted != current:
        home.plant_pending.touch()
        home.plant.write_text(tomli_w.dumps(wanted), encoding="utf-8")
    return Chosen(plant, home.plant if home.plant_pending.exists() else None)


def _with_steel(plant: dict[str, Any]) -> dict[str, Any]:
    """The strip line changes rules of the example: a folder from before there were any gets them with it."""
    return merged({"rule": read_toml(EXAMPLE)["rule"], **plant}, read_toml(STEEL))


def settle_plant(home: Home) -> None:
    """The hub has applied it."""
    home.plant_pending.unlink(missing_ok=True)
