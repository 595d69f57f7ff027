"""What guiding needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from document_relay.case_files import CaseFiles
from foundation.clock import Clock
from foundation.listeners import Listeners
from signalling.slices.guidance.guides import Guides
from signalling.transport.websocket.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    case_files: CaseFiles
    still_of: Callable[[str], str | None]
    """The material that a worker's page is to photograph."""
    still_changes: Listeners[str]
    """Tells of the worker whose page is asked for something else."""
    clock: Clock
    registry: Registry
    guides: Guides = field(default_factory=Guides)
