"""fpdf2 with the chain of fonts: text is set whole, or what no font has is set as its code point; loads fpdf2."""

from __future__ import annotations

from typing import Any, cast

from fpdf import FPDF
from fpdf.fonts import TTFFont

from document_relay.fonts import Fonts
from document_relay.fonts.faces import SANS


class ChainedPdf(FPDF):
    """A PDF whose text goes through `prepared` before it is set."""

    def __init__(self, fonts: Fonts, **options: Any) -> None:
        super().__init__(**options)
        self._chain = fonts
        self._last: str | None = None
        self.missing: dict[str, None] = {}
        """The characters that code points stand for, in the order of the text."""
        self.add_font(SANS.name, fname=SANS.path)
        self.set_font(SANS.name)

    def prepared(self, *texts: str) -> tuple[str, ...]:
        """The texts as they can be set, for which the fonts that they need are loaded and shaping is switched."""
        self.missing.update(dict.fromkeys(one for text in texts for one in self._chain.missing(text)))
        settable = tuple(self._chain.settable(text) for text in texts)
        used = {self._chain.face_of(one) for text in settable for one in text if not one.isspace()} - {SANS, None}
        for face in self._chain.faces:
            if face in used and face.name.lower() not in self.fonts:
                # A font of 60,000 characters takes half a second to load: only where it is needed.
                self.add_font(face.name, fname=face.path)
        self.set_fallback_fonts([face.name for face in self._chain.faces if face.name.lower() in self.fonts])
        self.set_text_shaping(bool(used))
        return settable

    def get_fallback_font(self, char: str, style: str = "") -> str | None:
        """The font of the character before, when it has this one too: what is joined or stacked stays in one font."""
        have = [name for name in self._fallback_font_ids if ord(char) in cast(TTFFont, self.fonts[name]).cmap]
        if self._last not in have:
            self._last = have[0] if have else None
        return self._last
