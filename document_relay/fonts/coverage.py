"""What each font covers, read from its own character map, and what is done about a character that none has."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence

import uharfbuzz

from document_relay.errors import CharactersNotPrintable

from .faces import CHAIN, Face, FontMissing

_SHAPELESS = (
    *((0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F)),
    *((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF)),
    *((0xFFA0, 0xFFA0), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
)
"""Characters without a shape of their own (Unicode, Default_Ignorable_Code_Point): joiners, fillers, variation
selectors, marks of direction. What they change is kept where a font knows them; without it nothing visible is lost."""
_SHAPELESS_STARTS = tuple(first for first, _ in _SHAPELESS)
_BREAKS = "\n\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029"
_NAMED = 8
"""Characters that a refusal names."""


class Fonts:
    """A chain of fonts; the first that has a character sets it."""

    def __init__(self, faces: Sequence[Face] = CHAIN) -> None:
        """Reads what every font covers, which takes a few milliseconds; raises `FontMissing`."""
        self.faces = tuple(faces)
        self._covered = tuple(_covered(face) for face in faces)

    def counts(self) -> dict[str, int]:
        """How many characters each font has, by its name."""
        return {face.name: len(covered) for face, covered in zip(self.faces, self._covered, strict=True)}

    def face_of(self, character: str) -> Face | None:
        """The font that sets the character; None when no font has it."""
        point = ord(character)
        found = (face for face, covered in zip(self.faces, self._covered, strict=True) if point in covered)
        return next(found, None)

    def missing(self, text: str) -> tuple[str, ...]:
        """The characters that would vanish from the text, each once, in the order of the text."""
        return tuple(dict.fromkeys(one for one in text if _has_shape(one) and self.face_of(one) is None))

    def require(self, *texts: str) -> None:
        """Raises `CharactersNotPrintable`, which names what no font has, unless all of the texts can be set whole."""
        missing = self.missing("".join(texts))
        if missing:
            raise CharactersNotPrintable(characters=named(missing[:_NAMED]) + (" …" if len(missing) > _NAMED else ""))

    def settable(self, text: str) -> str:
        """The text as it can be set: 〔U+20BB7〕 stands for a character that no font has."""
        return "".join(self._settable(one) for one in text)

    def _settable(self, character: str) -> str:
        if character in _BREAKS:
            return "\n"
        if self.face_of(character) is not None:
            return character
        if _has_shape(character):
            return stand_in(character)
        return " " if character.isspace() else ""


def stand_in(character: str) -> str:
    """What is set for a character that no font has: its code point in brackets."""
    return f"〔U+{ord(character):04X}〕"


def named(characters: Iterable[str]) -> str:
    """The characters with their code points, for a sentence."""
    return " ".join(f"{_shown(one)}(U+{ord(one):04X})" for one in characters)


def _shown(character: str) -> str:
    # A lone surrogate or a control character is none that a page could show.
    return "" if unicodedata.category(character) in ("Cc", "Cs") else character


def _has_shape(character: str) -> bool:
    if character.isspace():
        return False
    point = ord(character)
    place = bisect_right(_SHAPELESS_STARTS, point) - 1
    return place < 0 or point > _SHAPELESS[place][1]


def _covered(face: Face) -> uharfbuzz.Set:
    try:
        covered = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(face.path))).unicodes
    except (OSError, uharfbuzz.HarfBuzzError) as error:
        raise FontMissing(f"the font {face.path} is not there; install the service anew (make run)") from error
    if not len(covered):
        raise FontMissing(f"{face.path} is no font; install the service anew (make run)")
    return covered
