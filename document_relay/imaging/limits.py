"""The bounds of imaging, in one place."""

from __future__ import annotations

import msgspec

MEGA = 1_000_000


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one job may cost; memory and descriptors hold for the child's whole life."""

    input_bytes: int = 64 * MEGA
    result_bytes: int = 256 * MEGA
    pixels: int = 200 * MEGA
    least_side: int = 50
    """Pixels; a picture thinner than that shows nothing."""
    working_pixels: int = 40 * MEGA
    """A larger picture is made smaller before the page is sought."""
    memory_bytes: int = 2_500 * MEGA
    """Address space of a child: 200 megapixels of RGBA and their RGB copy fit."""
    cpu_seconds: int = 30
    wall_seconds: float = 40.0
    start_seconds: float = 30.0
    descriptors: int = 64
    children: int = 2
    waiting: int = 16
    """Jobs that may wait for a free child."""
    jobs_per_child: int = 200
    """A child is replaced after so many, lest memory fragments or a slow leak adds up."""
