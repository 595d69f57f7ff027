"""From a stranger's bytes to upright pixels, by an allow-list of formats and with the header read first."""

from __future__ import annotations

import io
import warnings
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import pillow_heif
from PIL import Image

from .errors import PageDamaged, PageEmpty, PageNotAnImage, PageTooManyPixels
from .limits import MEGA, Limits

Pixels = npt.NDArray[np.uint8]
"""Height × width × 3, red green blue, as decoded."""

_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "TIFF", "MPO")  # MPO: a JPEG with a second picture behind, as phones write
_ORIENTATION_TAG = 0x0112
# EXIF 2.32, 4.6.4 A: what to do to the stored picture to see it upright, and the clockwise turn in it.
_UPRIGHT: dict[int, tuple[Image.Transpose, int]] = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT, 0),
    3: (Image.Transpose.ROTATE_180, 180),
    4: (Image.Transpose.FLIP_TOP_BOTTOM, 180),
    5: (Image.Transpose.TRANSPOSE, 90),
    6: (Image.Transpose.ROTATE_270, 90),
    7: (Image.Transpose.TRANSVERSE, 270),
    8: (Image.Transpose.ROTATE_90, 270),
}


class Source(NamedTuple):
    """A decoded picture, upright, and the clockwise turn that made it so."""

    pixels: Pixels
    turned_degrees: int


def open_formats() -> None:
    """Loads the decoders of the allow-list; once in a process."""
    # The limit on pixels is ours, before decoding; Pillow's own would warn far below it.
    Image.MAX_IMAGE_PIXELS = None
    Image.init()
    pillow_heif.register_heif_opener(thumbnails=False)


def decode(data: bytes, limits: Limits) -> Source:
    """The upright pixels of the first picture in `data`, at most `limits.working_pixels` of them.

    Raises PageEmpty, PageNotAnImage, PageTooManyPixels, PageDamaged.
    """
    if not data:
        raise PageEmpty
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what Pillow only warns about is no page we want
        return _decoded(_opened(data), limits)


def _opened(data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=_FORMATS)
    except MemoryError:
        raise
    except Exception as error:  # decoders raise anything on hostile headers
        raise (PageDamaged if _looks_like_ours(data) else PageNotAnImage) from error


def _looks_like_ours(data: bytes) -> bool:
    """True when the first bytes are those of a format on the list: then it is damaged, not foreign."""
    starts = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*")
    heif = data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc")
    return data.startswith(starts) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or heif


def _decoded(image: Image.Image, limits: Limits) -> Source:
    width, height = image.size
    if width * height > limits.pixels:
        raise PageTooManyPixels(megapixels=round(width * height / MEGA), limit=limits.pixels // MEGA)
    shrink = (width * height / limits.working_pixels) ** 0.5
    try:
        orientation = image.getexif().get(_ORIENTATION_TAG, 1)
        if shrink > 1:
            image.draft("RGB", (int(width / shrink), int(height / shrink)))
        image.load()
    except MemoryError:
        raise
    except Exception as error:  # decoders raise anything on hostile bodies
        raise PageDamaged from error
    rgb = _on_white(image)
    turn, degrees = _UPRIGHT.get(orientation, (None, 0)) if image.format != "HEIF" else (None, 0)
    upright = rgb if turn is None else rgb.transpose(turn)
    return Source(_bounded(np.asarray(upright), limits), degrees)


def _on_white(image: Image.Image) -> Image.Image:
    """RGB as it would look lying on white paper; 16-bit scans keep their range."""
    if image.mode in ("I;16", "I;16B", "I;16L", "I"):
        scaled = np.asarray(image).astype(np.float32)
        return Image.fromarray((scaled / max(float(scaled.max()), 1.0) * 255).astype(np.uint8)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        page = Image.new("RGB", image.size, "white")
        layered = image.convert("RGBA")
        page.paste(layered, mask=layered.getchannel("A"))
        return page
    return image.convert("RGB")


def _bounded(pixels: Pixels, limits: Limits) -> Pixels:
    height, width = pixels.shape[:2]
    shrink = (limits.working_pixels / (width * height)) ** 0.5
    if shrink >= 1:
        return np.ascontiguousarray(pixels)
    size = (max(1, int(width * shrink)), max(1, int(height * shrink)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
