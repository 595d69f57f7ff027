"""Frames over TCP from strangers: what they may take of a port that browsers need when there is no UDP."""

from __future__ import annotations

import resource

import pytest

from foundation.clock import ManualClock
from rtc_server.transport import port as port_module
from rtc_server.transport.port import MediaPort
from rtc_server.transport.tcp import TcpPath


class Transport:
    def __init__(self) -> None:
        self.cut = False
        self.waiting = 0
        self.written: list[bytes] = []

    def get_extra_info(self, name: str) -> tuple[str, int]:
        return ("192.0.2.1", 4000)

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def abort(self) -> None:
        self.cut = True


@pytest.fixture
def port() -> MediaPort:
    return MediaPort(ManualClock().monotonic)


def connect(port: MediaPort) -> tuple[TcpPath, Transport]:
    path, transport = TcpPath(port), Transport()
    path.connection_made(transport)  # type: ignore[arg-type]
    return path, transport


def test_when_all_places_are_taken_the_oldest_stranger_gives_way(port: MediaPort) -> None:
    known = [connect(port) for _ in range(10)]
    for path, _ in known:
        port._by_path[path] = object()  # type: ignore[assignment]
    strangers = [connect(port) for _ in range(port_module._TCP_LINKS - 10)]
    newest = connect(port)
    assert [transport.cut for _, transport in strangers[:2]] == [True, False]
    assert not newest[1].cut
    assert not any(transport.cut for _, transport in known)
    assert port.tcp_links == port_module._TCP_LINKS


def test_no_place_is_given_up_by_those_who_have_shown_who_they_are(port: MediaPort) -> None:
    for _ in range(port_module._TCP_LINKS):
        port._by_path[connect(port)[0]] = object()  # type: ignore[assignment]
    assert connect(port)[1].cut
    assert port.tcp_links == port_module._TCP_LINKS


def test_a_stranger_that_sends_and_sends_is_cut(port: MediaPort) -> None:
    path, transport = connect(port)
    path.data_received(b"\0\0" * 100_000)
    assert transport.cut
    assert path.frames == 65
    assert port.datagrams_dropped == 65


def test_a_reader_that_is_behind_loses_packets_and_takes_no_memory(port: MediaPort) -> None:
    path, transport = connect(port)
    path.send(b"first")
    transport.waiting = 300_000
    path.send(b"second")
    transport.waiting = 0
    path.send(b"third")
    assert transport.written == [b"\0\x05first", b"\0\x05third"]


async def test_the_process_may_open_as_many_files_as_connections_need(port: MediaPort) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    try:
        await port.open("127.0.0.1", 0)
        allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        await port.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert allowed == min(hard, 16_384)
