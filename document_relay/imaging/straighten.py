"""The page seen from straight above: warped, in its true proportions, and evenly lit."""

from __future__ import annotations

import math

import cv2
import numpy as np

from .geometry import Bytes, Floats

_ISO_216 = math.sqrt(2)  # A4, A5, … and their envelopes
_ID_1 = 85.60 / 53.98  # ISO/IEC 7810: cards
_SNAP = 0.06
"""A proportion within 6 % of a standard one is that one."""
_INSET = 0.0015
"""Of the page, left away at each side, so that no thread of table shows."""
_LONGEST = 8_000


def straightened(rgb: Bytes, corners: Floats) -> Bytes:
    """The page inside `corners` (clockwise from its top left, in pixels), as large as the picture shows it."""
    height, width = rgb.shape[:2]
    columns, rows = page_size(corners, width, height)
    centre = corners.mean(0)
    quad = (centre + (corners - centre) * (1 - 2 * _INSET)).astype(np.float32)
    flat = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    homography = cv2.getPerspectiveTransform(quad - 0.5, flat - 0.5)
    warped = cv2.warpPerspective(
        rgb, homography, (columns, rows), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return warped.astype(np.uint8, copy=False)


def page_size(corners: Floats, width: int, height: int) -> tuple[int, int]:
    """The columns and rows of the straightened page: no side loses pixels, the proportion is the sheet's."""
    top, right, bottom, left = (float(np.linalg.norm(corners[(at + 1) % 4] - corners[at])) for at in range(4))
    across, down = max(top, bottom), max(left, right)
    proportion = _snapped(_proportion(corners, width, height) or across / down)
    # The picture's own resolution on the better resolved axis.
    columns = max(across, down * proportion)
    shrink = min(1.0, _LONGEST / max(columns, columns / proportion))
    return max(8, round(columns * shrink)), max(8, round(columns / proportion * shrink))


def _snapped(proportion: float) -> float:
    for standard in (_ISO_216, _ID_1):
        for candidate in (standard, 1 / standard):
            if abs(proportion / candidate - 1) < _SNAP:
                return candidate
    return proportion


def _proportion(corners: Floats, width: int, height: int) -> float | None:
    """Width by height of the sheet itself, from its perspective; None where the perspective is too weak to tell.

    Zhang and He, "Whiteboard scanning and image enhancement" (2007), equations 14 to 20, with the principal point in
    the middle of the picture.
    """
    centre = np.array([width / 2, height / 2])
    one, two, four, three = (np.append(corner - centre, 1.0) for corner in corners.astype(np.float64))
    k2 = np.dot(np.cross(one, four), three) / np.dot(np.cross(two, four), three)
    k3 = np.dot(np.cross(one, four), two) / np.dot(np.cross(three, four), two)
    n2, n3 = k2 * two - one, k3 * three - one
    if abs(n2[2] * n3[2]) < 1e-3:
        return None
    focal_squared = -(n2[0] * n3[0] + n2[1] * n3[1]) / (n2[2] * n3[2])
    longer = max(width, height)
    if not (0.4 * longer) ** 2 < focal_squared < (4 * longer) ** 2:  # no camera has such a lens: noise
        return None
    scale = np.array([1 / focal_squared, 1 / focal_squared, 1.0])
    return float(math.sqrt(np.dot(n2 * scale, n2) / np.dot(n3 * scale, n3)))


def evenly_lit(page: Bytes) -> Bytes:
    """The page with shadows divided away; one factor for all channels of a pixel keeps a red stamp red."""
    light = _paper_light(page)
    target = float(np.percentile(light, 90))
    gain = np.clip(target / np.maximum(light, 16), 0.8, 2.2)
    white = 244 / max(target, 122)  # grey paper of a dark picture becomes light, never blown out
    size = (page.shape[1], page.shape[0])
    full = cv2.resize((gain * max(1.0, white)).astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    channels = [cv2.multiply(channel, full, dtype=cv2.CV_8U) for channel in cv2.split(page)]
    return cv2.merge(channels).astype(np.uint8, copy=False)


def _paper_light(page: Bytes) -> Floats:
    """The brightness of the bare paper everywhere, as a small smooth picture: print, photographs and stamps bridged."""
    scale = 160 / max(page.shape[:2])
    size = (max(8, round(page.shape[1] * scale)), max(8, round(page.shape[0] * scale)))
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA).max(2)
    bridged = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (25, 25)))
    return cv2.GaussianBlur(bridged.astype(np.float32), (0, 0), 5.0).astype(np.float32)
