"""What stands on a paper of ours, block by block; `sheet` sets it."""

from __future__ import annotations

from datetime import datetime

import msgspec

Field = list[float]
"""Where a signature goes: page from 0, then left, bottom, right, top in points."""


class Heading(msgspec.Struct, frozen=True, tag=True):
    """The paper's title in both languages."""

    zh: str
    en: str


class Section(msgspec.Struct, frozen=True, tag=True):
    """The title of a part."""

    text: str


class Text(msgspec.Struct, frozen=True, tag=True):
    """A paragraph."""

    text: str


class Fine(msgspec.Struct, frozen=True, tag=True):
    """A small paragraph, for hashes and references."""

    text: str


class Rows(msgspec.Struct, frozen=True, tag=True):
    """A table of names and values."""

    rows: tuple[tuple[str, str], ...]


class Space(msgspec.Struct, frozen=True, tag=True):
    """Room between two blocks."""


class SignatureField(msgspec.Struct, frozen=True, tag=True):
    """A frame to sign in with its caption, never broken over two pages; a paper has one at most."""

    caption: str


Block = Heading | Section | Text | Fine | Rows | Space | SignatureField


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper before it is set."""

    title: str
    made_at: datetime
    blocks: tuple[Block, ...]


class SetPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper as PDF, and the place of its signature field if it has one."""

    pdf: bytes
    field: Field | None
