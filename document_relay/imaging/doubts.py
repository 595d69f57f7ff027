"""Why four well supported sides may still be no page: what print, things and slivers of furniture look like."""

from __future__ import annotations

import cv2
import numpy as np

from .geometry import Bytes, Floats, area
from .sides import Fit, even_steps

_SPOT_SHARE = 0.25
_SPOT_DARKER = 6
_STAMP_SHARE = 0.08
_STAMP_LIGHTER = 6
_LEAST_SCORE = 0.34
_LEAST_SCORE_SMALL = 0.72
_LEAST_SIDE = 0.38
_LEAST_CORNER = 0.38
_SMALL_SHARE = 0.12  # of the picture
_SMALLEST_SHARE = 0.04
_CUT_OFF_SHARE = 0.2
_BARE = np.arange(4, 10, dtype=np.float32)  # pixels from a side: past its shadow, within a margin
_LEAST_STEP = 9.0
"""In even CIELAB, where 9 is 4 % of the light: bare paper and what lies around it differ by more."""


def is_doubtful(fit: Fit, lab: Bytes) -> bool:
    """True when the fit lacks a corner, is too faint for its size, a sliver, a spot, or when the sheet goes on."""
    share = area(fit.quad) / (lab.shape[0] * lab.shape[1])
    if fit.weakest <= _LEAST_SIDE or fit.score <= _least_score(share):
        return True
    # A thumb, a staple or a thing may hide one corner; what is round has none.
    if np.sort(fit.corners)[1] <= _LEAST_CORNER:
        return True
    # A page is cut off because it is held too close: then what is seen of it is large.
    if fit.borders and share < _CUT_OFF_SHARE:
        return True
    return _is_darker_spot(lab, fit.quad, share) or _goes_on(fit, lab)


def _least_score(share: float) -> float:
    """Small quadrilaterals are many in any picture: of them one has to be seen more clearly."""
    smallness = (_SMALL_SHARE - share) / (_SMALL_SHARE - _SMALLEST_SHARE)
    return _LEAST_SCORE + (_LEAST_SCORE_SMALL - _LEAST_SCORE) * float(np.clip(smallness, 0, 1))


def _is_darker_spot(lab: Bytes, quad: Floats, share: float) -> bool:
    """True for what is small and darker than what is around it: a stamp or a photograph on a sheet.

    A stamp's ring holds the sheet's own white: what is as small as that has to be lighter than its surroundings. A dark
    cover on a light table looks the same from afar; held so small it is better kept with its table than a
    page is cut down to its stamp.
    """
    if share > _SPOT_SHARE:
        return False
    lighter = _STAMP_LIGHTER if share < _STAMP_SHARE else -_SPOT_DARKER
    centre = quad.mean(0)
    inner, outer = (centre + (quad - centre) * share for share in (0.9, 1.1))
    return _lightness_along(lab, inner) < _lightness_along(lab, outer) + lighter


def _lightness_along(lab: Bytes, ring: Floats) -> float:
    shares = np.linspace(0.1, 0.9, 12, dtype=np.float32)[:, None]
    points = np.concatenate([ring[at] + shares * (ring[(at + 1) % 4] - ring[at]) for at in range(4)])
    columns = np.clip(points[:, 0], 0, lab.shape[1] - 1).astype(int)
    rows = np.clip(points[:, 1], 0, lab.shape[0] - 1).astype(int)
    return float(np.median(lab[rows, columns, 0]))


def _goes_on(fit: Fit, lab: Bytes) -> bool:
    """True when beyond one side lies what is bare paper within: that side is an edge of print, not of the sheet."""
    even = even_steps(lab)
    sides = [(fit.quad[at], fit.quad[(at + 1) % 4]) for at in range(4) if fit.support[at] > 0]
    return any(_step_of_bare_paper(even, start, end) < _LEAST_STEP for start, end in sides)


def _step_of_bare_paper(even: Floats, start: Floats, end: Floats) -> float:
    along = end - start
    outwards = np.array([along[1], -along[0]], np.float32) / max(float(np.linalg.norm(along)), 1.0)
    points = start + np.linspace(0.1, 0.9, 24, dtype=np.float32)[:, None] * along
    inside, outside = (_colours(even, points, way * outwards) for way in (-1, 1))
    # The lightest third inside is paper without print.
    bare = inside[inside[:, 0] >= np.percentile(inside[:, 0], 70)]
    return float(np.linalg.norm(np.median(bare, axis=0) - np.median(outside, axis=0)))


def _colours(even: Floats, points: Floats, direction: Floats) -> Floats:
    at = points[:, None, :] + _BARE[:, None] * direction.astype(np.float32)
    colours = cv2.remap(even, at[:, :, 0], at[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(colours.reshape(-1, 3), np.float32)
