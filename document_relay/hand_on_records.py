"""What a case that is handed on holds, as plain values."""

from __future__ import annotations

from datetime import datetime

import msgspec

from document_relay.case_core.hand_on_life import AT_SENDER, HELD, HandOnState
from foundation.errors import Language


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """A department at a centre."""

    site_id: str
    site_path: str
    site_zh: str
    site_en: str
    department_id: str
    name_zh: str
    name_en: str

    @property
    def zh(self) -> str:
        """Both names in Chinese."""
        return f"{self.site_zh} {self.name_zh}"

    @property
    def en(self) -> str:
        """Both names in English."""
        return f"{self.name_en}, {self.site_en}"


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """A question of the department and what came back; nobody has answered while `answered_by` is empty."""

    question: str
    asked_by: str
    asked_at: datetime
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """How the resident is told of the decision; both empty where they are not."""

    phone: str = ""
    email: str = ""
    language: Language = "zh-CN"


class HandOnRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A case that is handed on; dates as 2026-03-02.

    `due_on` binds who owns it now; `decide_by` the department. `sender_id` is the person of the desk that handed it on,
    `taker_id` the person of the department; None while the department itself has it.
    """

    id: str
    case_id: str
    state: HandOnState
    sender: Desk
    receiver: Desk
    sender_id: str
    sender_name: str
    taker_id: str | None
    taker_name: str | None
    handed_at: datetime
    days: int
    decide_by: str
    due_on: str
    asked_on: str | None
    note: str
    exchanges: list[Exchange]
    returned: str

    @property
    def desk(self) -> Desk:
        """The department that owns it now, or whose person does."""
        return self.sender if self.state in AT_SENDER else self.receiver

    @property
    def owner(self) -> str | None:
        """The person who has it; None while the department has."""
        return self.taker_id if self.state in HELD else None
