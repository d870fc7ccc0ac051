"""The wire between the field process of simulated lines (`sim`) and a station's simulated trigger, cameras and machine.

One TCP connection per purpose. Every message is a frame: 4 bytes big-endian length of the header, 4 bytes big-endian length of the
payload, the header (JSON, one of the structs below, tagged by "t"), the payload (raw bytes, often empty).
A station that connects sends `Open` first. For "trigger" and "machine" the field process then pushes; for "camera" the
station asks with `Grab` and gets one `Frame`. For "output" the station sends `Signal` and gets `Confirm`.
For "control" (the demo; site and line are empty) `Run` lets products come or stops them, and is answered when that is so.
"""

from __future__ import annotations

import struct
from typing import Literal

import msgspec
from msgspec import Struct

from lineside.types.inspection import LineState
from lineside.types.machine import Sample

MAX_HEADER, MAX_PAYLOAD = 1 << 20, 1 << 24
_LENGTHS = struct.Struct(">II")
PREFIX_BYTES = _LENGTHS.size


class Open(Struct, frozen=True, tag_field="t", tag="open"):
    site: str
    line: str
    purpose: Literal["trigger", "camera", "machine", "output", "control"]
    camera: str = ""


class Trigger(Struct, frozen=True, tag_field="t", tag="trigger"):
    """The photo-eye's cumulative count. Sent on connect with `fresh` False (where the count stands), then at every product."""

    count: int
    at: int
    """UTC µs when the light beam was broken (0 on connect when nothing has passed yet)."""
    fresh: bool


class Grab(Struct, frozen=True, tag_field="t", tag="grab"):
    count: int


class Frame(Struct, frozen=True, tag_field="t", tag="frame"):
    """Payload: height × width × 3 bytes, BGR. `error` non-empty: no picture, the reason."""

    count: int
    width: int = 0
    height: int = 0
    error: str = ""


class Machine(Struct, frozen=True, tag_field="t", tag="machine"):
    """Pushed about once a second and on every change of state."""

    at: int
    state: LineState
    belt_speed_mps: float
    samples: tuple[Sample, ...]
    reason: str = ""


class Signal(Struct, frozen=True, tag_field="t", tag="signal"):
    count: int
    verdict: Literal["pass", "reject"]


class Confirm(Struct, frozen=True, tag_field="t", tag="confirm"):
    count: int


class Run(Struct, frozen=True, tag_field="t", tag="run"):
    """Whether products come; after the answer to `running` False no trigger follows."""

    running: bool


Message = Open | Trigger | Grab | Frame | Machine | Signal | Confirm | Run
_decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


def encode(message: Message, payload: bytes | memoryview = b"") -> list[bytes | memoryview]:
    """Buffers to write in order (`writer.writelines`), without copying the payload."""
    header = msgspec.json.encode(message)
    return [_LENGTHS.pack(len(header), len(payload)) + header, payload]


def lengths(prefix: bytes) -> tuple[int, int]:
    """(header bytes, payload bytes); raises ValueError when they are beyond what this protocol sends."""
    header, payload = _LENGTHS.unpack(prefix)
    if header > MAX_HEADER or payload > MAX_PAYLOAD:
        raise ValueError(f"a frame of {header}+{payload} bytes is not of this protocol")
    return header, payload


def decode(header: bytes) -> Message:
    """Raises msgspec.DecodeError on anything else than a message of this protocol."""
    return _decoder.decode(header)
