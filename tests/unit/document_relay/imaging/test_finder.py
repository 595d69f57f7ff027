"""The page finder over an album of seeded photographs, and over what is no page."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from document_relay.imaging.finder import find_page
from document_relay.imaging.geometry import enclosing_quad, ordered, plausible
from document_relay.imaging.straighten import page_size, straightened
from tests.support.papers import Photograph, Scene, album, difficulty, photograph


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union of two convex quadrilaterals."""
    common, _ = cv2.intersectConvexConvex(one.astype(np.float32), other.astype(np.float32))
    areas = cv2.contourArea(one.astype(np.float32)) + cv2.contourArea(other.astype(np.float32))
    return common / (areas - common)


def seen(taken: Photograph) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(taken.jpeg)))


def test_pages_of_the_album_are_found() -> None:
    scores: dict[str, list[float]] = {"easy": [], "ordinary": [], "hard": []}
    # Every fourth one; `make bench-imaging` looks at all 72.
    for scene in album(72)[::4]:
        taken = photograph(scene)
        found = find_page(seen(taken))
        scores[difficulty(scene.seed)].append(0.0 if found is None else overlap(found.corners, taken.corners))
    everything = [score for level in scores.values() for score in level]
    found_ones = [score for score in everything if score > 0]
    summary = {level: (round(float(np.mean(s)), 4), round(min(s), 4)) for level, s in scores.items()}
    missed = len(everything) - len(found_ones)
    print(f"mean IoU {np.mean(everything):.4f} of {len(everything)}, {missed} not found (counted as 0); {summary}")
    assert np.mean(everything) >= 0.95
    assert min(scores["easy"]) >= 0.98
    # A page that is not found is kept whole and said so; a wrong crop would lose a part of it.
    assert min(found_ones) >= 0.95
    assert missed <= 1


@pytest.mark.parametrize("table", ["wood", "dark", "cloth", "grey", "white"])
def test_a_table_without_a_page_has_none(table: str) -> None:
    # The page is laid outside of the picture.
    taken = photograph(Scene(seed=11, table=table, offset=(3.0, 3.0), size=(1200, 900)))
    assert find_page(seen(taken)) is None


def test_a_flat_scan_has_no_page_in_it() -> None:
    sheet = photograph(Scene(seed=4)).sheet
    assert find_page(np.ascontiguousarray(sheet)) is None


@pytest.mark.parametrize("sheet", ["text", "form", "card"])
def test_the_straightened_page_is_the_sheet_that_was_photographed(sheet: str) -> None:
    taken = photograph(Scene(seed=21, sheet=sheet, table="dark", size=(2400, 1800), fill=0.85, tilt=0.12, turn=10))
    found = find_page(seen(taken))
    assert found is not None
    page = straightened(seen(taken), found.corners)
    rows, columns = 877, 620
    grey = [
        cv2.GaussianBlur(cv2.cvtColor(cv2.resize(p, (columns, rows)), cv2.COLOR_RGB2GRAY), (0, 0), 2).ravel()
        for p in (page, taken.sheet)
    ]
    assert np.corrcoef(grey[0], grey[1])[0, 1] > 0.93
    true = taken.sheet.shape[1] / taken.sheet.shape[0]
    assert page.shape[1] / page.shape[0] == pytest.approx(true, rel=0.02)


@pytest.mark.parametrize(("width", "height"), [(210, 297), (297, 210), (85.6, 54.0)])
def test_the_proportion_comes_from_the_perspective(width: float, height: float) -> None:
    # A pinhole camera over a sheet: the far edge is shorter, and the picture of A4 is nowhere near A4.
    focal, across, down = 1500.0, width / 2, height / 2
    flat = np.array([[-across, -down, 0], [across, -down, 0], [across, down, 0], [-across, down, 0]])
    tilt = np.radians(35)
    turn = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    swing = np.array([[np.cos(0.3), 0, np.sin(0.3)], [0, 1, 0], [-np.sin(0.3), 0, np.cos(0.3)]])
    seen_at = flat @ turn.T @ swing.T + [0, 0, max(width, height) * 2.2]
    corners = (focal * seen_at[:, :2] / seen_at[:, 2:] + [1000, 750]).astype(np.float32)
    columns, rows = page_size(corners, 2000, 1500)
    assert columns / rows == pytest.approx(width / height, rel=0.01)


def test_corners_are_named_from_the_top_left() -> None:
    quad = np.array([[90, 95], [10, 12], [8, 99], [95, 10]], np.float32)
    assert ordered(quad).tolist() == [[10, 12], [95, 10], [90, 95], [8, 99]]


def test_an_outline_with_a_cut_corner_is_completed() -> None:
    torn = np.array([[10, 10], [80, 10], [100, 30], [100, 120], [10, 120]], np.float32)
    quad = enclosing_quad(torn)
    assert quad is not None
    assert np.allclose(ordered(quad), [[10, 10], [100, 10], [100, 120], [10, 120]], atol=1)


@pytest.mark.parametrize(
    "quad",
    [
        [[10, 10], [90, 10], [12, 90], [90, 90]],  # crossed
        [[10, 10], [12, 10], [12, 90], [10, 90]],  # a line
        [[10, 10], [90, 10], [52, 90], [48, 90]],  # a wedge
        [[-90, 10], [90, 10], [90, 90], [-90, 90]],  # far outside
        [[float("nan"), 10], [90, 10], [90, 90], [10, 90]],
    ],
)
def test_what_no_sheet_can_look_like_is_not_plausible(quad: list[list[float]]) -> None:
    assert not plausible(np.array(quad, np.float32), 100, 100)
