"""The station's clocks, read only in the shells: decisions get instants as arguments."""

from __future__ import annotations

import os
import time
import uuid
from functools import cache
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def now_us() -> int:
    """Microseconds since 1970, UTC, by this computer's clock."""
    return time.time_ns() // 1000


@cache
def boot_id() -> str:
    """Names this run of the monotonic clock: the system's boot where it says so, else this process."""
    try:
        return BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return str(uuid.uuid4())


def uuid7(at_us: int) -> str:
    """A UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, then random; sorts by time."""
    value = (at_us // 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))
