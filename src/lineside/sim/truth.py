"""The photo-eye's memory: one JSON line a product, which is both its cumulative count and what was really on the bottle."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct


class Passed(Struct, frozen=True):
    """One product in the light beam at `at` (UTC µs), the labels of the defects that show on it and the faults that made these.

    `causes` are ids of `sim.faults`, sorted; () when its defects came by chance, and in files of before they were written down.
    """

    count: int
    at: int
    defects: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()


_decoder = msgspec.json.Decoder(Passed)


def truth_path(folder: Path, site: str, line: str) -> Path:
    return folder / f"{site}-{line}.jsonl"


def read_truth(path: Path, offset: int = 0) -> list[Passed]:
    """Every whole line from byte `offset` on; a line torn by a crash at the end is left out. [] without a file."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(offset)
        return [_decoder.decode(line) for line in file if line.endswith(b"\n")]


class PhotoEye:
    """Counts products; a count is on disk before anybody hears of it, so no count is ever given twice."""

    def __init__(self, path: Path) -> None:
        """Goes on from the file's last whole line."""
        path.parent.mkdir(parents=True, exist_ok=True)
        passed = read_truth(path)
        self.last = passed[-1] if passed else Passed(0, 0)
        self._file: BinaryIO = path.open("ab")
        _cut_torn_line(path)

    def count(self, at: int, defects: tuple[str, ...], causes: tuple[str, ...] = ()) -> Passed:
        """The next product at `at` (UTC µs), written down."""
        self.last = Passed(self.last.count + 1, at, defects, causes)
        self._file.write(msgspec.json.encode(self.last) + b"\n")
        self._file.flush()
        return self.last

    def close(self) -> None:
        self._file.close()


def _cut_torn_line(path: Path) -> None:
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        os.truncate(path, whole)
