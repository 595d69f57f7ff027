"""What is sent together arrives apart, each datagram where it belongs; what came together is taken together."""

from __future__ import annotations

import itertools
import random
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtc_server.media_core.cache import PacketCache
from rtc_server.transport.addresses import pack_address, unpack_address
from rtc_server.transport.batch import BATCH, SendBatch
from rtc_server.transport.intake import INTAKE, Intake
from rtc_server.transport.messages import send_messages
from rtc_server.transport.srtp import RECEIVED_LENGTH


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


def put(batch: SendBatch, to: socket.socket, *datagrams: bytes) -> None:
    at = batch.reserve(len(datagrams))
    for view, data in zip(batch.views[at:], datagrams, strict=False):
        view[: len(data)] = data
    batch.add([len(data) for data in datagrams], pack_address(*to.getsockname()))


def taken(receiver: socket.socket) -> list[bytes]:
    got = []
    while True:
        try:
            got.append(receiver.recv(3000))
        except BlockingIOError:
            return got


def test_nothing_goes_out_before_it_is_flushed(batch: SendBatch, receivers: list[socket.socket]) -> None:
    put(batch, receivers[0], b"one")
    assert taken(receivers[0]) == []
    assert batch.used == 1
    batch.flush()
    assert taken(receivers[0]) == [b"one"]
    assert batch.used == 0


@pytest.mark.parametrize("count", [1, 2, BATCH - 1, BATCH, 3 * BATCH + 5])
def test_every_datagram_arrives_whole_and_in_order(
    batch: SendBatch, receivers: list[socket.socket], count: int
) -> None:
    sent: list[list[bytes]] = [[], [], []]
    for number in range(count):
        data = number.to_bytes(2, "big") * (1 + number % 600)
        put(batch, receivers[number % 3], data)
        sent[number % 3].append(data)
    batch.flush()
    assert [taken(receiver) for receiver in receivers] == sent
    assert batch.failed == 0


@given(st.lists(st.lists(st.sampled_from([1, 7, 1130, 1131, 1500]), min_size=1, max_size=40), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_bursts_of_any_lengths_arrive_apart_and_in_order(bursts: list[list[int]]) -> None:
    number = itertools.count()
    with bound("127.0.0.1") as udp, bound("127.0.0.1") as one, bound("127.0.0.1") as two:
        batch = SendBatch()
        batch.open(udp)
        sent: list[list[bytes]] = [[], []]
        for turn, lengths in enumerate(bursts):
            datagrams = [(next(number) % 256).to_bytes(1, "big") * length for length in lengths]
            put(batch, (one, two)[turn % 2], *datagrams)
            sent[turn % 2] += datagrams
        batch.flush()
        assert [taken(one), taken(two)] == sent
        assert batch.failed == 0


def test_equal_packets_for_one_receiver_go_as_one_message(
    batch: SendBatch, receivers: list[socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []

    def counting(handle: int, first: int, count: int, flags: int) -> int:
        counts.append(count)
        return send_messages(handle, first, count, flags)

    monkeypatch.setattr("rtc_server.transport.batch.send_messages", counting)
    put(batch, receivers[0], *[b"x" * 1130] * 8, *[b"y" * 1131] * 3)
    put(batch, receivers[1], b"z")
    batch.flush()
    assert counts == [3]
    assert taken(receivers[0]) == [b"x" * 1130] * 8 + [b"y" * 1131] * 3


def test_where_the_system_cannot_cut_apart_they_go_one_by_one(batch: SendBatch, receivers: list[socket.socket]) -> None:
    assert batch._socket is not None
    # A socket that sends without checksums is refused messages to be cut apart (udp(7)).
    batch._socket.setsockopt(socket.SOL_SOCKET, 11, 1)
    for _ in range(2):
        put(batch, receivers[0], *[b"x" * 1130] * 5)
        put(batch, receivers[1], b"other")
        batch.flush()
        assert taken(receivers[0]) == [b"x" * 1130] * 5
        assert taken(receivers[1]) == [b"other"]
    assert batch.failed == 0
    assert [name.apart for name in batch._names.values()] == [True, False]


def test_one_that_cannot_be_sent_holds_nobody_up(batch: SendBatch, receivers: list[socket.socket]) -> None:
    put(batch, receivers[0], b"first")
    # Broadcasting is not allowed to this socket.
    batch.add([5], pack_address("255.255.255.255", 9))
    put(batch, receivers[0], b"third")
    batch.flush()
    assert taken(receivers[0]) == [b"first", b"third"]
    assert batch.failed == 1


def test_without_sendmmsg_they_go_one_by_one(
    batch: SendBatch, receivers: list[socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rtc_server.transport.batch.send_messages", None)
    put(batch, receivers[0], b"one", b"two")
    put(batch, receivers[1], b"three")
    batch.flush()
    assert taken(receivers[0]) == [b"one", b"two"]
    assert taken(receivers[1]) == [b"three"]


def test_more_addresses_than_are_kept_are_learnt_anew(batch: SendBatch, receivers: list[socket.socket]) -> None:
    put(batch, receivers[0], b"one")
    for port in range(10_000, 14_200):
        batch.add([1], pack_address("127.0.0.1", port))
    put(batch, receivers[0], b"two")
    batch.flush()
    assert taken(receivers[0]) == [b"one", b"two"]
    assert len(batch._names) < 4_096


def test_ipv6_is_spoken() -> None:
    try:
        receiver, sender = bound("::1"), bound("::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    with receiver, sender:
        batch, intake = SendBatch(), Intake()
        batch.open(sender)
        put(batch, receiver, b"six")
        batch.flush()
        intake.open(receiver)
        [(address, [packet])] = intake.take()
        assert bytes(packet.data[: packet.length]) == b"six"
        assert unpack_address(address) == sender.getsockname()


@pytest.mark.parametrize("count", [0, 1, INTAKE, INTAKE + 3])
def test_what_came_together_is_taken_together(receivers: list[socket.socket], count: int) -> None:
    intake = Intake()
    intake.open(receivers[0])
    datagrams = [bytes((number,)) * (1 + 40 * number) for number in range(count)]
    with bound("127.0.0.1") as sender:
        for datagram in datagrams:
            sender.sendto(datagram, receivers[0].getsockname())
        got = []
        for _ in range(3):
            for address, packets in intake.take():
                got += [bytes(packet.data[: packet.length]) for packet in packets]
                assert unpack_address(address) == sender.getsockname()
    assert got == datagrams


def test_what_is_longer_than_any_packet_is_cut_to_more_than_an_mtu(receivers: list[socket.socket]) -> None:
    intake = Intake()
    intake.open(receivers[0])
    with bound("127.0.0.1") as sender:
        sender.sendto(b"x" * 3000, receivers[0].getsockname())
        sender.sendto(b"", receivers[0].getsockname())
        [(_, packets)] = intake.take()
        assert [packet.length for packet in packets] == [RECEIVED_LENGTH, 0]


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("size", [8, 64])
def test_what_is_kept_is_not_received_into_until_it_is_given_back(
    receivers: list[socket.socket], monkeypatch: pytest.MonkeyPatch, size: int, *, together: bool
) -> None:
    if not together:
        monkeypatch.setattr("rtc_server.transport.intake.receive_messages", None)
    intake, draw = Intake(), random.Random(5)
    intake.open(receivers[0])
    cache, expected = PacketCache(size, 1.0), dict[int, bytes]()
    with bound("127.0.0.1") as sender:
        for number in range(600):
            sender.sendto(number.to_bytes(2, "big") * 9, receivers[0].getsockname())
            if draw.random() < 0.7:
                continue
            for packet in (packet for _, packets in intake.take() for packet in packets):
                packet.number = int.from_bytes(packet.data[:2], "big")
                if draw.random() < 0.8:
                    expected[packet.number % size] = bytes(packet.data[: packet.length])
                    before = cache.put(packet, 0.0)
                    intake.spare += [before] if before is not None else []
            for at, datagram in expected.items():
                kept = cache.peek(int.from_bytes(datagram[:2], "big"))
                assert kept is not None
                assert bytes(kept.data[: kept.length]) == datagram, at
    assert len(expected) == size
    assert len(intake.spare) <= INTAKE


def test_without_recvmmsg_they_come_one_by_one(receivers: list[socket.socket], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtc_server.transport.intake.receive_messages", None)
    intake = Intake()
    intake.open(receivers[0])
    with bound("127.0.0.1") as sender:
        sender.sendto(b"one", receivers[0].getsockname())
        [(address, [packet])] = intake.take()
        assert (bytes(packet.data[: packet.length]), unpack_address(address)) == (b"one", sender.getsockname())
    assert intake.take() == []
