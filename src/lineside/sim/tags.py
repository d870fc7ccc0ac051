"""What the tags of the bottle line do when nothing is wrong: one row a tag, in the units of `plants/example.toml`."""

from __future__ import annotations

from msgspec import Struct


class TagModel(Struct, frozen=True):
    """value = first-order lag of (nominal + disturbances + faults) + autocorrelated noise.

    `sigma` and `tau_s` are the noise's standard deviation and correlation time. `ambient` is per °C of ambient deviation, `hardness`
    per standard deviation of the alloy's hardness, `air` per standard deviation of the shared air supply; `load` is what is lost
    when the line stands still.
    """

    key: str
    nominal: float
    sigma: float
    tau_s: float = 15.0
    lag_s: float = 3.0
    ambient: float = 0.0
    hardness: float = 0.0
    air: float = 0.0
    load: float = 0.0
    digits: int = 2

    @property
    def noise_at_rest(self) -> float:
        """A drive that stands still has no noise; everything else keeps it."""
        return 0.0 if self.load == self.nominal else 1.0


class Cycle(Struct, frozen=True):
    """A level that runs from `first` to `last` over `products` products and starts again."""

    key: str
    first: float
    last: float
    products: float


TAGS = (
    TagModel("slug.slug_mass", 28.2, 0.09, tau_s=8, hardness=0.03),
    TagModel("slug.slug_temperature", 24.0, 0.25, lag_s=60, ambient=0.9, digits=1),
    TagModel("lubrication.lubricant_pressure", 5.0, 0.09, air=0.08),
    TagModel("lubrication.lubricant_flow", 182.0, 3.0, lag_s=4, ambient=0.5, air=1.5, digits=1),
    TagModel("lubrication.lubricant_temperature", 40.0, 0.3, lag_s=60, ambient=0.5, load=1.5, digits=1),
    TagModel("lubrication.drum_speed", 26.0, 0.4, load=3.0, digits=1),
    TagModel("extrusion.ram_force", 1300.0, 18.0, tau_s=6, lag_s=1.5, hardness=18.0, load=80.0, digits=0),
    TagModel("extrusion.punch_temperature", 85.0, 0.8, lag_s=25, ambient=0.6, hardness=1.0, load=10.0, digits=1),
    TagModel("extrusion.press_vibration", 2.6, 0.18, tau_s=4, lag_s=1, hardness=0.12, load=2.2),
    TagModel("extrusion.motor_current", 112.0, 2.5, tau_s=5, lag_s=1, hardness=3.0, load=78.0, digits=1),
    TagModel("shell.wall_thickness", 0.4, 0.006, tau_s=10, hardness=0.004, digits=4),
    TagModel("shell.shell_length", 210.0, 0.14, tau_s=10, hardness=-0.1, digits=2),
    TagModel("shell.washer_temperature", 62.0, 0.6, lag_s=30, ambient=0.3, load=-1.5, digits=1),
    TagModel("necking.die_wear", 25.0, 1.6, tau_s=60, lag_s=8, digits=1),
    TagModel("necking.necking_force", 11.0, 0.25, tau_s=6, lag_s=1.5, hardness=0.2, load=2.0),
    TagModel("necking.die_vibration", 1.8, 0.14, tau_s=4, lag_s=1, hardness=0.05, load=1.4),
    TagModel("necking.coolant_temperature", 28.0, 0.3, lag_s=45, ambient=0.6, load=2.5, digits=1),
    TagModel("heat-treatment.oven_temperature", 255.0, 0.9, tau_s=30, lag_s=30, ambient=0.1, load=-2.0, digits=1),
    TagModel("heat-treatment.exhaust_flow", 1200.0, 18.0, tau_s=10, ambient=-3.0, air=12.0, digits=0),
    TagModel("heat-treatment.cure_temperature", 195.0, 0.9, tau_s=20, lag_s=6, ambient=0.15, digits=1),
    TagModel("heat-treatment.cure_power", 21.0, 0.35, tau_s=8, ambient=-0.08),
    TagModel("heat-treatment.print_offset", 0.0, 0.045, tau_s=12, air=0.02, digits=3),
    TagModel("threading.spindle_torque", 4.0, 0.11, tau_s=5, lag_s=1, hardness=0.08, load=0.8),
    TagModel("threading.capping_torque", 1.7, 0.05, tau_s=5, lag_s=1.5, air=0.03),
    TagModel("threading.capping_current", 2.8, 0.14, tau_s=5, lag_s=1.5, air=-0.05, load=0.7),
    TagModel("threading.cap_feed", 22.0, 0.6, tau_s=8, lag_s=2, air=0.4, load=2.0, digits=1),
    TagModel("hydrotesting.test_pressure", 15.0, 0.14, tau_s=6, air=0.08),
    TagModel("hydrotesting.leak_rate", 0.3, 0.05, tau_s=10, air=0.02),
    TagModel("hydrotesting.water_temperature", 20.0, 0.2, lag_s=90, ambient=0.5, digits=1),
    TagModel("inspection.belt_speed", 0.25, 0.002, tau_s=4, lag_s=1, load=0.25, digits=3),
    TagModel("inspection.light_level", 100.0, 0.8, tau_s=60, digits=1),
    TagModel("inspection.cell_temperature", 26.0, 0.2, lag_s=60, ambient=0.8, load=1.0, digits=1),
    TagModel("shipping.packer_current", 6.2, 0.3, tau_s=5, lag_s=1, load=2.4),
    TagModel("shipping.humidity", 48.0, 0.6, tau_s=120, lag_s=60, ambient=-1.2, digits=1),
)

CYCLES = (
    Cycle("slug.hopper_level", 92.0, 30.0, 700),
    Cycle("shipping.case_fill", 0.0, 100.0, 24),
)
