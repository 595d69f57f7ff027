"""Finds the page in a photograph: regions that may be it, their sides moved onto edges, the best supported one."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np

from .doubts import is_doubtful
from .geometry import Bytes, Floats, area, ordered, plausible
from .regions import guesses
from .sides import Fit, as_lab, even_steps, fitted

_SMALL_SIDE = 560
_FINE_SIDE = 2400
_HOPELESS = 0.15
_SHEET_TO_BOX = 1.5
_SHEET_SCORE = 0.66
_SAME = 0.012  # of the picture's longer side: guesses whose corners are closer are one


class FoundPage(NamedTuple):
    """The corners in pixels, clockwise from the top left; the support of the sides between them, each 0..1."""

    corners: Floats
    support: Floats


def find_page(rgb: Bytes) -> FoundPage | None:
    """The page in an upright picture, or None when nothing in it has four edges of a sheet."""
    longer = max(rgb.shape[:2])
    scale = min(1.0, _SMALL_SIDE / longer)
    small = as_lab(_resized(rgb, scale))
    best = _best_fit(small)
    if best is None:
        return None
    fine_scale = min(1.0, _FINE_SIDE / longer)
    fine = _finer(as_lab(_resized(rgb, fine_scale)), best, fine_scale / scale)
    return FoundPage(ordered((fine.quad + 0.5) / fine_scale), fine.support)


def _resized(rgb: Bytes, scale: float) -> Bytes:
    if scale >= 1:
        return rgb
    size = (max(16, round(rgb.shape[1] * scale)), max(16, round(rgb.shape[0] * scale)))
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _best_fit(lab: Bytes) -> Fit | None:
    height, width = lab.shape[:2]
    printless = even_steps(cv2.morphologyEx(lab, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)).astype(np.uint8))
    faithful = even_steps(cv2.GaussianBlur(lab, (0, 0), 0.8).astype(np.uint8))
    fits: list[Fit] = []
    seen: list[Floats] = []
    for guess in guesses(lab):
        quad = ordered(guess)
        if seen and np.abs(np.stack(seen) - quad).max((1, 2)).min() < _SAME * max(width, height):
            continue
        seen.append(quad)
        fit = _snapped(printless, faithful, quad)
        if fit is not None and _may_be_a_page(fit, lab):
            fits.append(fit)
    best = max(fits, key=lambda fit: _rank(fit, lab), default=None)
    around = [] if best is None else [fit for fit in fits if _is_printed_on(best, fit)]
    return max(around, key=lambda fit: fit.score, default=best)


def _may_be_a_page(fit: Fit, lab: Bytes) -> bool:
    if not plausible(fit.quad, lab.shape[1], lab.shape[0]) or fit.runs_through:
        return False
    return not is_doubtful(fit, lab)


def _is_printed_on(inner: Fit, outer: Fit) -> bool:
    """True when `inner` may be a photograph or a box on the sheet that `outer` is."""
    if area(outer.quad) < _SHEET_TO_BOX * area(inner.quad) or outer.score < _SHEET_SCORE * inner.score:
        return False
    ring = outer.quad.reshape(-1, 1, 2)
    return all(cv2.pointPolygonTest(ring, (float(x), float(y)), False) > 0 for x, y in inner.quad)


def _snapped(printless: Floats, faithful: Floats, quad: Floats) -> Fit | None:
    wide = fitted(printless, quad, 10)
    if wide is None or wide.score < _HOPELESS:
        return None
    close = fitted(printless, wide.quad, 4)
    thin = fitted(faithful, wide.quad, 4)  # a white sheet on a white table has but a thin shadow for an edge
    fits = [fit for fit in (close, thin) if fit is not None]
    return max(fits, key=lambda fit: fit.score, default=None)


def _rank(fit: Fit, lab: Bytes) -> float:
    """The score; more for clear corners, the middle, where people hold pages, and size: of sheet and box the sheet."""
    height, width = lab.shape[:2]
    share = area(fit.quad) / (height * width)
    in_the_middle = cv2.pointPolygonTest(fit.quad.reshape(-1, 1, 2), (width / 2, height / 2), False) > 0
    corners = 0.15 * float(fit.corners.min())
    return fit.score + corners + 0.12 * math.sqrt(min(1.0, share)) + 0.2 * in_the_middle


def _finer(lab: Bytes, fit: Fit, scale: float) -> Fit:
    """The fit moved to the edges of a larger picture; the support stays that of the small one."""
    soft = even_steps(cv2.GaussianBlur(lab, (0, 0), 1.0).astype(np.uint8))
    quad = (fit.quad + 0.5) * scale - 0.5
    moved = fitted(soft, quad.astype(np.float32), max(2, round(1.5 * scale)))
    if moved is None or float(np.abs(moved.quad - quad).max()) > 6 * scale:
        return fit._replace(quad=quad.astype(np.float32))
    return fit._replace(quad=moved.quad)
