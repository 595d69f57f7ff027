"""New times for pictures that a receiver gets long after they were taken."""

from __future__ import annotations

from collections.abc import Sequence


def moved(timestamps: Sequence[int], before: int, now: int) -> dict[int, int]:
    """From the pictures' own times to those of their sending: evenly after `before` up to `now`, in 32 bits.

    A browser shows pictures at the pace of their times and learns from both how its clock runs. With their own times,
    what comes at once is shown as slowly as it was taken for seconds; pressed together, its own clock seems to crawl.
    """
    pause = now - before & 0xFFFFFFFF
    return {
        timestamp: before + pause * place // len(timestamps) & 0xFFFFFFFF
        for place, timestamp in enumerate(timestamps, 1)
    }
