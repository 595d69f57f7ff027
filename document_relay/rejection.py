"""Why a material is rejected, and where to look."""

from __future__ import annotations

import msgspec

from document_relay.errors import ReviewIncomplete
from document_relay.store.folder import Folder


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A rectangle on a page, in shares of its width and height."""

    page_id: str
    x: float
    y: float
    width: float
    height: float


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """Why a material is rejected: a key of `REASONS`, a note, and where to look."""

    reason: str
    note: str
    mark: Mark | None


async def check_mark(folder: Folder, material_id: str, mark: Mark | None) -> None:
    """Raises `ReviewIncomplete` unless the mark lies on a page of the material; none is fine."""
    if mark is None:
        return
    inside = all(0 <= value <= 1 for value in (mark.x, mark.y, mark.x + mark.width, mark.y + mark.height))
    on_page = mark.page_id in {page.id for page in await folder.pages_of(material_id)}
    if not inside or mark.width < 0 or mark.height < 0 or not on_page:
        raise ReviewIncomplete(path="mark", problem=mark.page_id)
