"""Case files looked for: what the tables can tell of them without opening what is sealed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import cast

import msgspec
from sqlalchemy import Table, or_, select

from document_relay.case_core.lives import CaseState
from document_relay.records import CaseRecord
from document_relay.store.reading import CaseReader
from document_relay.store.site_paths import at_or_below
from document_relay.store.tables import CaseRow
from foundation.database import ReadSession, readable

_cases = cast(Table, CaseRow.__table__)


class CaseFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which case files are meant; what is None or empty leaves nothing out.

    `ticket_ids` are those of a ticket number; `since` is included, `until` is not.
    """

    site_path: str
    number: str = ""
    ticket_ids: Collection[str] | None = None
    item: str = ""
    since: datetime | None = None
    until: datetime | None = None
    state: CaseState | None = None


async def before(
    session: ReadSession, reader: CaseReader, wanted: CaseFilter, last_id: str | None, most: int
) -> list[CaseRecord]:
    """The case files of a site and below it, newest first, those opened before `last_id`; damaged ones are left out."""
    found = select(_cases).where(
        at_or_below(_cases.c.site_path, wanted.site_path),
        _cases.c.state != CaseState.DESTROYED,
    )
    if wanted.number:
        found = found.where(_cases.c.number == wanted.number.upper())
    if wanted.ticket_ids is not None:
        found = found.where(_cases.c.ticket_id.in_(wanted.ticket_ids))
    if wanted.item:
        item = wanted.item
        found = found.where(
            or_(_cases.c.item_zh.contains(item, autoescape=True), _cases.c.item_en.icontains(item, autoescape=True))
        )
    if wanted.since is not None:
        found = found.where(_cases.c.opened_at >= wanted.since)
    if wanted.until is not None:
        found = found.where(_cases.c.opened_at < wanted.until)
    if wanted.state is not None:
        found = found.where(_cases.c.state == wanted.state)
    if last_id is not None:
        found = found.where(_cases.c.id < last_id)
    # Identifiers grow with time.
    found = found.order_by(_cases.c.id.desc()).limit(most)
    return await readable(session, found, _cases.c.id, lambda row: reader.record(CaseRow(**row)))
