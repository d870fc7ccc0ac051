"""Pictures below `evidence/{site}/{class}/{day}/{sha256}.jpg` through obstore: created once, named by their content, hash checked.

EvidenceError
├── EvidenceRefusedError   the bytes are not what their name says; nothing was kept
├── EvidenceMissingError   no such picture
└── EvidenceFullError      the disk is full; nothing was kept, the station tries again later
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import re
from datetime import date
from pathlib import Path

import obstore
from msgspec import Struct
from obstore.exceptions import AlreadyExistsError, GenericError
from obstore.store import LocalStore

from lineside.types.errors import Problem
from lineside.types.identity import is_id
from lineside.types.strict import show

MAX_PICTURE_BYTES = 5_000_000
CLASSES = ("defect", "good", "explained")
_JPEG_START = b"\xff\xd8\xff"
_SHA256 = re.compile(r"^[0-9a-f]{64}$")


class EvidenceError(Exception):
    """A picture could not be kept or given."""


class EvidenceRefusedError(EvidenceError):
    """Carries every broken rule."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


class EvidenceMissingError(EvidenceError):
    """No such picture."""


class EvidenceFullError(EvidenceError):
    """No room left on the disk."""


class EvidenceRef(Struct, frozen=True):
    """Where a picture lies; `str()` is its path below `evidence/`."""

    site: str
    kind: str
    day: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.site}/{self.kind}/{self.day}/{self.sha256}.jpg"


def parse_ref(path: str) -> EvidenceRef:
    """`{site}/{class}/{day}/{sha256}.jpg` → its parts; raises EvidenceRefusedError with every broken rule."""
    parts = path.split("/")
    if len(parts) != 4 or not parts[3].endswith(".jpg"):
        rule = "must be {site}/{class}/{day}/{sha256}.jpg"
        raise EvidenceRefusedError([Problem("path", show(path), rule, "Send the picture to the path its record declares.")])
    ref = EvidenceRef(parts[0], parts[1], parts[2], parts[3].removesuffix(".jpg"))
    problems = _check_ref(ref)
    if problems:
        raise EvidenceRefusedError(problems)
    return ref


def check_picture(ref: EvidenceRef, body: bytes) -> list[Problem]:
    """What is wrong with these bytes under this name."""
    if len(body) > MAX_PICTURE_BYTES:
        return [Problem("body", f"{len(body)} bytes", f"must be at most {MAX_PICTURE_BYTES} bytes", "Encode the picture smaller.")]
    if not body.startswith(_JPEG_START):
        return [Problem("body", show(body[:4]), "must be a JPEG file", "Encode the picture as JPEG.")]
    actual = hashlib.sha256(body).hexdigest()
    if actual != ref.sha256:
        return [Problem("sha256", ref.sha256, f"must be the SHA-256 of the body, which is {actual}", "Send the bytes the record declares.")]
    return []


class EvidenceFolder:
    """The one place that touches picture files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store = LocalStore(folder, mkdir=True)

    async def keep(self, ref: EvidenceRef, body: bytes) -> bool:
        """True: written and on the disk; False: the very same was there. Raises EvidenceRefusedError, EvidenceFullError."""
        problems = check_picture(ref, body)
        if problems:
            raise EvidenceRefusedError(problems)
        try:
            await obstore.put_async(self._store, str(ref), body, mode="create")
            await asyncio.to_thread(_sync, self._folder / str(ref))
        except AlreadyExistsError:
            return False
        except (GenericError, OSError) as error:
            if _is_full(error):
                raise EvidenceFullError(f"no room for {ref}") from error
            raise
        return True

    async def give(self, ref: EvidenceRef) -> bytes:
        """The picture; raises EvidenceMissingError."""
        try:
            answer = await obstore.get_async(self._store, str(ref))
            return bytes(await answer.bytes_async())
        except FileNotFoundError:
            raise EvidenceMissingError(str(ref)) from None


def _check_ref(ref: EvidenceRef) -> list[Problem]:
    found = []
    if not is_id(ref.site):
        found.append(Problem("site", show(ref.site), "must be letters, digits, - and _", "Use the site's id."))
    if ref.kind not in CLASSES:
        found.append(Problem("class", show(ref.kind), f"must be one of {', '.join(CLASSES)}", "Use one of these."))
    if not _is_day(ref.day):
        found.append(Problem("day", show(ref.day), "must be a day as YYYY-MM-DD", "Use the UTC day of the product's time."))
    if not _SHA256.match(ref.sha256):
        found.append(Problem("sha256", show(ref.sha256), "must be 64 hexadecimal digits in lower case", "Name the file by its SHA-256."))
    return found


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_full(error: Exception) -> bool:
    """The store wraps the system's error in a sentence of its own."""
    return getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error)


def _sync(path: Path) -> None:
    """The station deletes its copy after our answer: file and folder entry must survive a power loss."""
    for target in (path, path.parent):
        descriptor = os.open(target, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
