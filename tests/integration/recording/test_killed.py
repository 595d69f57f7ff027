"""kill -9 in the middle of a recording, again and again."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rtc_server.recording.closing import close_recording


@pytest.mark.parametrize("seed", range(6))
def test_killed_recorder_loses_no_announced_segment_and_at_most_the_last_half_second(tmp_path: Path, seed: int) -> None:
    command = [sys.executable, "-m", "tests.support.recording_process", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(random.Random(seed).uniform(0.8, 3.5))
    process.kill()
    said = [json.loads(line) for line in [first, *process.stdout.read().splitlines()] if line.strip().endswith("}")]
    process.wait()
    process.stdout.close()
    announced = {one["closed"]: one["sha256"] for one in said if "closed" in one}
    sent = max(one["sent"] for one in said if "sent" in one)
    (folder,) = (tmp_path / "session").iterdir()
    made = close_recording(folder)
    kept = {info.number: info.sha256 for info in made.segments}
    assert announced.items() <= kept.items()
    # The recorder hands over four times a second; a busy machine may take twice as long.
    assert sent - 25 <= made.sources[0].packets <= sent + 1
    assert made.path is not None
    subprocess.run(["ffprobe", "-v", "error", str(made.path)], check=True)
