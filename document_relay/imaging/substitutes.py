"""The fonts for text whose font is not in its PDF: our own, on every machine the same. Runs in the child only.

PDFium knows which script such a font is for (by the character collection of ISO 32000-1, 9.7.5.2, or by its name) and
asks for one of a Windows character set. Left alone it looks for fonts of the machine, and draws nothing without one.
"""

from __future__ import annotations

import ctypes
import re
from typing import Any

from pypdfium2 import PdfSysfontBase
from pypdfium2 import raw as pdfium_raw

from document_relay.fonts import Face
from document_relay.fonts.faces import HANGUL, HANGUL_SERIF, SANS, SERIF, SUBSTITUTES

_HAN = {
    pdfium_raw.FXFONT_GB2312_CHARSET,
    pdfium_raw.FXFONT_CHINESEBIG5_CHARSET,
    pdfium_raw.FXFONT_SHIFTJIS_CHARSET,
}
_ROMAN = pdfium_raw.FXFONT_FF_ROMAN
# Fonts that Chinese, Japanese and Korean programs leave out of their files, where the charset does not tell.
_HAN_NAMES = re.compile(
    r"simsun|simhei|simkai|kaiti|fangsong|stsong|stheiti|stkai|zhongsong|yahei|jhenghei|dengxian|pingfang|mingliu"
    r"|msung|mhei|ms-?p?(gothic|mincho)|heisei|kozmin|kozgo|hiragino|宋|明體|明朝|楷|仿|黑体|雅黑|等线|ゴシック",
    re.IGNORECASE,
)
_HANGUL_NAMES = re.compile(r"hysmyeongjo|hygothic|batang|gulim|dotum|malgun|바탕|굴림|돋움|맑은", re.IGNORECASE)
_SERIF_NAMES = re.compile(r"song|sun|ming|min|kai|myeongjo|batang|宋|明|楷|仿|바탕", re.IGNORECASE)
_SANS_NAMES = re.compile(r"hei|gothic|gulim|dotum|malgun|黑|雅|等线|ゴシック|굴림|돋움|맑은", re.IGNORECASE)


def substitute(charset: int, pitch_family: int, name: str) -> Face | None:
    """The font for what PDFium asks; None for Latin text, for which PDFium has fonts of its own."""
    hangul = charset == pdfium_raw.FXFONT_HANGEUL_CHARSET or _HANGUL_NAMES.search(name)
    if not hangul and charset not in _HAN and not _HAN_NAMES.search(name):
        return None
    # The name tells more than the flags, which programs set as they like.
    serif = _SERIF_NAMES.search(name) or (pitch_family & _ROMAN and not _SANS_NAMES.search(name))
    if hangul:
        return HANGUL_SERIF if serif else HANGUL
    return SERIF if serif else SANS


class Substitutes(PdfSysfontBase):  # type: ignore[misc]
    """What PDFium asks when a font is not in the file; no font of the machine is looked at.

    A handle is the place in `SUBSTITUTES`, from 1: PDFium takes 0 for none.
    """

    def __init__(self) -> None:
        super().__init__()
        self._held: dict[Face, bytes] = {}

    def MapFont(  # noqa: N802
        self, _: object, _weight: int, _italic: int, charset: int, pitch_family: int, name: Any, _exact: object
    ) -> int | None:
        """The handle of the font that stands in."""
        found = substitute(charset, pitch_family, _text(name))
        return None if found is None else SUBSTITUTES.index(found) + 1

    def GetFont(self, _: object, _name: object) -> None:  # noqa: N802
        """No font of the machine's."""

    def EnumFonts(self, _: object, _mapper: object) -> None:  # noqa: N802
        """Names none."""

    def GetFontData(self, _: object, handle: int, table: int, buffer: Any, size: int) -> int:  # noqa: N802
        """The whole file; its size where the buffer is too small; of a collection's tables there are none."""
        if table:
            return 0
        data = self._data(SUBSTITUTES[handle - 1])
        if buffer and size >= len(data):
            ctypes.memmove(buffer, data, len(data))
        return len(data)

    def GetFaceName(self, _: object, handle: int, buffer: Any, size: int) -> int:  # noqa: N802
        """The font's name, ended by a zero."""
        name = SUBSTITUTES[handle - 1].name.encode() + b"\0"
        if buffer and size >= len(name):
            ctypes.memmove(buffer, name, len(name))
        return len(name)

    def GetFontCharset(self, _: object, handle: int) -> int:  # noqa: N802
        """The font's charset."""
        hangul = SUBSTITUTES[handle - 1] in (HANGUL, HANGUL_SERIF)
        return int(pdfium_raw.FXFONT_HANGEUL_CHARSET if hangul else pdfium_raw.FXFONT_GB2312_CHARSET)

    def DeleteFont(self, _: object, _handle: int) -> None:  # noqa: N802
        """Nothing to let go of: the bytes stay for the next page."""

    def _data(self, face: Face) -> bytes:
        if face not in self._held:
            self._held[face] = face.path.read_bytes()
        return self._held[face]


def _text(name: Any) -> str:
    return (ctypes.cast(name, ctypes.c_char_p).value or b"").decode("utf-8", "replace")
