"""Quadrilaterals in a picture: their order, their shape, and the reduction of an outline to one."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
"""Pictures of 8 bits a channel, and masks of 0 and 255."""

_SMALLEST_ANGLE_SINE = 0.5  # 30 degrees: a page held flatter than that cannot be read
_LARGEST_SIDE_RATIO = 4.0


def ordered(quad: Floats) -> Floats:
    """The four points clockwise as seen, beginning with the one nearest to the picture's top left."""
    centre = quad.mean(0)
    clockwise = quad[np.argsort(np.arctan2(quad[:, 1] - centre[1], quad[:, 0] - centre[0]))]
    return np.roll(clockwise, -int(clockwise.sum(1).argmin()), axis=0).astype(np.float32)


def area(quad: Floats) -> float:
    """The area of a simple polygon, positive, in square pixels."""
    return float(cv2.contourArea(quad))


def crossing(first: Floats, second: Floats) -> Floats | None:
    """Where the lines through two pairs of points meet; None when they hardly do."""
    # Plain numbers: for four of them numpy's calls cost more than the sums.
    ((px, py), (qx, qy)), ((rx, ry), (sx, sy)) = first.tolist(), second.tolist()
    ax, ay, bx, by = qx - px, qy - py, sx - rx, sy - ry
    turn = ax * by - ay * bx
    if abs(turn) < 1e-3 * math.hypot(ax, ay) * math.hypot(bx, by):
        return None
    share = ((rx - px) * by - (ry - py) * bx) / turn
    return np.array([px + share * ax, py + share * ay], np.float32)


def from_sides(sides: list[Floats]) -> Floats | None:
    """The quadrilateral whose sides lie on four lines, each given by two points; None when two do not meet."""
    corners = [crossing(sides[at - 1], sides[at]) for at in range(4)]
    met = [corner for corner in corners if corner is not None]
    return np.stack(met).astype(np.float32) if len(met) == 4 else None


def plausible(quad: Floats, width: int, height: int) -> bool:
    """True for a convex quadrilateral that a sheet of paper can look like in a picture of this size."""
    if not np.isfinite(quad).all() or not cv2.isContourConvex(quad.reshape(-1, 1, 2)):
        return False
    overhang = 0.12 * max(width, height)
    if quad.min() < -overhang or (quad.max(0) > (width + overhang, height + overhang)).any():
        return False
    along = np.roll(quad, -1, axis=0) - quad
    length = np.linalg.norm(along, axis=1)
    if length.min() < 0.08 * min(width, height):
        return False
    before = np.roll(along, 1, axis=0)
    sine = np.abs(before[:, 0] * along[:, 1] - before[:, 1] * along[:, 0]) / (length * np.roll(length, 1))
    opposite = np.maximum(length[:2], length[2:]) / np.minimum(length[:2], length[2:])
    return bool(sine.min() > _SMALLEST_ANGLE_SINE and opposite.max() < _LARGEST_SIDE_RATIO)


def enclosing_quad(outline: Floats) -> Floats | None:
    """The quadrilateral around a convex outline that is left when sides that add least area are given up."""
    length = float(cv2.arcLength(outline.reshape(-1, 1, 2), True))
    hull = cv2.convexHull(cv2.approxPolyDP(outline.reshape(-1, 1, 2), 0.006 * length, True)).reshape(-1, 2)
    points = list(hull.astype(np.float32))
    while len(points) > 4:
        candidates = [_without_side(points, at) for at in range(len(points))]
        possible = [candidate for candidate in candidates if candidate is not None]
        if not possible:
            return None
        points = min(possible, key=lambda polygon: area(np.stack(polygon)))
    return np.stack(points) if len(points) == 4 else None


def _without_side(points: list[Floats], at: int) -> list[Floats] | None:
    """The polygon with side `at` given up: its neighbours are prolonged until they meet outside."""
    count = len(points)
    before, start, end, after = (points[(at + step) % count] for step in (-1, 0, 1, 2))
    meeting = crossing(np.stack([before, start]), np.stack([after, end]))
    if meeting is None or float(np.dot(meeting - start, start - before)) <= 0:
        return None
    if float(np.dot(meeting - end, end - after)) <= 0:
        return None
    kept = [meeting if step == at else point for step, point in enumerate(points) if step != (at + 1) % count]
    return kept
