"""Kills the recorder at random points of a call, and shows what is left: `make fault-recording`.

Usage: python -m tests.faults.recorder_killed [--kills 200] [--seed 1] [--at-once 6] [--in-chromium 12]

Every kill ends a process group, recorder and closing child together, with SIGKILL: between 0 s and a second and a half
after the end of a call of six seconds, so that some hit the making of the file. What is left is closed as the next
start of a server closes it. The disk's own cache survives a kill; that segments are flushed to the platter before they
are announced is not shown here. Prints a table, writes build/bench/recorder.json; 1 when anything was lost that must
not be.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import av

from rtc_server.recording.closing import NothingRecorded, close_recording
from rtc_server.recording.segment_format import RecordKind
from rtc_server.recording.stored import check, records
from rtc_server.recording.values import RecordingFile
from rtc_server.sessions.interface import CodecName, SourceKind
from tests.support.playing import play_in_chromium
from tests.support.recorded import Feed, clear_file, flashes, own_key, script, source
from tests.support.recording_process import SEGMENT_SECONDS, Told
from tests.support.streams import pictures, sound

OUT = Path("build/bench/recorder.json")
SECONDS = 6.0
_AFTER = 1.5
_CODECS: tuple[CodecName, ...] = ("VP8", "H264")


@dataclass
class Outcome:
    """What one kill has left; times in seconds."""

    seed: int
    codec: str
    killed_at: float
    while_closing: bool
    announced: int
    """Segments announced as closed before the kill."""
    kept: int
    lost: float
    """Of the call, from the last packet kept to the last one handed over."""
    size: int = 0
    decoded: int = 0
    """Frames of all tracks."""
    apart: list[float] = field(default_factory=list)
    """Between the first and the last track to show each full second's flash and tone."""
    wrong: list[str] = field(default_factory=list)


def call(codec: CodecName) -> list[Told]:
    """Two parties whose flashes and tones begin together; clocks drift, links jitter, cameras are slow."""
    tones, shown = sound(SECONDS), pictures(codec, SECONDS)
    other = 3_973_000_900.0
    return script(
        [
            Feed(source("point", SourceKind.MICROPHONE, "opus", ssrc=1), tones, jitter=0.004),
            Feed(source("point", SourceKind.CAMERA, codec, ssrc=2), shown, delay=0.15, jitter=0.01, seed=2),
            Feed(source("clerk", SourceKind.MICROPHONE, "opus", ssrc=3), tones, drift=2e-4, wall=other, seed=3),
            Feed(source("clerk", SourceKind.CAMERA, codec, ssrc=4), shown, delay=0.06, jitter=0.02, wall=other, seed=4),
        ]
    )


def kill_one(root: Path, seed: int, codec: CodecName, told: list[Told]) -> tuple[Outcome, RecordingFile | None]:
    """One recorder, killed at the seed's moment, and the file that is made of what it left."""
    moment = random.Random(seed).uniform(0.0, SECONDS + _AFTER)
    said, errors = _run_and_kill(root, moment)
    sent = max((one["sent"] for one in said if "sent" in one), default=0)
    announced = {one["closed"]: one["sha256"] for one in said if "closed" in one}
    closing, made_before = any("closing" in one for one in said), [one["made"] for one in said if "made" in one]
    outcome = Outcome(seed, codec, round(moment, 3), closing and not made_before, len(announced), 0, 0.0)
    if errors:
        outcome.wrong.append(f"the recorder complained: {errors}")
    folder = next((root / "session").glob("*/"), root)
    packets = [one for one in told if isinstance(one[2], bytes)]
    try:
        made = close_recording(folder, own_key(folder))
    except NothingRecorded:
        _judge_loss(outcome, packets, (sent, 0))
        return outcome, None
    _judge_segments(outcome, made, announced)
    kept = [record.data for record in records(check(folder, own_key(folder), [])) if record.kind == RecordKind.PACKET]
    if kept != [packet for _, _, packet in packets[: len(kept)]]:
        outcome.wrong.append("what was kept is not the beginning of what was handed over")
    if made_before and made_before != [made.sha256]:
        outcome.wrong.append("the file made again differs from the one made before the kill")
    _judge_loss(outcome, packets, (sent, len(kept)))
    if made.path is not None:
        _judge_file(outcome, clear_file(made.path, own_key(folder)))
    return outcome, made


def _run_and_kill(root: Path, moment: float) -> tuple[list[dict[str, Any]], str]:
    """What the recorder said until then, and what it complained about."""
    command = [sys.executable, "-m", "tests.support.recording_process", str(root), str(root / "script")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        timer = time.monotonic() + moment
        # Somebody must read on, or the recorder would stand still before a full pipe.
        with ThreadPoolExecutor(1) as reader:
            rest = reader.submit(process.stdout.read)
            time.sleep(max(0.0, timer - time.monotonic()))
            os.killpg(process.pid, signal.SIGKILL)
            lines = [first, *rest.result().splitlines()]
        errors = process.stderr.read()
    return [json.loads(line) for line in lines if line.rstrip().endswith("}")], errors


def _judge_segments(outcome: Outcome, made: RecordingFile, announced: dict[int, str]) -> None:
    stored = {info.number: info.sha256 for info in made.segments}
    outcome.kept = len(stored)
    for number, sha256 in announced.items():
        if stored.get(number) != sha256:
            outcome.wrong.append(f"segment {number} is not what was announced")
    # Beside the announced ones there may be one more, closed or open, at the end.
    if len(stored) > len(announced) + 2:
        outcome.wrong.append(f"{len(stored)} segments, but {len(announced)} announced")


def _judge_loss(outcome: Outcome, packets: list[Told], counts: tuple[int, int]) -> None:
    sent, kept = counts
    if sent > kept:
        outcome.lost = round(packets[sent - 1][0] - (packets[kept - 1][0] if kept else 0.0), 3)
    if outcome.lost > SEGMENT_SECONDS + 0.5:
        outcome.wrong.append(f"{outcome.lost} s are lost, more than the open segment")


def _judge_file(outcome: Outcome, path: Path) -> None:
    """Has ffprobe read it and FFmpeg decode all of it, and measures how far its tracks are out of step."""
    outcome.size = path.stat().st_size
    probe = ["ffprobe", "-v", "error", "-count_packets", "-show_streams", str(path)]
    if complaint := subprocess.run(probe, capture_output=True, text=True, check=False).stderr:
        outcome.wrong.append(f"ffprobe: {complaint[:200]}")
    with av.open(str(path)) as container:
        tracks = len(container.streams)
        try:
            outcome.decoded = sum(1 for _ in container.decode())
        except av.FFmpegError as error:
            outcome.wrong.append(f"not decoded: {error}")
            return
    seen = [flashes(path, track) for track in range(tracks)]
    for second in range(1, int(SECONDS)):
        near = [min(times, key=lambda at: abs(at - second), default=9.0) for times in seen]
        near = [at for at in near if abs(at - second) < 0.5]
        if len(near) > 1:
            outcome.apart.append(round(max(near) - min(near), 4))
    if any(apart >= 0.04 for apart in outcome.apart):
        outcome.wrong.append(f"tracks are {max(outcome.apart)} s out of step")


def kill_many(kills: int, seed: int, at_once: int, keep: Path) -> list[tuple[Outcome, RecordingFile | None]]:
    """So many recorders, some at a time; what they left lies under `keep`."""
    calls = {codec: call(codec) for codec in _CODECS}

    def one(number: int) -> tuple[Outcome, RecordingFile | None]:
        codec, root = _CODECS[number % 2], keep / str(number)
        root.mkdir()
        (root / "script").write_bytes(pickle.dumps(calls[codec]))
        found = kill_one(root, seed * 1_000_000 + number, codec, calls[codec])
        for wrong in found[0].wrong:
            print(f"  kill {number} at {found[0].killed_at} s: {wrong}", file=sys.stderr)
        return found

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(one, range(kills)))


def summarise(outcomes: list[Outcome], played: int) -> dict[str, Any]:
    """The figures of all kills."""
    apart = [one for outcome in outcomes for one in outcome.apart]
    lost = [outcome.lost for outcome in outcomes]
    return {
        "kills": len(outcomes),
        "while_making_the_file": sum(outcome.while_closing for outcome in outcomes),
        "segments_announced": sum(outcome.announced for outcome in outcomes),
        "segments_kept": sum(outcome.kept for outcome in outcomes),
        "files_decoded_whole": sum(outcome.decoded > 0 for outcome in outcomes),
        "files_played_by_chromium": played,
        "lost_seconds_median": median(lost),
        "lost_seconds_worst": max(lost),
        "out_of_step_ms_median": round(median(apart) * 1e3, 1) if apart else None,
        "out_of_step_ms_worst": round(max(apart) * 1e3, 1) if apart else None,
        "wrong": [f"{outcome.seed}: {wrong}" for outcome in outcomes for wrong in outcome.wrong],
    }


def main() -> int:
    """Kills, prints and writes."""
    parser = argparse.ArgumentParser(description="Kill the recorder at random points of a call")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=6)
    parser.add_argument("--in-chromium", type=int, default=12)
    options = parser.parse_args()
    keep = Path(tempfile.mkdtemp(prefix="recorder-killed-"))
    try:
        found = kill_many(options.kills, options.seed, options.at_once, keep)
        long = [made for _, made in found if made is not None and made.path is not None and made.duration > 2]
        files = [clear_file(made.path, own_key(made.folder)) for made in long if made.path is not None]
        sample = random.Random(options.seed).sample(files, min(options.in_chromium, len(files)))
        played = asyncio.run(play_in_chromium(sample)) if sample else []
    finally:
        shutil.rmtree(keep)
    summary = summarise([outcome for outcome, _ in found], sum(not one.wrong for one in played))
    summary["wrong"] += [f"{one.path.parent.parent.name}: {one.wrong}" for one in played if one.wrong]
    for name, value in summary.items():
        print(f"{name.replace('_', ' '):28} {value}")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    result = summary | {"seed": options.seed, "outcomes": [asdict(outcome) for outcome, _ in found]}
    OUT.write_text(json.dumps(result, indent=1) + "\n")
    return 1 if summary["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
