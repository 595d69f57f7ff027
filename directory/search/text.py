"""Texts as the search compares them: folded, and divided into Chinese and Latin words."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]+|[a-z0-9]+")
_APOSTROPHE = re.compile(r"['’](?=s?\b)")


def folded(text: str) -> str:
    """Small letters, full width as half width (input methods write ＳＦＺ for SFZ), no accents, no apostrophes."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return _APOSTROPHE.sub("", "".join(one for one in plain if not unicodedata.combining(one)))


def words(text: str) -> list[str]:
    """The Chinese runs and the Latin words of a text, folded, in their order."""
    return _WORD.findall(folded(text))


def is_han(word: str) -> bool:
    """Whether a word of `words` is Chinese."""
    return word[0] > "z"


def stem(word: str) -> str:
    """An English word without its plural or possessive s."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
