"""From where to where a supervisor may go in a call, and that one speaks at a time."""

from __future__ import annotations

import pytest

from rtc_server.sessions.interface import MemberRole
from signalling.slices.calls.ports import GUESTS_AT_MOST, CallFull, Guest, Member, require_place
from signalling.slices.supervision.stance import (
    LISTENERS_AT_MOST,
    TRANSITIONS,
    NoSuchStep,
    Stance,
    SupervisorSpeaks,
    TooManyListen,
    moved,
    require_ear,
    stance_of,
)


def guest(name: str = "wen") -> Guest:
    return Guest("t1", name, Member(name, "supervisor", MemberRole.WATCHER), "supervisor")


def test_a_call_begins_with_listening_and_each_way_is_open_from_there() -> None:
    assert TRANSITIONS[Stance.AWAY] == {Stance.LISTENING}
    for one in (Stance.LISTENING, Stance.WHISPERING, Stance.JOINED):
        assert TRANSITIONS[one] == set(Stance) - {one}


def test_each_step_is_what_the_guest_then_is() -> None:
    now = guest()
    for to in (Stance.WHISPERING, Stance.JOINED, Stance.LISTENING, Stance.JOINED, Stance.WHISPERING):
        now = moved(now, to, [now])
        assert stance_of(now) is to
        assert now.whispers is (to is Stance.WHISPERING)
    assert stance_of(None) is Stance.AWAY
    with pytest.raises(NoSuchStep):
        moved(now, Stance.WHISPERING, [now])


@pytest.mark.parametrize("theirs", [Stance.WHISPERING, Stance.JOINED])
def test_one_supervisor_speaks_at_a_time(theirs: Stance) -> None:
    other = moved(guest("bo"), theirs, [])
    for to in (Stance.WHISPERING, Stance.JOINED):
        with pytest.raises(SupervisorSpeaks):
            moved(guest(), to, [guest(), other])
    assert stance_of(moved(guest("bo"), Stance.JOINED, [guest()])) is Stance.JOINED


def test_who_listens_takes_nobodys_seat() -> None:
    listening = [guest(f"s{number}") for number in range(LISTENERS_AT_MOST)]
    joined = [Guest("t1", name, Member(name, "window"), "colleague") for name in map(str, range(GUESTS_AT_MOST - 1))]
    require_place([*listening, *joined])
    last = moved(listening[0], Stance.JOINED, listening)
    with pytest.raises(CallFull):
        require_place([*listening[1:], *joined, last])


def test_so_many_supervisors_are_in_a_call_and_no_more() -> None:
    others = [guest(f"s{number}") for number in range(LISTENERS_AT_MOST)]
    with pytest.raises(TooManyListen):
        require_ear(others, guest("late").member)
    require_ear(others, others[0].member)
    colleagues = [Guest("t1", "ben", Member("ben", "window"), "colleague")]
    require_ear([*others[1:], *colleagues], guest("late").member)
