"""`lineside demo` from outside: its report, and what it says when it cannot start."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import msgspec
import psutil
import pytest
from demo_process import START_S, demo

from lineside.plants import EXAMPLE
from lineside.types.plant_file import load_plant

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]

SITES = {site.id for site in load_plant(EXAMPLE).site}
NINTH = """
[[site]]
id = "oslo"
name = "Oslo"
country = "LU"
lat = 59.9
lon = 10.7
timezone = "Europe/Oslo"
default_line = "line-1"
line = [{ id = "line-1", name = "Line 1", process = "aluminium-bottle" }]
"""
RATIOS = {"availability", "performance", "quality", "oee", "coverage"}


def lineside(*arguments: str) -> tuple[int, str]:
    """(exit code, what it said) of a command that ends by itself."""
    done = subprocess.run([sys.executable, "-m", "lineside", *arguments], capture_output=True, text=True, timeout=START_S)
    return done.returncode, done.stderr + done.stdout


def test_a_run_of_the_whole_plant_accounts_for_every_product(data: Path) -> None:
    path = data.with_name("out.json")
    with demo(data, "--seconds", "25", "--hold", "--report", str(path)) as running:
        running.wait_said("Products come")
        running.wait_said("The demo stays up")
        report, truth = msgspec.json.decode(path.read_bytes()), running.truth
        rows = running.counted(report["dsn"])
        shows_the_plant_and_takes_another(running.note["http"], data)
        running.interrupt()
        assert running.process.returncode == 0
    products, latency = report["products"], report["latency_ms"]
    triggered = sum(map(len, truth.values()))
    assert (report["sites"], len(report["outboxes"])) == (8, 8)
    assert triggered == products["triggered"] == products["committed"] == products["judged"] + products["explained"]
    assert (products["missing"], products["duplicated"]) == (0, 0)
    assert triggered == sum(row["records"] for row in rows.values()) == sum(row["products"] for row in rows.values())
    assert latency["verdict"]["p50"] <= latency["committed"]["p50"] <= latency["viewer"]["p50"]
    assert all(0 < latency[name]["p50"] <= latency[name]["p99"] for name in ("image", "verdict", "committed", "viewer"))
    assert report["defects"]["truth"] == sum(bool(p.defects) for passed in truth.values() for p in passed)
    assert report["oee"].keys() == SITES
    for ratios in report["oee"].values():
        assert ratios.keys() == RATIOS
        assert ratios["coverage"] > 0.9
        assert ratios["oee"] == pytest.approx(ratios["availability"] * ratios["performance"] * (ratios["quality"] or 0))


def shows_the_plant_and_takes_another(http: str, data: Path) -> None:
    """`plant show` gives what `plant apply` takes; a site is taken up by the running hub; what has records stays."""
    shown = data.with_name("shown.toml")
    code, text = lineside("plant", "show", "--hub", http)
    shown.write_text(text, encoding="utf-8")
    assert code == 0
    assert load_plant(shown) == load_plant(EXAMPLE)
    assert lineside("plant", "apply", str(shown), "--hub", http) == (0, "Nothing changes: this plant is applied already.\n")
    ninth = text + NINTH
    shown.write_text(ninth, encoding="utf-8")
    code, said = lineside("plant", "apply", str(shown), "--hub", http, "--dry-run")
    assert (code, "+ site[oslo].name = Oslo" in said) == (0, True)
    assert httpx.get(f"{http}/api/v1/sites/oslo", trust_env=False).status_code == 404
    assert lineside("plant", "apply", str(shown), "--hub", http)[0] == 0
    assert httpx.get(f"{http}/api/v1/sites/oslo", trust_env=False).json()["name"] == "Oslo"
    shown.write_text(ninth.replace('"nairobi"', '"mombasa"').replace("lat = 59.9", "lat = 159.9"), encoding="utf-8")
    code, said = lineside("plant", "apply", str(shown), "--hub", http)
    assert (code, "site[8].lat" in said) == (2, True)
    shown.write_text(ninth.replace('"nairobi"', '"mombasa"'), encoding="utf-8")
    code, said = lineside("plant", "apply", str(shown), "--hub", http)
    assert (code, "site[nairobi].line[line-1]" in said) == (2, True)


def test_a_killed_demo_takes_its_children_with_it_and_goes_on_later(data: Path) -> None:
    with demo(data, "--sites", "2", "--rate", "1") as running:
        running.wait_said("Products are coming")
        running.wait(lambda: all(len(products) >= 3 for products in running.truth.values()))
        code, said = lineside("demo", "--no-browser", "--data", str(data))
        assert (code, "Another demo already runs" in said, "Traceback" in said) == (3, True, False)
        running.look()
        running.process.send_signal(signal.SIGKILL)
        running.process.wait()
        psutil.wait_procs(running.seen, timeout=15)
        assert running.leftovers() == []
        before = running.truth
    path = data.with_name("out.json")
    with demo(data, "--sites", "2", "--rate", "1", "--seconds", "5", "--report", str(path)) as again:
        assert again.wait_end() == 0, again.said
        products = msgspec.json.decode(path.read_bytes())["products"]
        since = sum(len(passed) - len(before[line]) for line, passed in again.truth.items())
        assert products["triggered"] == products["committed"] == since


def test_the_simulated_lines_go_on_counting_when_their_process_dies(data: Path) -> None:
    path = data.with_name("out.json")
    with demo(data, "--sites", "2", "--rate", "1", "--seconds", "15", "--report", str(path)) as running:
        running.wait_said("Products come")
        running.wait(lambda: all(len(products) >= 2 for products in running.truth.values()))
        field = next(p for p in psutil.Process(running.process.pid).children() if "field" in p.cmdline())
        field.kill()
        assert running.wait_end() == 0, running.said
        assert "field ended (signal 9)" in running.said
        products = msgspec.json.decode(path.read_bytes())["products"]
        assert products["triggered"] == products["committed"] == sum(map(len, running.truth.values()))
        assert all([p.count for p in passed] == list(range(1, len(passed) + 1)) for passed in running.truth.values())


def test_what_cannot_start_is_said_in_a_sentence(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = lineside("demo", "--no-browser", "--data", str(data), "--listen", f"127.0.0.1:{port}")
    assert (code, str(port) in said, "Traceback" in said) == (3, True, False), said
    in_the_way = data.with_name("file")
    in_the_way.touch()
    code, said = lineside("demo", "--no-browser", "--data", str(in_the_way / "data"))
    assert (code, str(in_the_way) in said, "Traceback" in said) == (3, True, False), said
    code, said = lineside(
        "demo", "--no-browser", "--data", str(data), "--report", "out.json", "--photos", "nowhere", "--package", "none.lspkg"
    )
    assert (code, [option in said for option in ("--seconds", "--photos", "--package")], "Traceback" in said) == (2, [True] * 3, False), (
        said
    )
    assert lineside("plant", "show", "--hub", f"http://127.0.0.1:{port}")[0] == 3
