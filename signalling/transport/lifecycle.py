"""How far the service has come: it answers before it serves, and for a moment after."""

from __future__ import annotations

from typing import Literal

Phase = Literal["starting", "serving", "stopping"]


class Lifecycle:
    """The phase that the process is in."""

    def __init__(self) -> None:
        self.phase: Phase = "starting"

    def starting(self) -> bool:
        """Whether nobody is served yet."""
        return self.phase == "starting"
