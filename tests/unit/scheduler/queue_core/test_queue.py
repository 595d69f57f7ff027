"""The queue against a plain sorted list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.queue_core.credit import credit, credit_from
from scheduler.queue_core.queue import TicketQueue, Waiting, ticket_queues

moments = st.integers(0, 50).map(float)


def waiting(number: int, moment: float, queue: str = "q", refused: frozenset[str] = frozenset()) -> Waiting:
    return Waiting(f"t{number:04d}", queue, moment, 600.0, refused)


def order(one: Waiting) -> tuple[float, str]:
    return (one.credit_from, one.ticket_id)


@given(st.lists(st.one_of(st.tuples(st.just("add"), moments), st.tuples(st.just("remove"), moments)), max_size=200))
def test_adding_and_removing_keep_the_order_of_a_sorted_list(script: list[tuple[str, float]]) -> None:
    queue, reference, removed = TicketQueue(), [], []
    for number, (action, moment) in enumerate(script):
        if action == "add":
            # Those who left come back now and then with the place they had.
            new = removed.pop() if removed and number % 3 == 0 else waiting(number, moment)
            queue.add(new)
            reference = sorted([*reference, new], key=order)
        elif reference:
            gone = reference.pop(int(moment) % len(reference))
            assert queue.remove(gone.ticket_id) == gone
            removed.append(gone)
        assert queue.first() == (reference[0] if reference else None)
        assert len(queue) == len(reference)
    assert list(queue) == reference == list(queue.copy())


@given(st.lists(st.tuples(moments, st.booleans()), max_size=60), moments)
def test_first_is_the_first_that_passes_and_is_old_enough(people: list[tuple[float, bool]], latest: float) -> None:
    tickets = [
        waiting(number, moment, refused=frozenset({"ada"} if no else ())) for number, (moment, no) in enumerate(people)
    ]
    queue = TicketQueue(tickets)
    wanted = [one for one in sorted(tickets, key=order) if not one.refused_by and one.credit_from <= latest]
    assert queue.first(latest, lambda one: "ada" not in one.refused_by) == (wanted[0] if wanted else None)


def test_a_ticket_waits_once_and_leaves_once() -> None:
    queue = TicketQueue([waiting(1, 5.0)])
    with pytest.raises(KeyError):
        queue.add(waiting(1, 5.0))
    queue.remove("t0001")
    with pytest.raises(KeyError):
        queue.remove("t0001")
    assert "t0001" not in queue


def test_leaving_tickets_take_no_room() -> None:
    queue = TicketQueue()
    for number in range(10_000):
        queue.add(waiting(number, float(number)))
        if number >= 10:
            # Those in the middle leave, so that their entries never surface by themselves.
            queue.remove(f"t{number:04d}")
    assert len(queue._heap) <= 2 * len(queue) + 65


def test_a_copy_lives_its_own_life() -> None:
    queue = ticket_queues([waiting(1, 1.0), waiting(2, 2.0)])["q"]
    other = queue.copy()
    other.remove("t0001")
    other.add(waiting(3, 0.0))
    assert [one.ticket_id for one in queue] == ["t0001", "t0002"]
    assert [one.ticket_id for one in other] == ["t0003", "t0002"]


@given(moments, moments, st.floats(0, 3600), st.floats(0, 3600), st.floats(0, 1e5))
def test_who_is_ahead_stays_ahead(a: float, b: float, granted_a: float, granted_b: float, later: float) -> None:
    first, second = credit_from(a, granted_a), credit_from(b, granted_b)
    if abs(first - second) > 1e-6:
        assert (credit(first, 100.0) > credit(second, 100.0)) == (credit(first, later) > credit(second, later))


def test_granted_time_is_never_a_penalty() -> None:
    with pytest.raises(ValueError, match="negative"):
        credit_from(0.0, -1.0)
