"""When products break the light beam, on the simulator's own clock."""

from __future__ import annotations

TICK_S = 0.25


def crossings(travel: float, speed: float, rate_s: float, tick_s: float = TICK_S) -> tuple[list[float], float]:
    """When within a tick (seconds from its start) products break the beam, and how far the next one has come (0…1).

    `travel` is how far it had come before, `speed` the share of design speed, `rate_s` the seconds between products at that speed.
    """
    offsets_s: list[float] = []
    spent_s = 0.0
    while speed > 0 and (wait_s := (1 - travel) * rate_s / speed) <= tick_s - spent_s:
        spent_s += wait_s
        travel = 0.0
        offsets_s.append(spent_s)
    return offsets_s, travel + speed * (tick_s - spent_s) / rate_s
