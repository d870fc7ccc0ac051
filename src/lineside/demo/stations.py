"""Writes the files of the simulated lines and of their stations: from the plant, for the addresses of this run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomli_w
from msgspec import Struct

from lineside.demo.home import Home, HubFacts
from lineside.demo.options import DemoOptions
from lineside.types.identity import StationKey
from lineside.types.plant import Line, Plant, Process, Site

SHIPPED_PACKAGES = ["shipped:surface", "shipped:cap"]


class Post(Struct, frozen=True):
    """A line with its station. `photos` and `package`: its camera is a folder, its detector this file."""

    key: StationKey
    process: Process
    photos: Path | None = None
    package: Path | None = None

    @property
    def name(self) -> str:
        return f"station-{self.key.site}-{self.key.line}"

    @property
    def path(self) -> str:
        return f"{self.key.site}/{self.key.line}"


def simulated_posts(plant: Plant, sites: int) -> list[Post]:
    """The simulated lines: the default ones of the first `sites` sites."""
    return [_post(plant, site, _line(site, site.default_line)) for site in plant.site[:sites]]


def photo_post(plant: Plant, site: str, line: str, photos: Path, package: Path) -> Post:
    """Raises StopIteration when the plant has no such line: the demo has put it there."""
    post = next(_post(plant, s, n) for s, n in plant.lines() if (s.id, n.id) == (site, line))
    return Post(post.key, post.process, photos.absolute(), package.absolute())


def write_field(home: Home, posts: list[Post], port: int, options: DemoOptions) -> None:
    """`field.toml`: the simulated lines."""
    config: dict[str, Any] = {"plant": str(home.plant), "truth": str(home.truth), "lines": [post.path for post in posts]}
    config |= {"port": port, "rate_s": options.rate, "seed": options.seed}
    if options.fault is not None:
        config["fault"] = options.fault
    home.field.write_text(tomli_w.dumps(config), encoding="utf-8")


def write_station(home: Home, post: Post, hub: HubFacts, field_port: int, rate_s: float) -> Path:
    """`station.toml` of one station; returns its path. `rate_s` is for a line whose photo-eye is a timer."""
    path = home.station(post.key) / "station.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(tomli_w.dumps({**_common(home, post, hub), **_devices(post, f"127.0.0.1:{field_port}", rate_s)}), encoding="utf-8")
    return path


def _common(home: Home, post: Post, hub: HubFacts) -> dict[str, Any]:
    key = post.key
    return {
        "site": key.site,
        "line": key.line,
        "station": key.station,
        "hub": hub.http,
        "nats": hub.nats,
        "credentials": str(home.credentials(key)),
        "token_file": str(home.token(key)),
        "data": str(home.station(key)),
        "pid_file": str(home.pid_file(key)),
        "packages": [str(post.package)] if post.package else SHIPPED_PACKAGES,
    }


def _devices(post: Post, field: str, rate_s: float) -> dict[str, Any]:
    if post.photos is not None:
        camera = post.process.camera[0].id
        return {
            "trigger": {"kind": "interval", "period_s": rate_s},
            "camera": [{"id": camera, "kind": "folder", "path": str(post.photos), "loop": True}],
            "machine": {"kind": "none"},
            "output": {"kind": "log"},
        }
    simulated = {"kind": "simulated", "address": field}
    return {
        "trigger": simulated,
        "camera": [{"id": camera.id, **simulated} for camera in post.process.camera],
        "machine": simulated,
        "output": simulated,
        "tag": [
            {"id": key, "deadband": tag.deadband, "expected_interval_s": tag.expected_interval_s} for key, _, tag in post.process.tags()
        ],
    }


def _post(plant: Plant, site: Site, line: Line) -> Post:
    return Post(StationKey(site.id, line.id, line.station), plant.find_process(line))


def _line(site: Site, line_id: str) -> Line:
    return next(line for line in site.line if line.id == line_id)
