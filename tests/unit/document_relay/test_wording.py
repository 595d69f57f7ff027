"""Every state has words, so that no sentence shows its code."""

from __future__ import annotations

from enum import StrEnum

import pytest

from document_relay.case_core.form_life import FormState
from document_relay.case_core.hand_on_life import HandOnState
from document_relay.case_core.lives import CaseState, DocumentState, MaterialState
from document_relay.case_core.mandates import MandateState
from document_relay.case_core.supplements import SupplementState
from document_relay.errors import WrongCaseState

_STATES: list[StrEnum] = [
    *(*CaseState, *MaterialState, *DocumentState),
    *(*FormState, *HandOnState, *MandateState, *SupplementState),
]


@pytest.mark.parametrize("state", _STATES)
def test_a_refusal_says_the_state_in_words(state: StrEnum) -> None:
    refusal = WrongCaseState(former=state, wanted="evidence")
    assert state.value not in refusal.sentence("zh-CN")
    assert "_" not in refusal.sentence("en")
