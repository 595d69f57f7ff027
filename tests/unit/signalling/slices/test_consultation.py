"""Who is asked into a call: so many at most, each into one call at a time, and answers that the clerk is shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scheduler.views import DeskView
from signalling.slices.calls.ports import GUESTS_AT_MOST
from signalling.slices.consultations.colleagues import presence
from signalling.slices.consultations.consultation import (
    ColleagueBusy,
    Consultation,
    ConsultationOver,
    Consultations,
    Person,
    State,
    TooManyConsulted,
)

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def one(number: int, guest: str, ticket: str = "t1") -> Consultation:
    return Consultation(f"k{number}", ticket, "case", Person(guest, guest), Person("ada", "ada"), "?", NOW)


def test_so_many_at_most_are_in_a_call_or_asked() -> None:
    known = Consultations()
    for number, guest in enumerate(("ben", "cyd", "dora")):
        known.add(one(number, guest))
    with pytest.raises(TooManyConsulted):
        known.add(one(3, "eve"), others=GUESTS_AT_MOST - 3)
    known.add(one(4, "eve", "t2"))
    known.move(one(0, "ben"), State.DECLINED)
    known.add(one(5, "fay"), others=GUESTS_AT_MOST - 3)
    assert [(it.guest.id, it.state) for it in known.of_ticket("t1")] == [
        ("ben", State.DECLINED),
        ("cyd", State.RINGING),
        ("dora", State.RINGING),
        ("fay", State.RINGING),
    ]


def test_who_is_asked_or_in_a_call_is_not_asked_again_and_who_declined_may_be() -> None:
    known = Consultations()
    known.add(one(1, "ben"))
    with pytest.raises(ColleagueBusy):
        known.add(one(2, "ben", "t2"))
    known.move(known.find("k1", State.RINGING), State.DECLINED)
    assert known.of_guest("ben") is None
    known.add(one(3, "ben"))
    assert [it.id for it in known.of_ticket("t1")] == ["k3"], "the answer of before is gone"


def test_what_is_over_is_refused() -> None:
    known = Consultations()
    known.add(one(1, "ben"))
    known.move(known.find("k1", State.RINGING), State.JOINED)
    with pytest.raises(ConsultationOver):
        known.find("k1", State.RINGING)
    assert known.find_open("k1").state is State.JOINED
    ended = known.drop("k1")
    assert ended is not None
    assert ended.state is State.JOINED
    assert known.drop("k1") is None
    with pytest.raises(ConsultationOver):
        known.find_open("k1")


def test_the_newest_answers_are_kept() -> None:
    known = Consultations()
    for number in range(6):
        known.add(one(number, f"g{number}"))
        known.move(known.find(f"k{number}", State.RINGING), State.UNANSWERED)
    assert [it.id for it in known.of_ticket("t1")] == ["k3", "k4", "k5"]


@pytest.mark.parametrize(
    ("window", "state", "page", "asked", "told"),
    [
        (None, "idle", True, False, "at_page"),
        ("open", "idle", True, False, "at_desk"),
        ("open", "wrap_up", True, False, "at_desk"),
        ("open", "serving", True, False, "busy"),
        ("open", "ringing", True, False, "busy"),
        ("open", "reserved", True, False, "busy"),
        ("closed", "idle", True, False, "at_page"),
        (None, "idle", True, True, "busy"),
        ("open", "idle", False, False, "away"),
    ],
)
def test_who_is_there(window: str | None, state: str, page: bool, asked: bool, told: str) -> None:
    desk = None
    if window is not None:
        desk = DeskView(
            clerk_id="ben",
            site_id="town-01",
            window_id="w",
            window_name="W",
            window_state=window,
            status="available",
            state=state,
            state_since=NOW,
            wrap_up_until=None,
            offer=None,
            ticket=None,
        )
    assert presence(desk, has_page=page, is_asked=asked) == told
