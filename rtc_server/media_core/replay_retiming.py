"""New timestamps for frames that a receiver gets long after they were taken."""

from __future__ import annotations

from collections.abc import Sequence


def retimed(timestamps: Sequence[int], before: int, now: int) -> dict[int, int]:
    """From the frames' own timestamps to those of their sending: evenly after `before` up to `now`, in 32 bits.

    A browser shows frames at the pace of their timestamps, and learns from these and the arrivals how its clock runs.
    Frames that come at once with their own timestamps are shown as slowly as they were taken. With timestamps that lie
    too close together the browser believes that its own clock crawls.
    """
    pause = now - before & 0xFFFFFFFF
    return {
        timestamp: before + pause * place // len(timestamps) & 0xFFFFFFFF
        for place, timestamp in enumerate(timestamps, 1)
    }
