"""How the service is."""

from __future__ import annotations

from typing import Literal

import msgspec


class ReadyBody(msgspec.Struct, frozen=True, kw_only=True):
    """Whether new people should be sent to this process, and the reasons that `/healthz` gives."""

    ready: bool
    reasons: list[str]


class HealthBody(msgspec.Struct, frozen=True, kw_only=True):
    """How the service is."""

    status: Literal["ok", "degraded"]
    reasons: list[str]
    """Why it is degraded, as codes; empty when it is not."""
    warnings: list[str]
    """What will degrade it soon, as codes."""
    version: str
    database: Literal["ok", "down"]
    """What a real write says."""
    outbox_age_seconds: float
    """How long the first event that waits to be told has waited."""
    disk_free_bytes: int
    disk_reserve_bytes: int
    """With less free, uploads are refused."""
    set_aside: int
    """Rows and files that could not be used since the start; `cloud-window doctor` names them."""
    media: Literal["ok", "down"]
    recording: Literal["ok", "paused"]
    """paused: a disk is full, failed or too slow, so that of some session nothing is stored just now."""
    sessions: int
    participants: int
    resident_memory_bytes: int
