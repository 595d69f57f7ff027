"""Messages keep their numbers, and reading goes forward only."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from signalling.slices.chat.conversation import MESSAGES_AT_MOST, ChatFull, Conversation, Message

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)


def message(number: int, person_id: str = "wu") -> Message:
    return Message(number, person_id, person_id, "point", f"text {number}", NOW)


def test_messages_stand_in_the_order_of_their_numbers_however_they_came() -> None:
    conversation = Conversation()
    first, second = conversation.next_number(), conversation.next_number()
    conversation.add(message(second))
    conversation.add(message(first, "ada"))
    assert [one.number for one in conversation.messages] == [1, 2]


def test_who_writes_has_seen_it_and_nobody_sees_less_than_before() -> None:
    conversation = Conversation([message(1), message(2)])
    conversation.add(message(conversation.next_number(), "ada"))
    assert (conversation.seen_by("ada"), conversation.seen_by("wu")) == (3, 0)
    assert conversation.mark_seen("wu", 2)
    assert not conversation.mark_seen("wu", 1)
    assert conversation.seen_by("wu") == 2


def test_nobody_has_seen_what_was_not_written() -> None:
    conversation = Conversation([message(1)])
    assert conversation.mark_seen("ada", 99)
    assert conversation.seen_by("ada") == 1


def test_a_number_is_given_once_and_there_is_an_end() -> None:
    conversation = Conversation([message(7)])
    assert conversation.next_number() == 8
    full = Conversation([message(MESSAGES_AT_MOST)])
    with pytest.raises(ChatFull):
        full.next_number()
