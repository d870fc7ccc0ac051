"""Configuration → camera. A new driver is one file beside this one and one line here."""

from __future__ import annotations

from lineside.edge.camera import Camera
from lineside.edge.camera.folder import Folder
from lineside.edge.camera.simulated import FieldCamera
from lineside.edge.config import FolderCamera, SimulatedCamera, StationConfig


def open_cameras(config: StationConfig) -> list[Camera]:
    return [_open(camera, config) for camera in config.camera]


def _open(camera: SimulatedCamera | FolderCamera, config: StationConfig) -> Camera:
    match camera:
        case SimulatedCamera():
            return FieldCamera(camera, config.site, config.line)
        case FolderCamera():
            return Folder(camera)
