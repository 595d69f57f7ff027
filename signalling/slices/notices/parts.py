"""What notices need."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.notifying import Dispatcher, Simulator


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    dispatcher: Dispatcher
    simulator: Simulator | None
    """None where notices go out."""
