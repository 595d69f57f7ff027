"""A signature's appearance: its strokes as lines whose width follows the pressure, and beneath who, where and when.

Runs in the child only.
"""

from __future__ import annotations

from itertools import pairwise

from fpdf import FPDF

from document_relay.case_core.strokes import Point, Strokes
from document_relay.fonts import Fonts
from document_relay.fonts.faces import SANS
from document_relay.typesetting.chained import ChainedPdf

_TEXT_SIZE = 7.0
_TEXT_HEIGHT = 10.0
_PADDING = 6.0
_THINNEST, _THICKEST = 0.7, 2.6
Place = tuple[float, float]


def draw_signature(fonts: Fonts, drawn: Strokes, size: tuple[float, float], lines: tuple[str, ...]) -> bytes:
    """A one-page PDF of `size` points with the strokes as vectors and the lines of text below them.

    A line that is too long is set smaller; a character that no font has is set as its code point.
    """
    pdf = ChainedPdf(fonts, unit="pt", format=size)
    pdf.set_auto_page_break(auto=False)
    pdf.set_margins(0, 0)
    pdf.c_margin = 0
    pdf.add_page()
    room = (size[0] - 2 * _PADDING, size[1] - 2 * _PADDING - _TEXT_HEIGHT * len(lines))
    # With round caps a stroke of one point is a dot in every viewer (ISO 32000-1, 8.5.3.2); with square ones, in some.
    with pdf.local_context(stroke_cap_style="round", stroke_join_style="round"):
        for stroke in drawn.strokes:
            _draw(pdf, [(point, _place(point, drawn, room)) for point in stroke])
    for number, line in enumerate(pdf.prepared(*lines)):
        pdf.set_font(SANS.name, size=_TEXT_SIZE)
        pdf.set_font_size(_TEXT_SIZE * min(1.0, (size[0] - 2 * _PADDING) / pdf.get_string_width(line)))
        pdf.set_xy(_PADDING, size[1] - _PADDING - _TEXT_HEIGHT * (len(lines) - number))
        pdf.cell(h=_TEXT_HEIGHT, text=line)
    return bytes(pdf.output())


def _place(point: Point, drawn: Strokes, room: tuple[float, float]) -> Place:
    """The pen point on the paper: the pad's proportions are kept, and it is set in the middle."""
    scale = min(room[0] / drawn.width, room[1] / drawn.height)
    left = _PADDING + (room[0] - drawn.width * scale) / 2
    top = _PADDING + (room[1] - drawn.height * scale) / 2
    return left + point.x * drawn.width * scale, top + point.y * drawn.height * scale


def _draw(pdf: FPDF, points: list[tuple[Point, Place]]) -> None:
    pdf.set_draw_color(10, 20, 60)
    if len(points) == 1:
        points = points * 2
    for (_, start), (point, end) in pairwise(points):
        pdf.set_line_width(_THINNEST + (_THICKEST - _THINNEST) * point.p)
        pdf.line(*start, *end)
