"""Pen strokes as evidence: what counts as a signature, and the one spelling that is hashed.

A stroke is the list of points between pen down and pen up. `x` and `y` are shares of the pad's width and height,
`p` is the pressure 0 to 1, `t` milliseconds from the first point.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from document_relay.case_core.canonical import canonical

MOST_POINTS = 20_000
_FEWEST_POINTS = 3
_SMALLEST_SIZE = 0.03
"""A drawing that is nowhere this large, as a share of the pad, is a dot."""
_DOT = 0.005
"""A stroke that is nowhere this large is a dot; dots alone are no name."""
_STRAIGHTEST = 0.008
"""Mean distance from the straight line, as a share of the pad's width, below which a drawing is a mere line."""
_LONGEST_MS = 600_000


class Point(msgspec.Struct, frozen=True):
    """One pen point."""

    x: float
    y: float
    p: float
    t: float


Stroke = Annotated[tuple[Point, ...], Meta(min_length=1)]


class Strokes(msgspec.Struct, frozen=True, kw_only=True):
    """A drawn signature; `width` and `height` of the pad give it its proportions, in any unit."""

    strokes: tuple[Stroke, ...]
    width: float
    height: float
    device: str

    def points(self) -> Iterator[Point]:
        """All points in the order they were drawn."""
        for stroke in self.strokes:
            yield from stroke

    def canonical(self) -> bytes:
        """The bytes that are stored and hashed."""
        return canonical(msgspec.to_builtins(self))


Problem = Literal[
    "too_many",
    "empty_stroke",
    "not_finite",
    "outside",
    "backwards",
    "too_long",
    "too_few",
    "only_dots",
    "dot",
    "line",
]
"""Why strokes are no signature."""


class NoSignature(Exception):
    """What was drawn cannot count."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def check(drawn: Strokes) -> None:
    """Raises `NoSignature` unless these are the strokes of a hand that wrote something."""
    if not all(drawn.strokes):
        raise NoSignature("empty_stroke")
    points = list(drawn.points())
    if len(points) > MOST_POINTS:
        raise NoSignature("too_many")
    _check_numbers(drawn, points)
    _check_shape(drawn, points)


def check_mark(drawn: Strokes) -> None:
    """Raises `NoSignature` unless these are strokes at all: a cross, or the dot that a thumb leaves, is a mark.

    Who cannot write makes it, and a witness says whose it is.
    """
    if not drawn.strokes or not all(drawn.strokes):
        raise NoSignature("empty_stroke")
    points = list(drawn.points())
    if len(points) > MOST_POINTS:
        raise NoSignature("too_many")
    _check_numbers(drawn, points)


def _check_numbers(drawn: Strokes, points: list[Point]) -> None:
    numbers = [
        drawn.width,
        drawn.height,
        *(value for point in points for value in (point.x, point.y, point.p, point.t)),
    ]
    if not all(map(math.isfinite, numbers)) or drawn.width <= 0 or drawn.height <= 0:
        raise NoSignature("not_finite")
    if not all(0 <= value <= 1 for point in points for value in (point.x, point.y, point.p)):
        raise NoSignature("outside")
    if any(later.t < earlier.t for earlier, later in pairwise(points)):
        raise NoSignature("backwards")
    if points and points[0].t < 0:
        raise NoSignature("backwards")
    if points and points[-1].t > _LONGEST_MS:
        raise NoSignature("too_long")


def _check_shape(drawn: Strokes, points: list[Point]) -> None:
    if len(points) < _FEWEST_POINTS:
        raise NoSignature("too_few")
    ratio = drawn.height / drawn.width
    places = [(point.x, point.y * ratio) for point in points]
    if _size(places) < _SMALLEST_SIZE:
        raise NoSignature("dot")
    if all(_size([(point.x, point.y * ratio) for point in stroke]) < _DOT for stroke in drawn.strokes):
        raise NoSignature("only_dots")
    if _mean_distance(places) < _STRAIGHTEST:
        raise NoSignature("line")


def _size(places: list[tuple[float, float]]) -> float:
    """The longer side of the box around the places, as a share of the pad's width."""
    across = max(x for x, _ in places) - min(x for x, _ in places)
    down = max(y for _, y in places) - min(y for _, y in places)
    return max(across, down)


def _mean_distance(places: list[tuple[float, float]]) -> float:
    """Mean distance of the points from their principal axis (total least squares)."""
    count = len(places)
    middle_x = sum(x for x, _ in places) / count
    middle_y = sum(y for _, y in places) / count
    xx = sum((x - middle_x) ** 2 for x, _ in places)
    yy = sum((y - middle_y) ** 2 for _, y in places)
    xy = sum((x - middle_x) * (y - middle_y) for x, y in places)
    angle = math.atan2(2 * xy, xx - yy) / 2
    across = (-math.sin(angle), math.cos(angle))
    return sum(abs((x - middle_x) * across[0] + (y - middle_y) * across[1]) for x, y in places) / count
