"""What recording adds to the CPU time of the media server: `make bench-recording`.

Usage: python -m tests.benchmarks.recording [--pairs 10] [--seconds 4]

Four rooms of one camera of 500 packets a second, one microphone and one receiver; real ICE, DTLS and SRTP; one server
process, in which recording is off and on in turns. CPU of all its threads from the scheduler's count, the one that
writes to the disk among them; making the file afterwards is another process's work and not counted. Prints a table,
writes build/bench/recording.json; 1 when it adds more than 35 %. What is written is sealed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.media import ROOMS, machine
from tests.benchmarks.media_load import BUSY, Tally, run
from tests.benchmarks.media_rigs import OurRig, own_address
from tests.support.cpu import cpu_seconds
from tests.support.media_client import Identity

OUT = Path("build/bench/recording.json")
MOST = 0.35
_WARM_UP = 0.7


def compare(pairs: int, seconds: float, folder: Path) -> list[dict[str, float]]:
    """Microseconds a delivered packet without recording and with it, in turns within one process."""
    rig = OurRig(own_address(), Identity())
    try:
        rooms = rig.rooms(1, ROOMS, BUSY)
        found = []
        for _ in range(pairs):
            without = run(rooms, lambda: cpu_seconds(rig.pid), _WARM_UP, seconds)
            rig.record(ROOMS, folder)
            recorded = run(rooms, lambda: cpu_seconds(rig.pid), _WARM_UP, seconds)
            rig.rest(ROOMS)
            pair = {"off": _cost(without), "on": _cost(recorded), "late_ms": max(without.late, recorded.late) * 1e3}
            found.append(pair | {"added": pair["on"] / pair["off"] - 1})
            print(f"  {pair['off']:6.2f} µs a packet, recorded {pair['on']:6.2f}", file=sys.stderr)
    finally:
        rig.close()
    return found


def _cost(tally: Tally) -> float:
    if tally.delivered < 0.99 * tally.wanted:
        raise SystemExit(f"Only {tally.delivered} of {tally.wanted} packets were delivered: too busy to measure.")
    return tally.cpu / tally.delivered * 1e6


def main() -> int:
    """Measures, prints and writes."""
    parser = argparse.ArgumentParser(description="What recording adds to the CPU time of the media server")
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    OUT.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=OUT.parent))
    try:
        pairs = compare(options.pairs, options.seconds, folder)
        stored = sum(path.stat().st_size for path in folder.glob("*/*/*.seg"))
    finally:
        shutil.rmtree(folder)
    medians = {name: median(pair[name] for pair in pairs) for name in pairs[0]}
    print(f"off {medians['off']:.2f} µs, on {medians['on']:.2f} µs a packet: recording adds {medians['added']:.1%}")
    result: dict[str, Any] = {"machine": machine(), "median": medians, "pairs": pairs, "bytes_stored": stored}
    OUT.write_text(json.dumps(result, indent=1) + "\n")
    return 1 if medians["added"] > MOST or not stored else 0


if __name__ == "__main__":
    sys.exit(main())
