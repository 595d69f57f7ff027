"""How the service is, for operators: health, readiness, metrics."""

from __future__ import annotations

from signalling.slices.health.http import ENDPOINTS
from signalling.slices.health.parts import Parts
from signalling.transport.slice import Slice

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice("health", endpoints=ENDPOINTS)
