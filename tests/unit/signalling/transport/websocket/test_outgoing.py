"""Answers go first and are bounded; a topic goes at once, and what follows within a moment goes together."""

from __future__ import annotations

from signalling.transport.websocket.outgoing import Outgoing
from signalling.wire.envelopes import Done


def test_answers_leave_in_order_and_no_more_wait_than_may() -> None:
    outgoing = Outgoing()
    assert all(outgoing.answer(Done(id=number, result=None)) for number in range(64))
    assert not outgoing.answer(Done(id=64, result=None))
    assert outgoing.take_answer() == Done(id=0, result=None)
    assert outgoing.answer(Done(id=64, result=None))


def test_the_first_change_goes_at_once_and_the_next_ones_together() -> None:
    outgoing = Outgoing()
    outgoing.invalidate("point")
    assert outgoing.seconds_to_topic(10.0) == 0.0
    assert outgoing.take_topic(10.0) == "point"
    assert outgoing.seconds_to_topic(10.0) is None
    for _ in range(3):
        outgoing.invalidate("point")
    assert outgoing.take_topic(10.05) is None
    assert abs((outgoing.seconds_to_topic(10.05) or 0.0) - 0.05) < 1e-9
    assert outgoing.take_topic(10.1) == "point"
    assert outgoing.take_topic(10.3) is None


def test_a_topic_that_rests_keeps_no_other_waiting() -> None:
    outgoing = Outgoing()
    outgoing.invalidate("point")
    outgoing.take_topic(10.0)
    outgoing.invalidate("point")
    outgoing.invalidate("slots")
    assert outgoing.take_topic(10.01) == "slots"


def test_what_is_watched_no_more_is_not_sent() -> None:
    outgoing = Outgoing()
    outgoing.invalidate("case:k1")
    outgoing.forget("case:k1")
    assert outgoing.take_topic(10.0) is None
