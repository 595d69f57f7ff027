"""What a form of acting holds, as plain values, and where the acting of a case stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from document_relay.case_core.acting import FORMS_AFTER, ActingForm, ActingState, acting_state
from document_relay.case_core.lives import CaseState
from document_relay.mandate_records import MandateRecord


class ActingFormRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One form under the mandate `mandate_id`; it counts from `done_at` on, None while its signature is waited for.

    `reason` is what was handed over in a completion. `until` is the day by which a suspended acting goes on, as
    2026-03-02. `page_id` is the page of the case that shows the form on paper.
    """

    id: str
    case_id: str
    mandate_id: str
    number: str
    form: ActingForm
    reason: str
    until: str | None
    document_id: str
    page_id: str | None
    made_by: str
    made_at: datetime
    done_at: datetime | None


class Standing(NamedTuple):
    """Where the acting of a case stands, the mandate it is under, and its last form that counts."""

    state: ActingState
    mandate: MandateRecord | None
    last: ActingFormRecord | None

    def allows(self, form: ActingForm) -> bool:
        """Whether this form may follow."""
        return form in FORMS_AFTER[self.state]


class CaseFacts(NamedTuple):
    """What of the case file itself tells where its acting stands."""

    acting: bool
    state: str
    outcome: str | None


def standing_of(
    case: CaseFacts, mandates: Sequence[MandateRecord], forms: Sequence[ActingFormRecord], now: datetime
) -> Standing:
    """Where the acting stands: under the last mandate that came into force, whatever was drafted since."""
    mandate = next((one for one in reversed(mandates) if one.begun_at is not None), None)
    if mandate is None:
        return Standing(ActingState.NONE, None, None)
    counting = [one for one in forms if one.mandate_id == mandate.id and one.done_at is not None]
    last = counting[-1] if counting else None
    state = acting_state(
        begun=True,
        holds=case.acting and mandate.holds(now),
        last=None if last is None else last.form,
        decided=case.acting and case.outcome is not None,
        closed=case.state not in (CaseState.OPEN, CaseState.DECIDED),
    )
    return Standing(state, mandate, last)
