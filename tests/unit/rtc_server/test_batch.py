"""What is sent together arrives apart, each datagram where it belongs."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from rtc_server.transport.batch import BATCH, SendBatch


def bound(host: str) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    made.bind((host, 0))
    made.setblocking(False)
    return made


@pytest.fixture
def receivers() -> Iterator[list[socket.socket]]:
    made = [bound("127.0.0.1") for _ in range(3)]
    yield made
    for one in made:
        one.close()


@pytest.fixture
def batch() -> Iterator[SendBatch]:
    with bound("127.0.0.1") as udp:
        made = SendBatch()
        made.open(udp)
        yield made


def put(batch: SendBatch, data: bytes, to: socket.socket) -> None:
    batch.view[: len(data)] = data
    batch.add(len(data), to.getsockname())


def taken(receiver: socket.socket) -> list[bytes]:
    got = []
    while True:
        try:
            got.append(receiver.recv(3000))
        except BlockingIOError:
            return got


def test_nothing_goes_out_before_it_is_flushed(batch: SendBatch, receivers: list[socket.socket]) -> None:
    put(batch, b"one", receivers[0])
    assert taken(receivers[0]) == []
    assert not batch.empty
    batch.flush()
    assert taken(receivers[0]) == [b"one"]
    assert batch.empty


@pytest.mark.parametrize("count", [1, 2, BATCH - 1, BATCH, 3 * BATCH + 5])
def test_every_datagram_arrives_whole_and_in_order(
    batch: SendBatch, receivers: list[socket.socket], count: int
) -> None:
    sent: list[list[bytes]] = [[], [], []]
    for number in range(count):
        data = number.to_bytes(2, "big") * (1 + number % 600)
        put(batch, data, receivers[number % 3])
        sent[number % 3].append(data)
    batch.flush()
    assert [taken(receiver) for receiver in receivers] == sent
    assert batch.failed == 0


def test_one_that_cannot_be_sent_holds_nobody_up(batch: SendBatch, receivers: list[socket.socket]) -> None:
    put(batch, b"first", receivers[0])
    batch.view[:5] = b"never"
    batch.add(5, ("255.255.255.255", 9))  # broadcasting is not allowed to this socket
    put(batch, b"third", receivers[0])
    batch.flush()
    assert taken(receivers[0]) == [b"first", b"third"]
    assert batch.failed == 1


def test_without_sendmmsg_they_go_one_by_one(
    batch: SendBatch, receivers: list[socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "_send", None)
    put(batch, b"one", receivers[0])
    put(batch, b"two", receivers[1])
    batch.flush()
    assert taken(receivers[0]) == [b"one"]
    assert taken(receivers[1]) == [b"two"]


def test_more_addresses_than_are_kept_are_learnt_anew(batch: SendBatch, receivers: list[socket.socket]) -> None:
    put(batch, b"one", receivers[0])
    for port in range(10_000, 14_200):
        batch.view[:1] = b"x"
        batch.add(1, ("127.0.0.1", port))
    put(batch, b"two", receivers[0])
    batch.flush()
    assert taken(receivers[0]) == [b"one", b"two"]
    assert len(batch._names) < 4_096


def test_ipv6_is_spoken(receivers: list[socket.socket]) -> None:
    try:
        receiver, sender = bound("::1"), bound("::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    with receiver, sender:
        batch = SendBatch()
        batch.open(sender)
        put(batch, b"six", receiver)
        batch.flush()
        assert taken(receiver) == [b"six"]
