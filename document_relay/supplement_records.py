"""What a supplement holds, as plain values."""

from __future__ import annotations

from datetime import datetime

import msgspec

from document_relay.case_core.supplements import SupplementState


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """One paper that is missing and what to do; not `open` once it was enough."""

    material_id: str
    todo: str
    open: bool


class SupplementRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is missing of a case until `due_on`, as 2026-03-02; `since` is when it was asked for last.

    `returned` says why what was sent was not enough. It ended when it was accepted or withdrawn, or by the clock.
    """

    id: str
    case_id: str
    state: SupplementState
    asked_by: str
    asked_name: str
    asked_site_id: str
    asked_at: datetime
    since: datetime
    due_on: str
    ends_at: datetime
    missing: list[Missing]
    returned: str
    answered_at: datetime | None
    ended_by: str | None
    ended_at: datetime | None
