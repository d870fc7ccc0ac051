"""What the machine says: its state, its speed and its tags. A driver is one class; drivers stand beside this file."""

from __future__ import annotations

from typing import Protocol

from lineside.types.field import Machine as MachineSignal

LOST = "machine_signal_lost"


class Machine(Protocol):
    @property
    def up(self) -> bool: ...

    @property
    def latest(self) -> MachineSignal:
        """The last signal; its state is UNKNOWN while the machine is not heard."""
        ...

    @property
    def belt_speed_mps(self) -> float | None:
        """None while nobody says how fast the belt is."""
        ...

    async def run(self) -> None:
        """Keep the connection until cancelled."""

    async def next(self) -> MachineSignal:
        """The next signal: about once a second and on every change of state, also the change to UNKNOWN."""
        ...

    def product_passed(self) -> None:
        """A product was triggered, which is all that a line without machine signals tells."""
