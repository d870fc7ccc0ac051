"""Configuration → machine. A new driver is one file beside this one and one line here."""

from __future__ import annotations

from lineside.edge.config import NoMachine, SimulatedMachine, StationConfig
from lineside.edge.machine import Machine
from lineside.edge.machine.none import SilentMachine
from lineside.edge.machine.simulated import FieldMachine


def open_machine(config: StationConfig) -> Machine:
    match config.machine:
        case SimulatedMachine() as machine:
            return FieldMachine(machine, config.site, config.line)
        case NoMachine() as none:
            return SilentMachine(none)
