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
    current, example = read_toml(home.plant) if home.plant.exists() else None, read_toml(EXAMPLE)
    wanted = example if current is None else _as_of_today(current, example)
    if steel:
        wanted = merged(wanted, read_toml(STEEL))
    plant = parse_plant(wanted, str(home.plant))
    if wanted != current:
        home.plant_pending.touch()
        home.plant.write_text(tomli_w.dumps(wanted), encoding="utf-8")
    return Chosen(plant, home.plant if home.plant_pending.exists() else None)


def _as_of_today(kept: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    """A folder from before there were alarm rules, or a tag for the belt's speed, gets those of the example; what it says itself stays."""
    tags = {process["id"]: process.get("belt_speed_tag") for process in example["process"]}
    processes = [
        {"belt_speed_tag": tag, **process} if (tag := tags.get(process["id"])) is not None else process for process in kept["process"]
    ]
    return {"rule": example["rule"], **kept, "process": processes}


def settle_plant(home: Home) -> None:
    """The hub has applied it."""
    home.plant_pending.unlink(missing_ok=True)
