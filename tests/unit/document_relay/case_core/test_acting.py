"""Which form of acting may follow where the acting stands."""

from __future__ import annotations

from itertools import product

import pytest

from document_relay.case_core.acting import (
    FORM_WORDS,
    FORMS_AFTER,
    STATE_WORDS,
    ActingForm,
    ActingState,
    acting_state,
)

S, F = ActingState, ActingForm


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"begun": False}, S.NONE),
        ({}, S.GOING),
        ({"last": F.CONTINUATION}, S.GOING),
        ({"last": F.SUSPENSION}, S.SUSPENDED),
        # It is over, whatever its forms say last.
        ({"holds": False, "last": F.SUSPENSION}, S.LAPSED),
        ({"holds": False}, S.LAPSED),
        ({"closed": True}, S.LAPSED),
        # A case that is decided is done, and stays so when the mandate's day is over and when it is closed.
        ({"decided": True}, S.DONE),
        ({"decided": True, "closed": True, "holds": False, "last": F.SUSPENSION}, S.DONE),
        ({"decided": True, "last": F.COMPLETION}, S.COMPLETED),
        ({"last": F.TERMINATION, "holds": False}, S.TERMINATED),
    ],
)
def test_where_the_acting_stands(facts: dict[str, object], state: ActingState) -> None:
    plain = {"begun": True, "holds": True, "last": None, "decided": False, "closed": False}
    assert acting_state(**plain | facts) is state  # type: ignore[arg-type]


def test_every_form_has_its_place_and_every_state_its_words() -> None:
    assert set(FORMS_AFTER) == set(STATE_WORDS) == set(ActingState)
    assert set().union(*FORMS_AFTER.values()) == set(FORM_WORDS) == set(ActingForm)
    assert FORMS_AFTER[S.GOING] == {F.SUSPENSION, F.TERMINATION}
    assert FORMS_AFTER[S.SUSPENDED] == {F.CONTINUATION, F.TERMINATION}
    assert FORMS_AFTER[S.LAPSED] == {F.TERMINATION}
    assert FORMS_AFTER[S.DONE] == {F.COMPLETION, F.TERMINATION}
    assert not any(FORMS_AFTER[one] for one in (S.NONE, S.COMPLETED, S.TERMINATED))


def test_what_ended_is_not_ended_again() -> None:
    for last, holds, decided, closed in product((F.COMPLETION, F.TERMINATION), *[(False, True)] * 3):
        state = acting_state(begun=True, holds=holds, last=last, decided=decided, closed=closed)
        assert not FORMS_AFTER[state]
