from __future__ import annotations

from signalling.transport.http.connections import ConnectionLimits, Places

OFFICE, OTHER = "198.51.100.1", "198.51.100.2"
IDLE_SECONDS = 20
"""How long a browser's unused connection stays."""


def opened(places: Places, client: str | None, tries: int, now: float) -> int:
    return sum(places.take(client, now) for _ in range(tries))


def test_an_office_of_three_hundred_pages_finds_its_places() -> None:
    limits = ConnectionLimits()
    places, ended = Places(limits), {}
    waiting = 0
    for second in range(int(limits.wait)):
        for _ in range(ended.pop(second, 0)):
            places.give_back(OFFICE)
        wanted = 300 * 6 if second == 0 else waiting
        found = opened(places, OFFICE, wanted, second)
        if second == 0:
            waiting = sum(places.begin_waiting(OFFICE) for _ in range(wanted - found))
            assert waiting == wanted - found, "somebody is turned away"
        else:
            for _ in range(found):
                places.end_waiting(OFFICE)
            waiting -= found
        # One of six is the page's WebSocket.
        ended[second + IDLE_SECONDS] = found * 5 // 6
    assert waiting == places.waiting == 0


def test_one_client_opens_so_many_a_second_and_others_do_not_feel_it() -> None:
    places = Places(ConnectionLimits(opened_a_second=10, opened_at_once=20))
    assert opened(places, OFFICE, 100, 0) == 20
    assert opened(places, OFFICE, 100, 1) == 10
    assert opened(places, OTHER, 100, 1) == 20
    assert opened(places, None, 100, 1) == 100


def test_so_many_wait_of_one_client_and_of_all() -> None:
    places = Places(ConnectionLimits(waiting_at_most=5, waiting_of_one_client=3))
    assert [places.begin_waiting(OFFICE) for _ in range(4)] == [True, True, True, False]
    assert [places.begin_waiting(OTHER) for _ in range(3)] == [True, True, False]
    places.end_waiting(OFFICE)
    assert places.begin_waiting(OTHER)
