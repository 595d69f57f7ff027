"""The sides of a guessed page, moved onto the edge in the picture and weighed by how much of an edge is there."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from .geometry import Bytes, Floats, from_sides

_SAMPLES = 56
_STEP = 3
"""The pixels on each side of an edge whose mean colours are compared."""
_BORDER_PENALTY = 0.12
_AROUND = 14
"""The reach in which the surface's own pattern is measured."""
_STRONG = 14.0
"""A step of this size in CIELAB (0..255 scales) is worth half of a perfect edge."""


class Fit(NamedTuple):
    """A quadrilateral and the support of its four sides, each 0..1; `borders` of them are the picture's."""

    quad: Floats
    support: Floats
    borders: int

    @property
    def runs_through(self) -> bool:
        """True for a strip from one border of the picture to another, and for the picture itself."""
        border = self.support == 0
        return bool((border[:2] & border[2:]).any())

    @property
    def weakest(self) -> float:
        """The least support of a side that is not the picture's border."""
        return float(np.sort(self.support)[self.borders :].min(initial=1.0))

    @property
    def score(self) -> float:
        """The mean of the sides' support and of the weakest; less for each side that is only the picture's border."""
        edges = np.sort(self.support)[self.borders :]
        return float(edges.mean() + edges.min()) / 2 - _BORDER_PENALTY * self.borders if len(edges) else 0.0


def fitted(lab: Floats, quad: Floats, reach: int) -> Fit | None:
    """The quadrilateral with every side moved by up to `reach` pixels to where the picture steps most.

    Each side is sought among all lines whose ends lie within the reach, so what crosses the edge (a pen, a shadow)
    counts as a few bad samples and does not turn the line.
    """
    sides, support, borders = [], [], 0
    for at in range(4):
        start, end = quad[at], quad[(at + 1) % 4]
        line = _on_border(start, end, lab.shape[1], lab.shape[0])
        strength = 0.0
        borders += line is not None
        if line is None:
            line, strength = _best_line(lab, start, end, reach)
        sides.append(line)
        support.append(strength)
    moved = from_sides(sides)
    return None if moved is None else Fit(moved, np.array(support, np.float32), borders)


def _on_border(start: Floats, end: Floats, width: int, height: int) -> Floats | None:
    """The picture's border, where the side runs along it: the page goes on outside."""
    near = max(2.0, 0.008 * max(width, height))
    for axis, last in ((0, width - 1), (1, height - 1)):
        for border in (-0.5, last + 0.5):
            if abs(start[axis] - border) < near and abs(end[axis] - border) < near:
                line = np.stack([start, end]).astype(np.float32)
                line[:, axis] = border
                return line
    return None


def _best_line(lab: Floats, start: Floats, end: Floats, reach: int) -> tuple[Floats, float]:
    """The best line near the side, as two points, and its support."""
    along = end - start
    length = max(float(np.linalg.norm(along)), 1.0)
    normal = np.array([along[1], -along[0]], np.float32) / length
    shares = np.linspace(0.04, 0.96, _SAMPLES, dtype=np.float32)
    wide = max(reach, _AROUND)
    around = _steps(lab, start + shares[:, None] * along, normal, wide)
    steps = around[:, wide - reach : wide + reach + 1]
    # Where the surface itself is patterned, only what stands out from the pattern is an edge.
    worth = steps / (steps + _STRONG + 2 * float(np.median(around)))
    first, last = _ends(worth, shares, reach)
    here = np.stack([start + (first - reach) * normal, end + (last - reach) * normal])
    offsets = np.clip(np.rint(first + (last - first) * shares), 0, 2 * reach).astype(int)
    # A neighbour's worth too: a page that is not quite flat has sides that are not quite straight.
    padded = np.pad(worth, ((0, 0), (1, 1)))
    close = np.max([padded[np.arange(_SAMPLES), offsets + shift] for shift in (0, 1, 2)], axis=0)
    return here.astype(np.float32), float(close.mean())


def _steps(lab: Floats, points: Floats, normal: Floats, reach: int) -> Floats:
    """How far the colour steps at each offset -reach..reach along the normal of each point; samples × offsets."""
    offsets = np.arange(-reach - _STEP, reach + _STEP + 1, dtype=np.float32)
    at = points[:, None, :] + offsets[None, :, None] * normal
    colours = cv2.remap(lab, at[:, :, 0], at[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    total = np.cumsum(np.pad(colours, ((0, 0), (1, 0), (0, 0))), axis=1)
    count = 2 * reach + 1
    inner = total[:, _STEP : _STEP + count] - total[:, :count]
    outer = total[:, 2 * _STEP + 1 : 2 * _STEP + 1 + count] - total[:, _STEP + 1 : _STEP + 1 + count]
    return np.asarray(np.linalg.norm((outer - inner) / _STEP, axis=2), np.float32)


def _ends(worth: Floats, shares: Floats, reach: int) -> tuple[float, float]:
    """The offsets at both ends of the line that collects most, to a part of a pixel, counted from -reach."""
    span = np.arange(2 * reach + 1)
    first, last = (grid.ravel() for grid in np.meshgrid(span, span, indexing="ij"))
    offsets = np.rint(first[:, None] + (last - first)[:, None] * shares).astype(np.int32)
    collected = worth[np.arange(len(shares)), offsets].sum(1)
    best = int(collected.argmax())
    return _to_part_of_pixel(worth, shares, float(first[best]), float(last[best]))


def _to_part_of_pixel(worth: Floats, shares: Floats, first: float, last: float) -> tuple[float, float]:
    """The line through the centres of the steps near the best line, weighted by their worth."""
    middle = np.rint(first + (last - first) * shares).astype(int)
    around = np.clip(middle[:, None] + np.arange(-2, 3), 0, worth.shape[1] - 1)
    weights = np.take_along_axis(worth, around, 1) ** 4
    total = weights.sum(1)
    if float(total.max()) < 1e-6:
        return first, last
    centres = (weights * around).sum(1) / np.maximum(total, 1e-9)
    trust = np.where(np.abs(centres - (first + (last - first) * shares)) < 1.6, np.sqrt(total), 0)
    if np.count_nonzero(trust) < 8:
        return first, last
    slope, offset = np.polyfit(shares, centres, 1, w=trust)
    return float(offset), float(offset + slope)


def as_lab(rgb: Bytes) -> Bytes:
    """The picture in CIELAB, 8 bits a channel."""
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB).astype(np.uint8)


def even_steps(lab: Bytes) -> Floats:
    """The picture in CIELAB with lightness on a logarithmic scale: an edge in shadow steps as far as one in light."""
    same = np.arange(256, dtype=np.float32)
    table = np.stack([224 * np.log1p(same / 24), same, same], axis=1).reshape(1, 256, 3)
    return np.asarray(cv2.LUT(lab, table), np.float32)
