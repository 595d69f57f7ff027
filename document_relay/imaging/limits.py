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
    picture_bytes: int = 8 * MEGA
    """The picture of one page; a sharp photograph of 40 megapixels takes less."""
    file_picture_bytes: int = 40 * MEGA
    """The pictures of all pages of one file: 1 MB for each of 40, which holds A4 at 150 dpi of pure noise."""
    memory_bytes: int = 2_500 * MEGA
    """Address space of a child: 200 megapixels of RGBA and their RGB copy fit."""
    pdf_memory_bytes: int = 1_500 * MEGA
    """Address space of a child while it reads a PDF."""
    pdf_values: int = 1_000_000
    """Values in a PDF: numbers, names, strings, arrays, dictionaries, streams."""
    pdf_filters: int = 4
    """One behind the other on a stream."""
    pdf_one_picture_bytes: int = 300 * MEGA
    """One picture unpacked; 300 holds a page of A3 at 600 dpi in colour."""
    pdf_data_bytes: int = 100 * MEGA
    """All streams of a PDF unpacked, its pictures apart."""
    pdf_picture_bytes: int = 4_000 * MEGA
    """All pictures of a PDF unpacked, one after the other."""
    cpu_seconds: int = 30
    wall_seconds: float = 40.0
    start_seconds: float = 30.0
    descriptors: int = 64
    children: int = 2
    waiting: int = 16
    """Jobs that may wait for a free child."""
    jobs_per_child: int = 200
    """A child is replaced after so many, lest memory fragments or a slow leak adds up."""
