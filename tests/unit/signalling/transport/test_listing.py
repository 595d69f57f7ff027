"""Lists are sent whole at first, and then by their changes."""

from __future__ import annotations

from datetime import UTC, datetime

from signalling.slices.desks.messages import QueueView, WaitingView
from signalling.transport.listing import Listing, Sent
from signalling.wire.values import Bilingual

NOON = datetime(2026, 11, 29, 4, tzinfo=UTC)
NAME = Bilingual(zh="高龄津贴", en="old-age allowance")


def card(number: str, site: str = "a") -> WaitingView:
    return WaitingView(
        ticket_id=f"t-{number}",
        number=number,
        applicant_name="王秀英",
        item_name=NAME,
        site_name=Bilingual(zh=site, en=site),
        taken_at=NOON,
        credit_from=NOON,
        credit_reasons=[],
        visitor=False,
    )


def queue(*cards: WaitingView) -> Listing:
    beside = {"waiting": len(cards), "longest_since": NOON if cards else None}
    return Listing({one.ticket_id: one for one in cards}, QueueView, beside)


def test_whole_then_what_is_new_another_or_gone_then_nothing() -> None:
    sent = Sent()
    first = sent.change_to(queue(card("A001"), card("A002")))
    assert isinstance(first, QueueView)
    assert (first.version, first.whole, first.changed, first.gone) == (1, True, [card("A001"), card("A002")], [])
    second = sent.change_to(queue(card("A002", "b"), card("A003")))
    assert isinstance(second, QueueView)
    assert (second.version, second.whole) == (2, False)
    assert (second.changed, second.gone) == ([card("A002", "b"), card("A003")], ["t-A001"])
    assert sent.change_to(queue(card("A002", "b"), card("A003"))) is None


def test_an_empty_list_is_sent_once_and_what_stands_beside_counts() -> None:
    sent = Sent()
    empty = sent.change_to(queue())
    assert isinstance(empty, QueueView)
    assert (empty.whole, empty.changed, empty.waiting) == (True, [], 0)
    more = sent.change_to(Listing({}, QueueView, {"waiting": 51, "longest_since": NOON}))
    assert isinstance(more, QueueView)
    assert (more.version, more.whole, more.waiting) == (2, False, 51)
