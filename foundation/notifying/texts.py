"""The texts of notices: for each kind and language a subject and a text with places to be filled."""

from __future__ import annotations

import math
import string
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from foundation.errors import Language

LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")
# 3GPP TS 23.038, 6.2.1: the basic characters of a text message, and those that take two places.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = frozenset("^{}\\[~]|€\f")
_SEPTETS, _SEPTETS_OF_MANY = 160, 153
_CHARACTERS, _CHARACTERS_OF_MANY = 70, 67


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of one kind in one language."""

    subject: str
    text: str

    @property
    def places(self) -> frozenset[str]:
        """The names of the values that it takes."""
        parsed = string.Formatter().parse(self.subject + self.text)
        return frozenset(name for _, name, _, _ in parsed if name is not None)

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Subject and text with the values in their places; KeyError for one that lacks."""
        return self.subject.format_map(values), self.text.format_map(values)


class TextLibrary:
    """The templates of a feature; each language has the same kinds with the same places."""

    def __init__(self, templates: Mapping[Language, Mapping[str, Template]]) -> None:
        self._templates = templates
        first, *others = ({kind: one.places for kind, one in templates[language].items()} for language in LANGUAGES)
        if any(other != first for other in others):
            raise ValueError("a notice has other places, or is missing, in one of the languages")

    @classmethod
    def read(cls, folder: Path) -> TextLibrary:
        """Reads `zh-CN.toml` and `en.toml`: a table for each kind, with `subject` and `text`."""
        read = {language: tomllib.loads((folder / f"{language}.toml").read_text("utf-8")) for language in LANGUAGES}
        return cls(msgspec.convert(read, dict[Language, dict[str, Template]]))

    def joined(self, other: TextLibrary) -> TextLibrary:
        """The kinds of both; raises ValueError for one that both have."""
        if twice := set(self.kinds) & set(other.kinds):
            raise ValueError(f"two libraries have the words of {', '.join(sorted(twice))}")
        return TextLibrary({one: {**self._templates[one], **other._templates[one]} for one in LANGUAGES})

    @property
    def kinds(self) -> list[str]:
        """The kinds, in the order of the files."""
        return list(self._templates["zh-CN"])

    def template(self, kind: str, language: Language) -> Template:
        """The words of a kind; KeyError for one that nobody has written."""
        return self._templates[language][kind]


def sms_parts(text: str) -> int:
    """How many parts a text message has: 70 characters in UCS-2, or 160 of the basic ones; 67 and 153 of several."""
    if set(text) <= _BASIC | _DOUBLE:
        length, one, many = sum(2 if sign in _DOUBLE else 1 for sign in text), _SEPTETS, _SEPTETS_OF_MANY
    else:
        length, one, many = len(text.encode("utf-16-le")) // 2, _CHARACTERS, _CHARACTERS_OF_MANY
    return 1 if length <= one else math.ceil(length / many)
