"""Recordings of calls: begun and ended with them, joined to their cases, played."""

from __future__ import annotations

from signalling.slices.recordings.acts import ACTS
from signalling.slices.recordings.events import follow, recover_for_ever, restore
from signalling.slices.recordings.http import ENDPOINTS
from signalling.slices.recordings.parts import Parts
from signalling.transport.slice import Slice

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice(
    "recordings",
    endpoints=ENDPOINTS,
    acts=ACTS,
    follow=follow,
    restore=restore,
    work={"recording recovery": recover_for_ever},
)
