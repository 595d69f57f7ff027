"""The relay that `docker/turnserver.conf` makes: a way to the media port, and to nothing else (ASVS 5.0, V17.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from foundation.clock import SystemClock
from rtc_server.turn import Relays
from tests.support.turn import SECRET, Coturn, TurnClient, coturn

MEDIA = "127.0.0.1"
ELSEWHERE = (
    *("127.0.0.2", "0.0.0.0", "10.1.2.3", "169.254.169.254", "192.168.1.1", "172.16.0.1", "100.64.0.1", "8.8.8.8"),
    *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "2001:db8::5", "2606:4700::1111"),
    *("::ffff:127.0.0.1", "::ffff:127.0.0.2", "::ffff:0.0.0.0", "::ffff:10.1.2.3", "::ffff:169.254.169.254"),
    *("64:ff9b::7f00:1", "64:ff9b::a01:203", "2002:7f00:1::"),
)


SIX = tuple(peer for peer in ELSEWHERE if ":" in peer)
Ask = Callable[..., TurnClient]


@pytest.fixture(scope="module")
def relay() -> Iterator[Coturn]:
    with coturn("127.0.0.1", MEDIA) as running:
        yield running


@pytest.fixture
def ask(relay: Coturn) -> Iterator[Ask]:
    """Makes clients of the relay with credentials of the service, changed as wished."""
    made: list[TurnClient] = []

    def make(user: str, *, username: str = "", secret: str = SECRET, at: Coturn = relay) -> TurnClient:
        given = Relays(("turn:relay.example",), secret, SystemClock()).for_user(user)
        assert given is not None
        made.append(TurnClient(at, username or given.username, given.credential))
        return made[-1]

    yield make
    for client in made:
        client.close()


def test_it_lets_in_whom_the_service_sends_and_nobody_else(ask: Ask) -> None:
    assert ask("clerk").allocate() == 0
    assert ask("clerk", secret="another-secret").allocate() == 401
    for username in ("1:clerk", "99999999999:clerk", "clerk", ":"):
        assert ask("clerk", username=username).allocate() == 401


def test_the_media_host_is_reached_and_no_other_address(ask: Ask) -> None:
    asking = ask("asking")
    assert asking.allocate() == 0
    assert asking.permit(MEDIA) == 0
    answers = {peer: asking.permit(peer) for peer in ELSEWHERE}
    assert answers == {peer: 443 if peer in SIX else 403 for peer in ELSEWHERE}


def test_no_address_of_ipv6_is_relayed_from(ask: Ask) -> None:
    assert ask("six").allocate(family=2) == 440


def test_nothing_of_ipv6_is_reached_though_a_careless_hand_gave_the_relay_an_address_of_it(ask: Ask) -> None:
    with coturn("127.0.0.1", MEDIA, "--relay-ip=::1") as careless:
        asking = ask("six", at=careless)
        assert asking.allocate(family=2) == 0
        assert {asking.permit(peer) for peer in SIX} == {403}


def test_one_person_cannot_take_every_port(ask: Ask) -> None:
    answers = [ask("greedy").allocate() for _ in range(20)]
    assert answers == [0] * 16 + [486] * 4
    assert ask("modest").allocate() == 0
