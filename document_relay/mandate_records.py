"""What a mandate holds, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from document_relay.case_core.mandates import MandateState, Relation, Scope, Way


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A mandate before it is in force.

    `principal_number` is the whole identity number: it is hashed and masked, and not kept. It holds to the end of the
    day `until`, which is `ends_at`.
    """

    principal_name: str
    principal_number: str
    actor_name: str
    relation: Relation
    scope: Sequence[Scope]
    until: date
    ends_at: datetime


class MandateRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One mandate of a case; `root_id` is the one that was made first, its own unless it is `former`.

    `principal_number` is masked. It ends at `ends_at`, the end of the day `until`, as 2026-03-02.
    """

    id: str
    case_id: str
    root_id: str
    number: str
    state: MandateState
    way: Way | None
    item_id: str
    principal_name: str
    principal_number: str
    actor_name: str
    relation: Relation
    scope: list[Scope]
    until: str
    ends_at: datetime
    document_id: str | None
    page_id: str | None
    made_by: str
    made_at: datetime
    begun_at: datetime | None
    ended_by: str | None
    ended_at: datetime | None
    reason: str

    def holds(self, now: datetime) -> bool:
        """Whether it is in force: one whose day is over is not, whether that was noted yet or not."""
        return self.state is MandateState.IN_FORCE and now < self.ends_at
