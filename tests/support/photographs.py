"""The real photographs of `tests/photographs`, and those without a page that come with scikit-image."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import skimage.data

from document_relay.imaging.decode import decode, open_formats
from document_relay.imaging.limits import Limits

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

FOLDER = Path(__file__).parents[1] / "photographs"
CORNERS: dict[str, list[Floats]] = {
    name: [np.array(sheet, np.float32) for sheet in sheets]
    for name, sheets in json.loads((FOLDER / "corners.json").read_text()).items()
}
WITH_SHEETS = sorted(name for name, sheets in CORNERS.items() if sheets)
WITHOUT_SHEETS = sorted(name for name, sheets in CORNERS.items() if not sheets)
CUT_OFF = ("charuco_on_wood", "hand_on_sheet")
"""Of these the picture shows three corners and two."""
OF_SCIKIT_IMAGE = (
    "astronaut brick camera cell chelsea coffee coins grass gravel hubble_deep_field rocket".split()  # noqa: SIM905
)


def path(name: str) -> Path:
    return FOLDER / f"{name}.jpg"


def pixels(name: str) -> Bytes:
    """The upright pixels of one of our photographs."""
    open_formats()
    return decode(path(name).read_bytes(), Limits()).pixels


def of_scikit_image(name: str) -> Bytes:
    """A picture without a page, in RGB."""
    picture = np.asarray(getattr(skimage.data, name)())
    return np.ascontiguousarray(picture if picture.ndim == 3 else np.dstack([picture] * 3))


def overlap(name: str, found: Floats, size: tuple[int, int]) -> float:
    """Intersection over union of what the picture shows of `found` and of the true sheet it fits best.

    `size` is the picture's width and height: what lies outside of it is in no crop.
    """
    return max(_overlap(_seen(found, size), _seen(sheet, size)) for sheet in CORNERS[name])


def _seen(quad: Floats, size: tuple[int, int]) -> Floats:
    width, height = size
    picture = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return cv2.intersectConvexConvex(quad.astype(np.float32), picture)[1].reshape(-1, 2)


def _overlap(one: Floats, other: Floats) -> float:
    common, _ = cv2.intersectConvexConvex(one, other)
    return common / (cv2.contourArea(one) + cv2.contourArea(other) - common)
