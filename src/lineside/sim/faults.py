"""What goes wrong on the bottle line: causes with their consequences.

A fault moves tags, most of them at one step; what a product suffers follows from the value of one of them while the product was there.
"""

from __future__ import annotations

from msgspec import Struct

from lineside.types.errors import ConfigError, Problem

BASE_PROBABILITY = 0.006
"""Of each defect when nothing is wrong: together 2.4 % of the products."""
PEAK_PROBABILITY = 0.42
"""Of a fault's defect at full harm, with the base rate in it."""
ADDED_PROBABILITY = (PEAK_PROBABILITY - BASE_PROBABILITY) / (1 - BASE_PROBABILITY)
"""Of a defect by a fault at full harm, beside the base rate and independent of it."""


class Fault(Struct, frozen=True):
    """`cause` is the tag that decides: no harm up to `harmless`, full harm from `harmful` on (either direction).

    `effects` are the shifts of tags at full severity; times are seconds.
    """

    id: str
    label: str
    cause: str
    harmless: float
    harmful: float
    effects: dict[str, float]
    onset_s: float
    hold_s: tuple[float, float]
    recovery_s: float

    @property
    def step(self) -> str:
        return self.cause.partition(".")[0]

    def probability(self, value: float) -> float:
        """That this fault gives a product its defect when the causing tag stood at `value`."""
        harm = min(max((value - self.harmless) / (self.harmful - self.harmless), 0.0), 1.0)
        return ADDED_PROBABILITY * harm


FAULTS = (
    # Too much metal in the die: it galls on the punch, and the shells come out longer and thicker.
    Fault(
        id="heavy-slugs", label="scratch", cause="slug.slug_mass", harmless=28.8, harmful=29.2,
        effects={
            "slug.slug_mass": 1.4, "extrusion.ram_force": 50.0, "extrusion.motor_current": 7.0, "shell.wall_thickness": 0.012,
            "shell.shell_length": 0.5,
        },
        onset_s=8, hold_s=(50, 90), recovery_s=8,
    ),
    # The lubricant film tears: the press needs more force, runs hotter and scores the wall.
    Fault(
        id="low-lubricant-pressure", label="scratch", cause="lubrication.lubricant_pressure", harmless=4.3, harmful=3.8,
        effects={
            "lubrication.lubricant_pressure": -1.6, "lubrication.lubricant_flow": -46.0, "extrusion.ram_force": 170.0,
            "extrusion.punch_temperature": 14.0, "extrusion.press_vibration": 0.7,
        },
        onset_s=12, hold_s=(50, 90), recovery_s=12,
    ),
    # The punch strikes off centre: the press shakes, the wall is uneven and gives way.
    Fault(
        id="press-misalignment", label="dent", cause="extrusion.press_vibration", harmless=4.5, harmful=5.4,
        effects={
            "extrusion.press_vibration": 3.5, "extrusion.motor_current": 8.0, "extrusion.punch_temperature": 8.0,
            "shell.wall_thickness": 0.01,
        },
        onset_s=15, hold_s=(50, 90), recovery_s=10,
    ),
    # A blunt knife leaves shells long, with a burr that scratches the next one.
    Fault(
        id="blunt-trimmer", label="scratch", cause="shell.shell_length", harmless=211.5, harmful=212.3,
        effects={"shell.shell_length": 2.9, "shell.wall_thickness": 0.012, "necking.necking_force": 0.9},
        onset_s=20, hold_s=(50, 90), recovery_s=8,
    ),
    # A worn die chatters and dents the shoulder.
    Fault(
        id="die-wear", label="dent", cause="necking.die_wear", harmless=58.0, harmful=78.0,
        effects={"necking.die_wear": 66.0, "necking.necking_force": 3.6, "necking.die_vibration": 2.6, "necking.coolant_temperature": 5.0},
        onset_s=30, hold_s=(50, 90), recovery_s=6,
    ),
    # The ink is not hardened and rubs off.
    Fault(
        id="cure-drift", label="paint_scratch", cause="heat-treatment.cure_temperature", harmless=186.0, harmful=179.0,
        effects={"heat-treatment.cure_temperature": -23.0, "heat-treatment.cure_power": -6.0, "heat-treatment.print_offset": 0.3},
        onset_s=25, hold_s=(50, 90), recovery_s=20,
    ),
    # Annealed too hot, the metal is soft and is dented on the belt.
    Fault(
        id="oven-overheats", label="dent", cause="heat-treatment.oven_temperature", harmless=265.0, harmful=271.0,
        effects={
            "heat-treatment.oven_temperature": 26.0, "heat-treatment.exhaust_flow": 60.0, "heat-treatment.cure_power": -0.9,
            "threading.spindle_torque": -0.35,
        },
        onset_s=20, hold_s=(60, 95), recovery_s=20,
    ),
    # A cap is stuck in the head: the motor strains, caps fall out.
    Fault(
        id="capping-jam", label="missing_cap", cause="threading.capping_current", harmless=4.0, harmful=5.4,
        effects={"threading.capping_current": 3.6, "threading.capping_torque": -0.75, "threading.cap_feed": -9.0},
        onset_s=5, hold_s=(45, 80), recovery_s=5,
    ),
    # A dull tool tears the thread: the cap does not hold on it and comes off.
    Fault(
        id="dull-thread-tool", label="missing_cap", cause="threading.spindle_torque", harmless=5.0, harmful=5.7,
        effects={"threading.spindle_torque": 2.2, "threading.capping_torque": 0.15, "threading.capping_current": 0.35},
        onset_s=20, hold_s=(50, 90), recovery_s=6,
    ),
    # The clamp slips under pressure: it leaks, and its jaws rub through the print.
    Fault(
        id="worn-test-clamp", label="paint_scratch", cause="hydrotesting.leak_rate", harmless=0.8, harmful=1.15,
        effects={"hydrotesting.leak_rate": 1.2, "hydrotesting.test_pressure": -0.35},
        onset_s=15, hold_s=(50, 90), recovery_s=8,
    ),
)  # fmt: skip
"""In the order in which a product meets them."""

LABELS = tuple(sorted({fault.label for fault in FAULTS}))


def find_fault(fault_id: str) -> Fault:
    """Raises ConfigError that names all faults."""
    known = {fault.id: fault for fault in FAULTS}
    if fault_id not in known:
        rule = "must be a fault of the simulated line"
        raise ConfigError("faults", [Problem("fault", repr(fault_id), rule, f"Use one of {', '.join(known)}.")])
    return known[fault_id]
