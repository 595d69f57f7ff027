"""How long a start on existing data takes and what the idle service holds: run it on a quiet machine."""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.support.served import free_port

OUT = Path("build/bench/start.json")
STARTS = 5
IDLE_SECONDS = 10.0
MEBI = 1024


def start(data_dir: Path) -> tuple[subprocess.Popen[bytes], float, float]:
    """The serving process, the seconds until `/healthz` answered 200, and how many of them it computed."""
    port = free_port()
    settings = {"PORT": str(port), "TLS_PORT": "0", "MEDIA_PORT": str(free_port()), "DATA_DIR": str(data_dir)}
    command = [sys.executable, "-m", "signalling.cli.main", "serve"]
    began = time.monotonic()
    environment = os.environ | settings | {"DEMONSTRATION": "true", "LOG_LEVEL": "ERROR"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    while not _healthy(port):
        if process.poll() is not None:
            raise RuntimeError("the service has ended")
        time.sleep(0.005)
    took = time.monotonic() - began
    user, system = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return process, took, (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends it as an operator does."""
    process.send_signal(signal.SIGTERM)
    process.wait(30)


def memory(process: subprocess.Popen[bytes]) -> dict[str, float]:
    """MiB of the process and of all its children; `pss` counts a page that several share once, `rss` once for each."""
    rolls = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in _family(str(process.pid))]
    found = {name: sum(_kibi(roll, name) for roll in rolls) / MEBI for name in ("Pss", "Rss")}
    found["Pss of the service itself"] = _kibi(rolls[0], "Pss") / MEBI
    return {name.lower().replace(" ", "_"): round(value, 1) for name, value in found.items()}


def _family(pid: str) -> list[str]:
    """The process and all that come from it."""
    files = Path(f"/proc/{pid}/task").glob("*/children")
    return [pid, *(one for file in files for child in file.read_text().split() for one in _family(child))]


def _kibi(roll: str, name: str) -> int:
    return next(int(line.split()[1]) for line in roll.splitlines() if line.startswith(f"{name}:"))


def main() -> None:
    """Measures, prints, and writes build/bench/start.json."""
    with tempfile.TemporaryDirectory() as folder:
        first, first_took, _ = start(Path(folder))
        stop(first)
        took, computed = [], []
        for number in range(STARTS):
            process, seconds, cpu = start(Path(folder))
            took.append(round(seconds, 2))
            computed.append(round(cpu, 2))
            if number == STARTS - 1:
                time.sleep(IDLE_SECONDS)
                held = memory(process)
            stop(process)
    figures = {
        "first_start_seconds": round(first_took, 2),
        "start_seconds": took,
        "start_seconds_p50": statistics.median(took),
        "start_cpu_seconds_p50": statistics.median(computed),
        "idle_mebibytes": held,
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
