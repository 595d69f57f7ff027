"""Text that a page holds and its picture does not show: its font is not in the file and has no stand-in, or is broken.

Text that is meant to be unseen is none of it: the words of a scan, which are invisible (ISO 32000-1, 9.3.6, modes 3 and
7) or lie under its picture, and text in the colour of its ground. Runs in the child only.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pypdfium2
from pypdfium2 import raw

from .geometry import Bytes
from .results import Finding

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Places = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
Table = np.ndarray[tuple[int, ...], np.dtype[np.int32]]
Row = tuple[float, float, float]
_Font = tuple[int, bool]
"""Which one, and whether it is in the file."""

TEXT_NOT_SHOWN = Finding(
    code="text_not_shown",
    region="whole",
    zh="本页有文字未能显示：文件中没有所用的字体。请提交嵌入字体的 PDF，或拍摄纸质原件。",
    en="Some text of this page cannot be shown: its font is not in the file. Ask for a PDF with its fonts, or for a "
    "photograph of the paper.",
)
_MOST_CHARACTERS = 20_000
"""Of a page that are looked at; a full page of print has some 3,000."""
_ENOUGH, _SAMPLED = 100, 8
"""Of a font that is in the file, after so many characters every eighth is looked at: it draws all or next to none."""
_MOST_PICTURES = 200
_LEAST_PIXELS = 4
"""Print that is drawn lower than that shows nothing to judge by."""
_STEP = 24
"""Of 255, between neighbours: less is no ink."""
# What is looked at of a character's cell: without a line that runs below it or a frame around it.
_LEFT, _RIGHT, _TOP, _BOTTOM = 0.1, 0.9, 0.1, 0.75
_UNSEEN_SHARE = 0.5
"""Of the characters of a font that is in the file: single ones may be blank by design, as in fonts of symbols."""
_FINE = 16
"""PDFium tells whole pixels: it is asked for a picture so many times as large."""
_INVISIBLE = {raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP}


@dataclass(frozen=True)
class _Run:
    """One text object: where its font comes from, and whether its ink is to be expected."""

    address: int
    font: _Font
    visible: bool
    grey: float


def holds_unseen_text(page: pypdfium2.PdfPage, pixels: Bytes) -> bool:
    """Whether letters or digits of the page left no ink in its picture."""
    text = page.get_textpage()
    try:
        found = list(_letters(text))
    finally:
        text.close()
    if not found:
        return False
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    runs = [run for run, _ in found]
    boxes = np.array([box for _, box in found])
    left, top, right, bottom, tellable = _cells(page, boxes, grey.shape)
    tellable &= ~_covered(page, runs, boxes)
    ink = _ink(grey)
    inked = ink[bottom, right] - ink[top, right] - ink[bottom, left] + ink[top, left] > 0
    # Text in the colour of its ground is meant to be unseen.
    distinct = np.abs(grey[top, left].astype(np.float64) - [run.grey for run in runs]) >= _STEP
    seen: dict[_Font, list[bool]] = {}
    for place in np.flatnonzero(tellable & (inked | distinct)):
        seen.setdefault(runs[place].font, []).append(bool(inked[place]))
    return any(_is_unseen(shown, embedded=font[1]) for font, shown in seen.items())


def _is_unseen(shown: list[bool], *, embedded: bool) -> bool:
    if not embedded:
        return not all(shown)
    return shown.count(False) > len(shown) * _UNSEEN_SHARE


def _ink(grey: Bytes) -> Table:
    """The summed area table of the places where the picture changes."""
    changes = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8))
    return np.asarray(cv2.integral(cv2.threshold(changes, _STEP - 1, 1, cv2.THRESH_BINARY)[1]), np.int32)


def _letters(text: pypdfium2.PdfTextPage) -> Iterator[tuple[_Run, tuple[float, float, float, float]]]:
    """Each letter and digit that is to be seen: its run, and its cell on the page in points."""
    runs: dict[int, _Run] = {}
    found: Counter[_Font] = Counter()
    handle, box = text.raw, raw.FS_RECTF()
    for place in range(min(text.count_chars(), _MOST_CHARACTERS)):
        thing = raw.FPDFText_GetTextObject(handle, place)
        address = _address(thing)
        if not address:  # a blank that PDFium put between words
            continue
        run = runs.get(address)
        if run is None:
            run = runs[address] = _run(thing)
        found[run.font] += 1
        if not run.visible or (run.font[1] and found[run.font] > _ENOUGH and found[run.font] % _SAMPLED):
            continue
        if _is_letter(raw.FPDFText_GetUnicode(handle, place)) and raw.FPDFText_GetLooseCharBox(handle, place, box):
            yield run, (box.left, box.top, box.right, box.bottom)


def _cells(
    page: pypdfium2.PdfPage, boxes: Floats, size: tuple[int, ...]
) -> tuple[Places, Places, Places, Places, Flags]:
    """What is looked at of each cell, in pixels: left, top, right, bottom; and where there is enough to tell by."""
    height, width = size[:2]
    across, down = _to_pixels(page, width, height)
    ends_x = across[0] * boxes[:, [0, 2]] + across[1] * boxes[:, [1, 3]] + across[2]
    ends_y = down[0] * boxes[:, [0, 2]] + down[1] * boxes[:, [1, 3]] + down[2]
    left, top = ends_x.min(1), ends_y.min(1)
    wide, high = ends_x.max(1) - left, ends_y.max(1) - top
    tellable = (np.minimum(wide, high) >= _LEAST_PIXELS) & (left >= 0) & (top >= 0)
    tellable &= (left + wide <= width) & (top + high <= height)
    edges = (left + wide * _LEFT, top + high * _TOP, left + wide * _RIGHT, top + high * _BOTTOM)
    x1, y1, x2, y2 = (np.nan_to_num(np.round(edge)) for edge in edges)
    # The table's last row and column lie one beyond the picture's.
    return (*(_within(x1, width - 1), _within(y1, height - 1), _within(x2, width), _within(y2, height)), tellable)


def _covered(page: pypdfium2.PdfPage, runs: list[_Run], boxes: Floats) -> Flags:
    """Which of the letters lie under a picture that is drawn after them."""
    order: dict[int, int] = {}
    pictures: list[tuple[int, tuple[float, ...]]] = []
    for place in range(min(raw.FPDFPage_CountObjects(page.raw), _MOST_CHARACTERS)):
        thing = raw.FPDFPage_GetObject(page.raw, place)
        order[_address(thing)] = place
        edges = tuple(ctypes.c_float() for _ in range(4))
        if raw.FPDFPageObj_GetType(thing) == raw.FPDF_PAGEOBJ_IMAGE and raw.FPDFPageObj_GetBounds(thing, *edges):
            pictures.append((place, tuple(edge.value for edge in edges)))
    # What stands within a form is not in the list: it counts as drawn first.
    drawn = np.array([order.get(run.address, -1) for run in runs])
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    covered = np.zeros(len(runs), np.bool_)
    for place, (left, bottom, right, top) in pictures[:_MOST_PICTURES]:
        covered |= (drawn < place) & (left <= x) & (x <= right) & (bottom <= y) & (y <= top)
    return covered


def _within(edge: Floats, most: int) -> Places:
    return np.clip(edge, 0, most).astype(np.int64)


def _to_pixels(page: pypdfium2.PdfPage, width: int, height: int) -> tuple[Row, Row]:
    """How a point of the page becomes a pixel: the rows of the matrix (ISO 32000-1, 8.3.3), turned pages too."""

    def at(x: float, y: float) -> tuple[int, int]:
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page.raw, 0, 0, width * _FINE, height * _FINE, 0, x, y, across, down)
        return across.value, down.value

    zero, right, up = at(0, 0), at(1000, 0), at(0, 1000)
    rows = [((right[i] - zero[i]) / 1000 / _FINE, (up[i] - zero[i]) / 1000 / _FINE, zero[i] / _FINE) for i in (0, 1)]
    return rows[0], rows[1]


def _address(thing: Any) -> int:
    """Where an object of PDFium's lies; 0 for none. Faster than a cast, and asked for each character."""
    return ctypes.c_void_p.from_buffer(thing).value or 0


def _is_letter(point: int) -> bool:
    """Whether it is a letter or digit; PDFium tells a character beyond the basic plane as two surrogates."""
    return 0xD800 <= point < 0xE000 or (0 < point < 0x110000 and chr(point).isalnum())


def _run(thing: raw.FPDF_PAGEOBJECT) -> _Run:
    font = raw.FPDFTextObj_GetFont(thing)
    matrix = raw.FS_MATRIX()
    upright = bool(raw.FPDFPageObj_GetMatrix(thing, matrix)) and (
        abs(matrix.b) + abs(matrix.c) < 1e-3 * (abs(matrix.a) + abs(matrix.d))
    )
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    coloured = bool(raw.FPDFPageObj_GetFillColor(thing, red, green, blue, alpha))
    visible = raw.FPDFTextObj_GetTextRenderMode(thing) not in _INVISIBLE
    return _Run(
        address=_address(thing),
        font=(_address(font), raw.FPDFFont_GetIsEmbedded(font) == 1),
        visible=visible and upright and coloured and alpha.value > _STEP,
        grey=0.299 * red.value + 0.587 * green.value + 0.114 * blue.value,
    )
