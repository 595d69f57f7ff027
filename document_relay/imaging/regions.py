"""Guesses where the page lies: regions of a small picture, by several notions of what tells paper from table.

No single notion holds for wood, cloth, a white table and a shadow across the page; each guess is refined and scored
elsewhere (`sides`), and the best one wins.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np

from .geometry import Bytes, Floats, area, enclosing_quad, plausible

_SMALLEST_SHARE = 0.02  # of the picture
_BACKGROUND_COLOURS = 4


def guesses(lab: Bytes) -> Iterator[Floats]:
    """Plausible quadrilaterals around the page-like regions of a small CIELAB picture, likelier notions first."""
    height, width = lab.shape[:2]
    for mask in _masks(lab):
        for opening in (5, 17, 33):
            for outline in _outlines(mask, opening):
                quad = enclosing_quad(outline)
                if quad is not None and plausible(quad, width, height):
                    yield quad


def _masks(lab: Bytes) -> Iterator[Bytes]:
    """Each notion's region as a mask."""
    plain = cv2.morphologyEx(lab, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)).astype(np.uint8)  # without print
    smooth = cv2.medianBlur(plain, 5).astype(np.uint8)
    yield _unlike_border(smooth)
    yield _otsu(smooth[:, :, 0])
    yield _otsu(_whiteness(smooth))
    for image in (smooth, cv2.GaussianBlur(lab, (0, 0), 1.0).astype(np.uint8)):
        gradient = _gradient(image)
        for share in (97.0, 94.0, 90.0, 84.0):
            yield _walled_in(gradient, float(np.percentile(gradient, share)))
    yield from _within_straight_walls(lab[:, :, 0])
    yield _brighter_than_around(smooth[:, :, 0])
    yield _grown_together(smooth)


def _otsu(values: Bytes) -> Bytes:
    return cv2.threshold(values, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1].astype(np.uint8)


def _whiteness(lab: Bytes) -> Bytes:
    """Light and without colour: what paper is and wood is not."""
    chroma = np.abs(lab[:, :, 1:].astype(np.float32) - 128).sum(2)
    return np.asarray(np.clip(lab[:, :, 0] - 1.5 * chroma, 0, 255), np.uint8)


def _unlike_border(lab: Bytes) -> Bytes:
    """What is unlike each of the main colours along the picture's border."""
    ring = np.concatenate(
        [lab[:8].reshape(-1, 3), lab[-8:].reshape(-1, 3), *(lab[:, s].reshape(-1, 3) for s in _SIDES)]
    )
    samples = ring[:: max(1, len(ring) // 2000)].astype(np.float32)
    weights = np.array([0.6, 1.4, 1.4], np.float32)  # a shadow changes lightness, not colour
    cv2.setRNGSeed(1)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
    empty = np.zeros((0,), np.int32)
    _, _, centres = cv2.kmeans(samples * weights, _BACKGROUND_COLOURS, empty, stop, 1, cv2.KMEANS_PP_CENTERS)
    weighted = lab.astype(np.float32) * weights
    flat = weighted.reshape(-1, 3)
    squared = (flat**2).sum(1)[:, None] - 2 * flat @ centres.T + (centres**2).sum(1)
    distance = np.sqrt(np.maximum(squared.min(1), 0)).reshape(lab.shape[:2])
    return _otsu(np.clip(distance * 2, 0, 255).astype(np.uint8))


_SIDES = (slice(0, 8), slice(-8, None))


def _gradient(lab: Bytes) -> Floats:
    """The steepest change of any channel."""
    across = cv2.Scharr(lab, cv2.CV_32F, 1, 0)
    down = cv2.Scharr(lab, cv2.CV_32F, 0, 1)
    return np.asarray(np.sqrt(across**2 + down**2).max(2), np.float32)


def _walled_in(gradient: Floats, wall: float) -> Bytes:
    """What cannot be reached from the picture's border without climbing over an edge: a soft shadow is none."""
    walls = cv2.morphologyEx((gradient > wall).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    return _reached(walls.astype(np.uint8))


def _reached(walls: Bytes) -> Bytes:
    """What a flood from the border does not reach, as a mask."""
    flooded = np.pad(walls, 1).astype(np.uint8)
    cv2.floodFill(flooded, None, (0, 0), 2)
    return np.asarray((flooded[1:-1, 1:-1] != 2) * 255, np.uint8)


def _within_straight_walls(lightness: Bytes) -> Iterator[Bytes]:
    """What straight edges wall in, be they as faint as a white sheet's on a white table; gaps are bridged."""
    length = 0.05 * max(lightness.shape)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(_relative(lightness))[0]
    segments = np.zeros((0, 4), np.float32) if found is None else found.reshape(-1, 4)
    starts, ends = segments[:, :2], segments[:, 2:]
    long = np.linalg.norm(ends - starts, axis=1) > length
    starts, ends = starts[long], ends[long]
    for prolonged in (0.1, 0.4, 0.8):
        walls = np.zeros(lightness.shape, np.uint8)
        beyond = prolonged * (ends - starts)
        for start, end in zip(np.rint(starts - beyond), np.rint(ends + beyond), strict=True):
            cv2.line(walls, start.astype(int).tolist(), end.astype(int).tolist(), 1, 2)
        yield _reached(walls)


def _relative(lightness: Bytes) -> Bytes:
    """Lightness as a share of that around it: what lies in shadow has its edges as well."""
    values = lightness.astype(np.float32) + 8
    around = cv2.GaussianBlur(values, (0, 0), max(lightness.shape) / 16)
    return np.asarray(np.clip((values / around - 1) * 320 + 128, 0, 255), np.uint8)


def _brighter_than_around(lightness: Bytes) -> Bytes:
    """Lighter than the wider neighbourhood: holds where one half of page and table lies in shadow."""
    block = max(lightness.shape) // 3 | 1
    mask = cv2.adaptiveThreshold(lightness, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, block, -6)
    return cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8)).astype(np.uint8)


def _grown_together(lab: Bytes) -> Bytes:
    """The share of the middle when middle and border grow towards each other up the edges (watershed)."""
    height, width = lab.shape[:2]
    seeds = np.zeros((height, width), np.int32)
    seeds[[0, -1]] = seeds[:, [0, -1]] = 1
    seeds[height * 2 // 5 : height * 3 // 5, width * 2 // 5 : width * 3 // 5] = 2
    cv2.watershed(lab, seeds)
    return np.asarray((seeds == 2) * 255, np.uint8)


def _opened(mask: Bytes, radius: float) -> Bytes:
    """The mask without what is thinner than twice the radius: an opening with a disc, by distances as is quicker."""
    # The picture's border is no edge of the region, hence the padding with itself.
    margin = math.ceil(radius) + 1
    wide = cv2.copyMakeBorder(mask, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    core = (cv2.distanceTransform(wide, cv2.DIST_L2, 3) > radius).astype(np.uint8)
    near = cv2.distanceTransform(1 - core, cv2.DIST_L2, 3) <= radius
    return np.asarray(near[margin:-margin, margin:-margin] * 255, np.uint8)


def _outlines(mask: Bytes, opening: int) -> Iterator[Floats]:
    """The convex hulls of the two largest regions once pens and the like, thinner than `opening`, are cut off."""
    height, width = mask.shape
    outer, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    solid = np.zeros((height, width), np.uint8)
    cv2.drawContours(solid, outer, -1, 255, cv2.FILLED)
    if cv2.countNonZero(solid) < _SMALLEST_SHARE * width * height:
        return
    cut = _opened(solid, opening / 2)
    contours, _ = cv2.findContours(cut, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hulls = [cv2.convexHull(contour).reshape(-1, 2).astype(np.float32) for contour in contours]
    large = [hull for hull in hulls if len(hull) > 3 and area(hull) > _SMALLEST_SHARE * width * height]
    yield from sorted(large, key=area, reverse=True)[:2]
