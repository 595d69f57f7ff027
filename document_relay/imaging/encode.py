"""Pages as JPEG of a bounded size: what a file may multiply to on the disk. Child only."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

from .geometry import Bytes
from .limits import Limits

_COARSER = 60
"""Text stays legible; only grain and noise need as many bytes as a bound that is reached."""


def most_bytes(pages: int, limits: Limits) -> int:
    """What the picture of one of so many pages of a file may take."""
    return min(limits.picture_bytes, limits.file_picture_bytes // pages)


def encoded(pixels: Bytes, quality: int, most: int) -> tuple[bytes, int, int]:
    """A JPEG of at most `most` bytes, its width and height: coarser, then smaller, where it would take more."""
    data = jpeg(pixels, quality)
    while len(data) > most:
        if quality > _COARSER and len(data) < 4 * most:
            quality = _COARSER
        else:
            scale, quality = 0.9 * (most / len(data)) ** 0.5, _COARSER
            size = (max(1, int(pixels.shape[1] * scale)), max(1, int(pixels.shape[0] * scale)))
            pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        data = jpeg(pixels, quality)
    return data, pixels.shape[1], pixels.shape[0]


def jpeg(pixels: Bytes, quality: int) -> bytes:
    """The pixels as JPEG."""
    output = io.BytesIO()
    Image.fromarray(pixels).save(output, "JPEG", quality=quality)
    return output.getvalue()
