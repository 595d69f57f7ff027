"""What was said about a paper goes once it is photographed, or another one is asked for."""

from __future__ import annotations

from signalling.slices.guidance.parts import Parts
from signalling.slices.guidance.views import TOPIC


def follow(parts: Parts) -> None:
    """Follows what workers' pages are asked to photograph."""

    def changed(worker_id: str) -> None:
        if parts.guides.keep_only(worker_id, parts.still_of(worker_id)):
            parts.registry.invalidate([worker_id], TOPIC)

    parts.still_changes.subscribe(changed)
