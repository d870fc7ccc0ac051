"""`station.toml`: what one station is made of. One frozen value, made once; every broken rule is reported, not only the first.

Paths in the file are relative to its folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from lineside.detect.shipped import shipped_packages
from lineside.types.errors import ConfigError, Problem
from lineside.types.fields import Id, Positive, Strict
from lineside.types.identity import StationKey
from lineside.types.inspection import Verdict
from lineside.types.strict import convert, read_toml, show

Address = Annotated[str, Meta(pattern=r"^[^:\s]+:\d{1,5}$", description="host:port")]
HttpUrl = Annotated[str, Meta(pattern=r"^https?://[^\s/]+$", description="http://host:port, without a path")]
NatsUrl = Annotated[str, Meta(pattern=r"^(nats|tls)://[^\s/]+$")]
Pixels = Annotated[int, Meta(ge=16, le=16384)]
SHIPPED = "shipped:"


class SimulatedTrigger(Strict, frozen=True, tag_field="kind", tag="simulated"):
    """The photo-eye of a simulated line, at the field process."""

    address: Address


class IntervalTrigger(Strict, frozen=True, tag_field="kind", tag="interval"):
    """A timer in place of a photo-eye: one product every `period_s` seconds. Its count persists beside the outbox."""

    period_s: Annotated[float, Meta(gt=0, le=86_400)]


class SimulatedCamera(Strict, frozen=True, tag_field="kind", tag="simulated"):
    id: Id
    address: Address
    width: Pixels = 1280
    height: Pixels = 720


class FolderCamera(Strict, frozen=True, tag_field="kind", tag="folder"):
    """Image files in name order. Without `width` and `height` the first readable file tells the size."""

    id: Id
    path: str
    loop: bool = True
    width: Pixels | None = None
    height: Pixels | None = None

    def __post_init__(self) -> None:
        if (self.width is None) != (self.height is None):
            raise ValueError("width and height must be given together")


class SimulatedMachine(Strict, frozen=True, tag_field="kind", tag="simulated"):
    address: Address


class NoMachine(Strict, frozen=True, tag_field="kind", tag="none"):
    """No machine signal: RUNNING while products come, IDLE when none came for `idle_after_s` seconds."""

    idle_after_s: Positive = 30.0


class SimulatedOutput(Strict, frozen=True, tag_field="kind", tag="simulated"):
    address: Address


class LogOutput(Strict, frozen=True, tag_field="kind", tag="log"):
    """Verdicts go to the log only; nothing confirms them."""


class TagRule(Strict, frozen=True):
    """When a tag's value is worth sending. `deadband` in the tag's unit; at the latest every `expected_interval_s` seconds."""

    id: Annotated[str, Meta(min_length=3, max_length=129)]
    deadband: Annotated[float, Meta(ge=0)] = 0.0
    expected_interval_s: Positive = 10.0


class StationConfig(Strict, frozen=True, kw_only=True):
    site: Id
    line: Id
    station: Id = "station-1"
    hub: HttpUrl = "http://127.0.0.1:8080"
    nats: NatsUrl = "nats://127.0.0.1:4222"
    credentials: str
    """NATS credentials file (JWT and seed), written by the hub."""
    token_file: str | None = None
    """Holds the token for uploading evidence."""
    data: str
    """Folder of the outbox and the spool."""
    pid_file: str | None = None
    packages: Annotated[tuple[str, ...], Meta(min_length=1)]
    """Detectors: files, or `shipped:<name>`."""
    deadline_ms: Annotated[int, Meta(ge=50, le=60_000)] = 1500
    """From the trigger's arrival until the output must have its signal."""
    fail_safe: Verdict = "reject"
    """The signal of a product that could not be judged."""
    good_sample_every: Annotated[int, Meta(ge=1)] = 20
    """Pictures of every n-th good product are kept."""
    threads: Annotated[int, Meta(ge=1, le=64)] = 1
    """Cores that one frame in one detector may use."""
    outbox_quota_mb: Annotated[int, Meta(ge=1)] = 2048
    spool_quota_mb: Annotated[int, Meta(ge=1)] = 1024
    trigger: SimulatedTrigger | IntervalTrigger
    camera: Annotated[tuple[SimulatedCamera | FolderCamera, ...], Meta(min_length=1, max_length=16)]
    machine: SimulatedMachine | NoMachine = NoMachine()
    output: SimulatedOutput | LogOutput = LogOutput()
    tag: tuple[TagRule, ...] = ()

    @property
    def key(self) -> StationKey:
        return StationKey(self.site, self.line, self.station)

    @property
    def package_paths(self) -> list[Path]:
        shipped = {f"{SHIPPED}{path.stem}": path for path in shipped_packages()}
        return [shipped.get(name, Path(name)) for name in self.packages]


def load_station(path: Path) -> StationConfig:
    """Read and check a station file; raises ConfigError with every problem."""
    return parse_station(read_toml(path), str(path), path.absolute().parent)


def parse_station(data: dict[str, Any], source: str, folder: Path) -> StationConfig:
    """Plain data → configuration with absolute paths; raises ConfigError with every problem."""
    config = _absolute(convert(data, StationConfig, source), folder)
    problems = _check(config)
    if problems:
        raise ConfigError(source, problems)
    return config


def _absolute(config: StationConfig, folder: Path) -> StationConfig:
    def full(path: str | None) -> str | None:
        return None if path is None else str(folder / path)

    cameras = tuple(
        msgspec.structs.replace(camera, path=full(camera.path)) if isinstance(camera, FolderCamera) else camera for camera in config.camera
    )
    return msgspec.structs.replace(
        config,
        credentials=full(config.credentials),
        token_file=full(config.token_file),
        data=full(config.data),
        pid_file=full(config.pid_file),
        packages=tuple(name if name.startswith(SHIPPED) else str(folder / name) for name in config.packages),
        camera=cameras,
    )


def _check(config: StationConfig) -> list[Problem]:
    """Rules between the parts and between the file and the disk."""
    found = _twice("camera.id", [camera.id for camera in config.camera]) + _twice("tag.id", [tag.id for tag in config.tag])
    for name in ("credentials", "token_file"):
        found += _must_exist(name, getattr(config, name), "file", "Start the hub once for this plant: it writes it.")
    for n, camera in enumerate(config.camera):
        if isinstance(camera, FolderCamera):
            found += _must_exist(f"camera[{n}].path", camera.path, "folder", "Name a folder with image files.")
    for n, name in enumerate(config.packages):
        found += _check_package(f"packages[{n}]", name)
    return found


def _check_package(path: str, name: str) -> list[Problem]:
    shipped = [f"{SHIPPED}{file.stem}" for file in shipped_packages()]
    if name.startswith(SHIPPED) and name not in shipped:
        return [Problem(path, show(name), "must name a shipped package", f"Use one of: {', '.join(shipped)}.")]
    if not name.startswith(SHIPPED):
        return _must_exist(path, name, "file", "Name a .lspkg file made by `lineside train`.")
    return []


def _must_exist(path: str, value: str | None, what: Literal["file", "folder"], remedy: str) -> list[Problem]:
    if value is None or (Path(value).is_dir() if what == "folder" else Path(value).is_file()):
        return []
    return [Problem(path, show(value), f"must be an existing {what}", remedy)]


def _twice(path: str, ids: list[str]) -> list[Problem]:
    return [Problem(path, show(i), "must be unique", "Rename one of them.") for i in sorted({i for i in ids if ids.count(i) > 1})]
