"""Writes src/api/schema.d.ts from the hub's OpenAPI document. The result is committed; a test compares."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

WEB = Path(__file__).resolve().parents[1]
SCHEMA = WEB / "src/api/schema.d.ts"

sys.path.insert(0, str(WEB.parent))

import hatch_build  # noqa: E402  # the repository's own, found by the line above


def generated() -> str:
    """The types as they follow from this checkout's hub."""
    if not hatch_build.is_installed():
        hatch_build.build()
    with tempfile.TemporaryDirectory() as folder:
        document, types = Path(folder) / "openapi.json", Path(folder) / "schema.d.ts"
        document.write_bytes(subprocess.run([sys.executable, "-m", "lineside", "openapi"], check=True, capture_output=True).stdout)
        node = hatch_build.node_folder() / "bin" / "node"
        program = WEB / "node_modules/openapi-typescript/bin/cli.js"
        options = ("--properties-required-by-default", "--alphabetize", "-o", str(types))
        subprocess.run([str(node), str(program), str(document), *options], check=True, capture_output=True, cwd=WEB)
        return types.read_text()


if __name__ == "__main__":
    SCHEMA.write_text(generated())
