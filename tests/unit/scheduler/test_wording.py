"""Every state has words, so that no sentence shows its code."""

from __future__ import annotations

from enum import StrEnum

import pytest

from foundation.errors import Refusal
from scheduler.errors import NotInThisState
from scheduler.queue_core.appointment_life import AppointmentState
from scheduler.queue_core.clerk_life import ClerkState
from scheduler.queue_core.ticket_life import TicketState
from scheduler.queue_core.window_life import WindowState


@pytest.mark.parametrize("state", [*TicketState, *ClerkState, *WindowState, *AppointmentState])
def test_a_refusal_says_the_state_in_words(state: StrEnum) -> None:
    refusal: Refusal = NotInThisState(former=state, state="serving")
    assert state.value not in refusal.sentence("zh-CN")
    assert "_" not in refusal.sentence("en")
