"""Forms that are filled in together, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from directory.form_definitions import FormDefinition
from directory.forms import normal
from document_relay.case_core.form_life import Entered, FormState


class FormRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One form of a case: what it asks for, and what was entered.

    `entered` also holds what a former definition asked for. `added` are the fields that came while it was filled in.
    `document_id` names the document that it was set as.
    """

    id: str
    case_id: str
    state: FormState
    definition: FormDefinition
    sequence: int
    entered: list[Entered]
    added: list[str]
    opened_by: str
    opened_at: datetime
    ended_by: str | None
    ended_at: datetime | None
    document_id: str | None

    def values(self) -> Mapping[str, str]:
        """What stands in the fields that are asked for now, in its normal form; empty ones are left out."""
        asked = self.definition.fields()
        stands = {
            one.field_id: normal(asked[one.field_id].kind, one.value) for one in self.entered if one.field_id in asked
        }
        return {field_id: value for field_id, value in stands.items() if value}
