"""Signing in and out, and what ends with a session."""

from __future__ import annotations

from signalling.slices.accounts.events import follow, follow_sessions
from signalling.slices.accounts.http import ENDPOINTS
from signalling.slices.accounts.parts import Parts
from signalling.transport.slice import Slice

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice("accounts", endpoints=ENDPOINTS, follow=follow, work={"sessions": follow_sessions})
