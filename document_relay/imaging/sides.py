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


_ONE_WAY = 0.8
"""Of a line whose steps agree less, a part is print or clutter: another line is sought."""


class Fit(NamedTuple):
    """A quadrilateral and the support of its four sides, each 0..1; `borders` of them are the picture's.

    `corners` is the support of the sides close to each corner; 1 where one of them is the picture's border.
    """

    quad: Floats
    support: Floats
    corners: Floats
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
    sides = [_side(lab, quad[at], quad[(at + 1) % 4], reach) for at in range(4)]
    moved = from_sides([side.line for side in sides])
    if moved is None:
        return None
    corners = [min(sides[at - 1].at_end, sides[at].at_start) for at in range(4)]
    support = np.array([side.support for side in sides], np.float32)
    return Fit(moved, support, np.array(corners, np.float32), sum(side.is_border for side in sides))


class _Side(NamedTuple):
    """A line as two points, how much of an edge it is, and how much of one in the quarters next to its ends."""

    line: Floats
    support: float
    at_start: float
    at_end: float
    is_border: bool = False


def _side(lab: Floats, start: Floats, end: Floats, reach: int) -> _Side:
    border = _on_border(start, end, lab.shape[1], lab.shape[0])
    return _best_line(lab, start, end, reach) if border is None else _Side(border, 0.0, 1.0, 1.0, is_border=True)


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


def _best_line(lab: Floats, start: Floats, end: Floats, reach: int) -> _Side:
    """The line near the side that is most of an edge."""
    along = end - start
    length = max(float(np.linalg.norm(along)), 1.0)
    normal = np.array([along[1], -along[0]], np.float32) / length
    shares = np.linspace(0.04, 0.96, _SAMPLES, dtype=np.float32)
    wide = max(reach, _AROUND)
    around = _steps(lab, start + shares[:, None] * along, normal, wide)
    sizes = np.sqrt((around**2).sum(2))
    near = np.s_[:, wide - reach : wide + reach + 1]
    # Where the surface itself is patterned, only what stands out from the pattern is an edge.
    worth = sizes[near] / (sizes[near] + _STRONG + 2 * float(np.median(sizes)))
    found = _edge(worth, around[near], shares)
    if found.agreement < _ONE_WAY:
        darker = around[near][:, :, 0] < 0
        found = max((found, *(_edge(worth * way, around[near], shares) for way in (darker, ~darker))), key=_strength)
    here = np.stack([start + (found.first - reach) * normal, end + (found.last - reach) * normal])
    return _Side(here.astype(np.float32), _strength(found), *found.quarters)


class _Edge(NamedTuple):
    """The offsets of a line's ends, counted from -reach; its mean worth, and that of its first and last quarter.

    `agreement` is 1 when the colour steps the same way all along, as at the edge of a sheet, and 0 when it steps to
    and fro, as along the squares of a pattern or through a heap of things.
    """

    first: float
    last: float
    worth: float
    quarters: tuple[float, float]
    agreement: float


def _strength(edge: _Edge) -> float:
    return edge.worth * edge.agreement


def _edge(worth: Floats, steps: Floats, shares: Floats) -> _Edge:
    reach = worth.shape[1] // 2
    first, last = _ends(worth, shares, reach)
    offsets = np.clip(np.rint(first + (last - first) * shares), 0, 2 * reach).astype(int)
    # A neighbour's worth too: a page that is not quite flat has sides that are not quite straight.
    padded = np.pad(worth, ((0, 0), (1, 1)))
    close = np.max([padded[np.arange(_SAMPLES), offsets + shift] for shift in (0, 1, 2)], axis=0)
    taken = steps[np.arange(_SAMPLES), offsets]
    total = float(np.sqrt((taken**2).sum(1)).sum())
    agreement = float(np.linalg.norm(taken.sum(0))) / max(total, 1e-6)
    quarter = _SAMPLES // 4
    quarters = float(close[:quarter].mean()), float(close[-quarter:].mean())
    return _Edge(first, last, float(close.mean()), quarters, agreement)


def _steps(lab: Floats, points: Floats, normal: Floats, reach: int) -> Floats:
    """The colour's step outwards at each offset -reach..reach along the normal; samples × offsets × channels."""
    offsets = np.arange(-reach - _STEP, reach + _STEP + 1, dtype=np.float32)
    at = points[:, None, :] + offsets[None, :, None] * normal
    colours = cv2.remap(lab, at[:, :, 0], at[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    total = np.cumsum(np.pad(colours, ((0, 0), (1, 0), (0, 0))), axis=1)
    count = 2 * reach + 1
    inner = total[:, _STEP : _STEP + count] - total[:, :count]
    outer = total[:, 2 * _STEP + 1 : 2 * _STEP + 1 + count] - total[:, _STEP + 1 : _STEP + 1 + count]
    return np.asarray((outer - inner) / _STEP, np.float32)


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
