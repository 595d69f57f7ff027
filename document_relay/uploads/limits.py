"""The bounds of uploads."""

from __future__ import annotations

from datetime import timedelta

import msgspec


class UploadLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How large, how many, how long."""

    length: int = 25 * 1024 * 1024
    """Bytes of one upload."""
    at_once: int = 8
    """Unfinished uploads of one person."""
    lifetime: timedelta = timedelta(hours=24)
    looked_after: timedelta = timedelta(hours=1)
    """How often those past their lifetime are removed."""
    promise: timedelta = timedelta(hours=1)
    """How long room is kept for one; after that it goes on as far as there is some."""
