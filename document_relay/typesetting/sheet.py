"""An A4 sheet with the service's fonts, and papers set on it. Runs in the child only: setting one takes a second."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from document_relay.fonts import Fonts
from document_relay.fonts.coverage import stand_in
from document_relay.fonts.faces import SANS

from .archival import archival
from .chained import ChainedPdf
from .paper import Field, Fine, Heading, Paper, Rows, Section, SetPaper, SignatureField, Space, Text

_MARGIN = 20.0
_LINE = 7.0
_FIELD_HEIGHT = 40.0
POINTS = 72 / 25.4
"""Points in a millimetre."""
PAGE_HEIGHT = 297.0


def set_paper(fonts: Fonts, paper: Paper) -> SetPaper:
    """The paper as PDF, PDF/A-2b where it can be."""
    sheet, field = Sheet(fonts, paper.title, paper.made_at), None
    for block in paper.blocks:
        match block:
            case Heading(zh, en):
                sheet.heading(zh, en)
            case Section(text):
                sheet.section(text)
            case Text(text):
                sheet.text(text)
            case Fine(text):
                sheet.fine(text)
            case Rows(rows):
                sheet.rows(rows)
            case Space():
                sheet.space()
            case SignatureField(caption):
                field = sheet.signature_field(caption)
    return SetPaper(pdf=sheet.finish(), field=field)


class Sheet:
    """One paper in the making; measures are millimetres.

    No character vanishes: what no font has is set as its code point, and the paper says so at its end.
    """

    def __init__(self, fonts: Fonts, title: str, made_at: datetime) -> None:
        self._pdf = ChainedPdf(fonts, format="A4")
        self._pdf.set_creation_date(made_at)
        self._pdf.set_title(title)
        self._pdf.set_margins(_MARGIN, _MARGIN)
        self._pdf.set_auto_page_break(auto=True, margin=_MARGIN)
        self._pdf.add_page()

    def heading(self, zh: str, en: str) -> None:
        """The paper's title in both languages."""
        self._write(zh, size=20, align="C", height=11)
        self._write(en, size=10, align="C", height=6)
        self.space()

    def section(self, text: str) -> None:
        """The title of a part."""
        self.space(2)
        self._write(text, size=13, height=8)

    def text(self, text: str) -> None:
        """A paragraph."""
        self._write(text, size=11, height=_LINE)

    def fine(self, text: str) -> None:
        """A small paragraph, for hashes and references."""
        self._write(text, size=8, height=4.5)

    def rows(self, rows: Iterable[tuple[str, str]]) -> None:
        """A table of names and values."""
        cells = self._pdf.prepared(*(cell for row in rows for cell in row))
        self._pdf.set_font(SANS.name, size=11)
        with self._pdf.table(col_widths=(30, 70), first_row_as_headings=False, line_height=_LINE) as table:
            for place in range(0, len(cells), 2):
                row = table.row()
                row.cell(cells[place])
                row.cell(cells[place + 1])

    def space(self, height: float = 4) -> None:
        """Leaves room."""
        self._pdf.ln(height)

    def signature_field(self, caption: str) -> Field:
        """A frame to sign in with its caption, never broken over two pages; returns the frame's place."""
        if self._pdf.will_page_break(_FIELD_HEIGHT + 2 * _LINE):
            self._pdf.add_page()
        self.space()
        self._write(caption, size=11, height=_LINE)
        left, top, width = _MARGIN, self._pdf.get_y(), self._pdf.epw
        self._pdf.set_draw_color(140)
        self._pdf.rect(left, top, width, _FIELD_HEIGHT)
        self._pdf.set_y(top + _FIELD_HEIGHT)
        page = self._pdf.page_no() - 1
        bottom = PAGE_HEIGHT - top - _FIELD_HEIGHT
        return [page, *(value * POINTS for value in (left, bottom, left + width, bottom + _FIELD_HEIGHT))]

    def finish(self) -> bytes:
        """The paper as PDF, PDF/A-2b where it can be."""
        if self._pdf.missing:
            self._tell_of(tuple(self._pdf.missing))
        return archival(bytes(self._pdf.output()))

    def _tell_of(self, missing: tuple[str, ...]) -> None:
        points = "、".join(stand_in(one) for one in missing)
        self.space()
        self.fine(f"注：字体中没有的字以其 Unicode 码位表示：{points}。请在旁边手写该字。")
        self.fine(f"Note: no font has the characters that are set as {points}. Please write them beside by hand.")

    def _write(self, text: str, *, size: float, height: float, align: str = "L") -> None:
        (settable,) = self._pdf.prepared(text)
        self._pdf.set_font(SANS.name, size=size)
        self._pdf.multi_cell(0, height, settable, align=align, new_x="LMARGIN", new_y="NEXT")
