"""From a stranger's bytes to upright pixels, by an allow-list of formats and with the header read first.

A TIFF may have many pages. Of an MPO the first picture is the photograph; those behind are previews, gain maps and the
other eye. Animations (WebP, PNG) and HEIC files of several photographs are refused: to keep the first in silence would
lose pages, to keep all would make pages of a burst. GIF is not on the list.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import pillow_heif
from PIL import Image

from .errors import (
    PageDamaged,
    PageEmpty,
    PageNotAnImage,
    PageSeveralPictures,
    PageTooManyPages,
    PageTooManyPixels,
    PageTooSmall,
)
from .limits import MEGA, Limits
from .origins import without_origin

Pixels = npt.NDArray[np.uint8]
"""Height × width × 3, red green blue, as decoded."""

_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "TIFF", "MPO")  # MPO: a JPEG with a second picture behind, as phones write
_PNG = b"\x89PNG\r\n\x1a\n"
_ORIENTATION_TAG = 0x0112
_GPS_TAG = 0x8825
_PNG_TURNED = (b"eXIf", b"Raw profile type exif", b"Orientation")
_SUBFILE_TAG = 0x00FE
_NO_PAGE = 0b101  # TIFF 6.0, NewSubfileType: a reduced copy of another picture, or its mask
_SET_UPRIGHT_BY_THE_DECODER = frozenset({"HEIF", "TIFF"})
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
    """A decoded page, upright, the clockwise turn that made it so, and how many pages the picture has."""

    pixels: Pixels
    turned_degrees: int
    page_count: int


def open_formats() -> None:
    """Loads the decoders of the allow-list; once in a process."""
    # The limit on pixels is ours, before decoding; Pillow's own would warn far below it.
    Image.MAX_IMAGE_PIXELS = None
    Image.init()
    pillow_heif.register_heif_opener(thumbnails=False)


def decode(data: bytes, limits: Limits, number: int = 0, most: int = 1) -> Source:
    """The upright pixels of page `number`, from 0, of `data`, at most `limits.working_pixels` of them.

    Raises PageEmpty, PageNotAnImage, PageTooSmall, PageTooManyPixels, PageDamaged, PageSeveralPictures, and
    PageTooManyPages when there are more than `most`.
    """
    if not data:
        raise PageEmpty
    with warnings.catch_warnings():
        # Pillow warns of broken metadata, which is not kept. What it cannot decode, it raises.
        warnings.simplefilter("ignore")
        try:
            return _read(data, limits, number, most)
        except PageDamaged:
            if not data.startswith(_PNG):
                raise
            # Pillow gives a PNG up for a broken comment or colour profile, too.
            return _read(without_side_chunks(data), limits, number, most)


def to_keep(data: bytes) -> bytes:
    """What is stored of a picture that `decode` has read: the same pixels and turn, and nothing of its origin.

    Raises PageDamaged when the origin of a picture cannot be taken out.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        kept = without_origin(data, _shown_by(data))
        # What is blanked where it lies is looked at again; of the other formats no place for it is left.
        if not data.startswith((b"\xff\xd8", _PNG, b"RIFF")) and _place_of(_opened(kept)):
            raise PageDamaged
    return kept


def _shown_by(data: bytes) -> int:
    """The orientation that has to be kept beside the pixels."""
    # To ask Pillow costs a decoding of the whole PNG.
    if data.startswith(_PNG) and not any(sign in data for sign in _PNG_TURNED):
        return 1
    try:
        image = _opened(data)
    except PageDamaged:
        # Broken side chunks, as in `decode`: there is no orientation in those that are left.
        return 1
    return 1 if image.format in _SET_UPRIGHT_BY_THE_DECODER else _orientation_of(image)


def _place_of(image: Image.Image) -> Mapping[int, object]:
    try:
        return image.getexif().get_ifd(_GPS_TAG)
    except MemoryError:
        raise
    except Exception:  # blanked metadata around sound pixels
        return {}


def without_side_chunks(png: bytes) -> bytes:
    """The PNG with the chunks that its pixels need, and no other (PNG 3rd edition, 5.3 and 5.4)."""
    kept, at = [_PNG], len(_PNG)
    while at < len(png):
        end = at + 12 + int.from_bytes(png[at : at + 4], "big")
        kind = png[at + 4 : at + 8]
        if kind[:1].isupper() or kind == b"tRNS":
            kept.append(png[at:end])
        at = end
    return b"".join(kept)


def _read(data: bytes, limits: Limits, number: int, most: int) -> Source:
    image = _opened(data)
    count = _turned_to(image, number, most)
    return Source(*_decoded(image, limits), count)


def _opened(data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=_FORMATS)
    except MemoryError:
        raise
    except Exception as error:  # decoders raise anything on hostile headers
        raise (PageDamaged if _looks_like_ours(data) else PageNotAnImage) from error


def _looks_like_ours(data: bytes) -> bool:
    """True when the first bytes are those of a format on the list: then it is damaged, not foreign."""
    starts = (b"\xff\xd8\xff", _PNG, b"II*\0", b"MM\0*")
    heif = data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc")
    return data.startswith(starts) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP") or heif


def _turned_to(image: Image.Image, number: int, most: int) -> int:
    """Turns to the page, and returns how many there are."""
    try:
        if image.format != "TIFF":
            if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
                raise PageSeveralPictures
            return 1
        pages = _pages_of(image, most)
        image.seek(pages[min(number, len(pages) - 1)])
        return len(pages)
    except (MemoryError, PageSeveralPictures, PageTooManyPages):
        raise
    except Exception as error:  # decoders raise anything on hostile bodies
        raise PageDamaged from error


def _pages_of(image: Image.Image, most: int) -> list[int]:
    """Where the pages of a TIFF are; its first picture alone, when every one is said to be a copy or a mask."""
    pages: list[int] = []
    for at in range(4 * most + 1):
        try:
            image.seek(at)
        except EOFError:
            return pages or [0]
        tags: Mapping[int, object] = getattr(image, "tag_v2", {})
        kind = tags.get(_SUBFILE_TAG, 0)
        if not (isinstance(kind, int) and kind & _NO_PAGE):
            pages.append(at)
        if len(pages) > most:
            break
    raise PageTooManyPages(limit=most)


def _orientation_of(image: Image.Image) -> int:
    """The value of the EXIF tag; 1, which is upright, where it says nothing that can be read."""
    try:
        said = image.info.get("original_orientation") or image.getexif().get(_ORIENTATION_TAG)
        return said if isinstance(said, int) and said in _UPRIGHT else 1
    except MemoryError:
        raise
    except Exception:  # broken metadata around sound pixels
        return 1


def _decoded(image: Image.Image, limits: Limits) -> tuple[Pixels, int]:
    width, height = image.size
    if min(width, height) < limits.least_side:
        raise PageTooSmall(width=width, height=height, limit=limits.least_side)
    if width * height > limits.pixels:
        raise PageTooManyPixels(megapixels=round(width * height / MEGA), limit=limits.pixels // MEGA)
    shrink = (width * height / limits.working_pixels) ** 0.5
    orientation = _orientation_of(image)
    try:
        if shrink > 1:
            image.draft("RGB", (int(width / shrink), int(height / shrink)))
        image.load()
    except MemoryError:
        raise
    except Exception as error:  # decoders raise anything on hostile bodies
        raise PageDamaged from error
    rgb = _on_white(image)
    turn, degrees = _UPRIGHT.get(orientation, (None, 0))
    lies_aside = turn is not None and image.format not in _SET_UPRIGHT_BY_THE_DECODER
    upright = rgb.transpose(turn) if lies_aside and turn is not None else rgb
    return _bounded(np.asarray(upright), limits), degrees


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
