"""The lobby of a call: nobody comes in but from it, and it has a bound."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from signalling.slices.guests.lobby import (
    LINKS_AT_MOST,
    GuestNotWaiting,
    GuestState,
    Invitee,
    Lobby,
    NoSuchGuest,
    TooManyGuests,
)

LATER = datetime(2026, 12, 1, tzinfo=UTC)


def invitee(identifier: str = "g1", ticket_id: str = "t1") -> Invitee:
    return Invitee(identifier, ticket_id, "小赵", "sign_interpreter", LATER)


def test_nobody_comes_in_but_from_the_lobby() -> None:
    lobby = Lobby()
    lobby.add(invitee())
    with pytest.raises(GuestNotWaiting):
        lobby.move("g1", GuestState.ADMITTED)
    for state in (GuestState.WAITING, GuestState.INVITED, GuestState.WAITING, GuestState.ADMITTED, GuestState.INVITED):
        assert lobby.move("g1", state).state is state
        assert lobby.find("g1").state is state
    assert lobby.drop("g1") is not None
    assert lobby.drop("g1") is None
    with pytest.raises(NoSuchGuest):
        lobby.move("g1", GuestState.WAITING)


def test_a_call_has_so_many_links_at_most() -> None:
    lobby = Lobby()
    for number in range(LINKS_AT_MOST):
        lobby.add(invitee(f"g{number}"))
    with pytest.raises(TooManyGuests):
        lobby.add(invitee("one more"))
    lobby.add(invitee("elsewhere", "t2"))
    lobby.drop("g0")
    lobby.add(invitee("one more"))
    assert [one.id for one in lobby.of_ticket("t1")] == [
        *(f"g{number}" for number in range(1, LINKS_AT_MOST)),
        "one more",
    ]
