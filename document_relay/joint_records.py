"""What a joint acceptance holds, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from document_relay.case_core.findings import FindingState, JointState, Opinion, PartyState, Severity


class JointRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A joint acceptance; `days` are working days, `due_on` is the last day of them, as 2026-03-02."""

    id: str
    case_id: str
    state: JointState
    days: int
    opened_by: str
    opened_at: datetime
    told_at: datetime | None
    due_on: str | None
    document_id: str | None


class PartyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A department in a joint acceptance, who spoke for it last, and what it has decided; `by_name` for it."""

    id: str
    case_id: str
    department_id: str
    name_zh: str
    name_en: str
    state: PartyState
    speaker_id: str | None
    opinion: Opinion | None
    words: str
    by_name: str | None
    at: datetime | None


class FindingRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A finding of a department.

    `todo` is what the applicant is to do. `number` is its place in the list that was told, which others may share.
    `returned` says why the last answer was not enough. It ended when it was struck out or withdrawn.
    """

    id: str
    case_id: str
    department_id: str
    severity: Severity
    text: str
    todo: str
    material_id: str | None
    mark: dict[str, object] | None
    state: FindingState
    number: int | None
    made_by: str
    made_at: datetime
    answer: str
    answer_page_ids: list[str]
    answered_at: datetime | None
    returned: str
    ended_by: str | None
    ended_at: datetime | None


def last_answered(shared: Sequence[FindingRecord]) -> FindingRecord:
    """The one of those that share a number whose answer is the newest: there are several where one was sent back."""
    return max(shared, key=lambda one: (one.answered_at is not None, one.answered_at or one.made_at))


class Joint(msgspec.Struct, frozen=True, kw_only=True):
    """A joint acceptance as it stands; findings in the order in which they were made.

    `answers_material_id` is the material whose pages answer findings about no paper, once there is a link.
    """

    file: JointRecord
    parties: list[PartyRecord]
    findings: list[FindingRecord]
    answers_material_id: str | None = None

    def party(self, department_id: str) -> PartyRecord:
        """The department; KeyError where it was not asked."""
        return {one.department_id: one for one in self.parties}[department_id]

    def listed(self) -> list[Sequence[FindingRecord]]:
        """The list that was told: those that share a number together, by number."""
        numbers = sorted({one.number for one in self.findings if one.number is not None})
        return [[one for one in self.findings if one.number == number] for number in numbers]

    def records(self) -> list[msgspec.Struct]:
        """Every record, as the case's history hashes it."""
        return [self.file, *self.parties, *self.findings]
