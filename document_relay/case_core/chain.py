"""The event chain of a case: each entry's hash covers the one before, and commits to its words by a salted hash.

The words may hold personal data. The chain holds only a salted commitment to them, so that words and salt can be
erased later and the chain still verifies, while nobody can guess an identity number from a bare hash.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from document_relay.case_core.canonical import canonical, digest

START = "0" * 64


class ChainEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One event; `at` is RFC 3339 in UTC, `words` the details as text, None after erasure."""

    sequence: int
    at: str
    who: str
    act: str
    words: str | None
    salt: str
    commitment: str
    hash: str


def link(before: ChainEntry | None, at: str, who: str, act: str, said: tuple[str, str]) -> ChainEntry:
    """The next entry; `said` is its words and an unguessable salt."""
    words, salt = said
    sequence = before.sequence + 1 if before else 1
    commitment = _commitment(words, salt)
    hash_ = _hash(before.hash if before else START, sequence, (at, who, act, commitment))
    return ChainEntry(
        sequence=sequence, at=at, who=who, act=act, words=words, salt=salt, commitment=commitment, hash=hash_
    )


def broken(entries: Iterable[ChainEntry]) -> list[int]:
    """The sequence numbers of entries that do not follow from the one before or do not say what was said."""
    found, before = [], START
    for expected, entry in enumerate(entries, 1):
        follows = entry.hash == _hash(before, expected, (entry.at, entry.who, entry.act, entry.commitment))
        says = entry.words is None or entry.commitment == _commitment(entry.words, entry.salt)
        if not (follows and says and entry.sequence == expected):
            found.append(entry.sequence)
        before = entry.hash
    return found


def _commitment(words: str, salt: str) -> str:
    return digest(canonical([salt, words]))


def _hash(before: str, sequence: int, said: tuple[str, str, str, str]) -> str:
    return digest(canonical([before, sequence, *said]))
