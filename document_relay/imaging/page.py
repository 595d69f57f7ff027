"""One photographed page from pixels to JPEG: find, straighten, judge, even out, encode. Child only."""

from __future__ import annotations

import cv2
import numpy as np

from .decode import Source
from .encode import encoded, jpeg, most_bytes
from .finder import FoundPage, find_page
from .geometry import Bytes
from .limits import Limits
from .quality import judge
from .results import Corners, PageImages
from .straighten import evenly_lit, straightened

_THUMBNAIL_SIDE = 320


def page_images(source: Source, limits: Limits) -> PageImages:
    """The page in a photograph."""
    found = find_page(source.pixels)
    page = source.pixels if found is None else straightened(source.pixels, found.corners)
    quality = judge(source.pixels, page, found)
    # A picture in which no page was found may be no paper at all: it stays as it is.
    even = page if found is None else evenly_lit(page)
    picture, width, height = encoded(even, 90, most_bytes(source.page_count, limits))
    return PageImages(
        straightened_jpeg=picture,
        thumbnail_jpeg=jpeg(_thumbnail(even), 80),
        width=width,
        height=height,
        corners=None if found is None else _normalised(found, source.pixels),
        turned_degrees=source.turned_degrees,
        quality=quality,
    )


def _normalised(found: FoundPage, pixels: Bytes) -> Corners:
    height, width = pixels.shape[:2]
    one, two, three, four = ((float(x) / width, float(y) / height) for x, y in found.corners)
    return one, two, three, four


def _thumbnail(page: Bytes) -> Bytes:
    scale = min(1.0, _THUMBNAIL_SIDE / max(page.shape[:2]))
    size = (max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale)))
    return cv2.resize(page, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
