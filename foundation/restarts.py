"""When work that failed is begun again, and when it is not worth trying any more: a decision without a clock."""

from __future__ import annotations

from collections.abc import Sequence

_FIRST = 0.5
_LONGEST = 30.0
_WINDOW = 600.0
_MOST = 10
"""Failures within the window after which there is no hope: two minutes, where each try fails at once."""


def pause_before_restart(failures: Sequence[float]) -> float | None:
    """Seconds to wait after the last of these failures; None when there is no hope.

    `failures` are times in seconds, in order. Those more than ten minutes before the last one count no more.
    """
    recent = [at for at in failures if failures[-1] - at < _WINDOW]
    if len(recent) >= _MOST:
        return None
    return min(_LONGEST, _FIRST * 2.0 ** (len(recent) - 1))
