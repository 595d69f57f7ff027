"""Two nodes on one machine: who goes where, and what becomes of calls when one of them ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from foundation.clock import SystemClock
from foundation.events import LocalBus
from foundation.identifiers import SystemIdentifiers
from foundation.tasks import Tasks
from rtc_server.cameras.values import Camera
from rtc_server.node.nodes import MediaNodes
from rtc_server.node.recordings import NodeRecordings
from rtc_server.recording.values import RecordingEvent, RecordingStarted, SegmentClosed
from rtc_server.sessions.interface import MediaEvent, ParticipantDisconnected, SourceKind
from rtc_server.whip import WhipResources, WhipUnknown
from tests.integration.media.coded import write_film
from tests.integration.media.standard_client import accept, sending, watching
from tests.integration.node.conftest import Make
from tests.support.caller import Pages, until
from tests.support.node_process import TOKEN, NodeProcess
from tests.support.recorded import KEY, key_of
from tests.support.served import free_port
from tests.support.viewer import SLOT, Viewer

BOTH = ("ada", "ben")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[list[NodeProcess]]:
    # Each has a data folder of its own, as it has with a port of its own.
    running = [NodeProcess.start(tmp_path / name) for name in ("first", "second")]
    yield running
    for node in running:
        node.close()


@pytest.fixture
async def tasks() -> AsyncIterator[Tasks]:
    owned = Tasks()
    yield owned
    await owned.close()


@pytest.fixture
async def media(two: list[NodeProcess], tasks: Tasks) -> AsyncIterator[MediaNodes]:
    nodes = MediaNodes([node.address for node in two], TOKEN, SystemClock(), tasks)
    await nodes.start()
    yield nodes
    await nodes.close()


@pytest.fixture
async def pages(media: MediaNodes, make: Make) -> AsyncIterator[Pages]:
    """Ada's and Ben's pages, waiting, each on a node of its own."""
    opened = Pages(media)
    for number, name in enumerate(BOTH):
        await opened.open(name, make(number + 1))
    yield opened
    opened.close()


@pytest.fixture
def events(media: MediaNodes) -> list[MediaEvent]:
    heard: list[MediaEvent] = []
    media.subscribe(heard.append)
    return heard


def ends(events: list[MediaEvent]) -> list[tuple[str, str]]:
    return [(event.participant_id, event.reason) for event in events if isinstance(event, ParticipantDisconnected)]


def where(two: list[NodeProcess], media: MediaNodes) -> tuple[NodeProcess, NodeProcess]:
    """The node of the call, and the other."""
    link = media.link_of("call")
    assert link is not None
    return (two[0], two[1]) if link.name == two[0].address else (two[1], two[0])


async def hear_each_other(pages: Pages) -> None:
    for caller in pages.callers:
        await caller.hears()


async def test_who_is_admitted_second_comes_to_the_firsts_node(
    media: MediaNodes, pages: Pages, events: list[MediaEvent]
) -> None:
    for name in BOTH:
        media.admit("call", name)
    await hear_each_other(pages)
    assert ends(events) == [("ben", "moved")]


async def test_who_is_expected_is_there_before_it_is_admitted(
    media: MediaNodes, pages: Pages, events: list[MediaEvent]
) -> None:
    media.gather("call", BOTH)
    await pages.settled()
    assert ends(events) == [("ben", "moved")]
    await pages.callers[0].hears_nothing()
    events.clear()
    for name in BOTH:
        media.admit("call", name)
    await hear_each_other(pages)
    assert ends(events) == []


async def test_an_offer_that_came_to_nothing_leaves_nothing(media: MediaNodes, pages: Pages) -> None:
    media.gather("call", BOTH)
    media.close_session("call")
    await pages.settled()
    assert media.link_of("call") is None
    await until(lambda: media.statistics().participants == 2)


async def test_a_killed_nodes_call_goes_on_at_the_other(
    media: MediaNodes, pages: Pages, events: list[MediaEvent], two: list[NodeProcess]
) -> None:
    for name in BOTH:
        media.admit("call", name)
    await hear_each_other(pages)
    events.clear()
    first, second = where(two, media)
    first.kill()
    await until(lambda: len(ends(events)) == 2)
    await hear_each_other(pages)
    assert sorted(ends(events)) == [("ada", "node_lost"), ("ben", "node_lost")]
    assert where(two, media) == (second, first)


async def test_a_node_that_freezes_loses_its_calls_and_gives_them_up_when_it_thaws(
    media: MediaNodes, pages: Pages, events: list[MediaEvent], two: list[NodeProcess], tasks: Tasks
) -> None:
    recordings = NodeRecordings(media, LocalBus(), tasks)
    for name in BOTH:
        media.admit("call", name)
    before = await recordings.start("call", KEY)
    await hear_each_other(pages)
    first, second = where(two, media)
    events.clear()
    first.process.send_signal(signal.SIGSTOP)
    # A second is no death: a busy machine stumbles for as long.
    await asyncio.sleep(1.0)
    first.process.send_signal(signal.SIGCONT)
    await hear_each_other(pages)
    assert ends(events) == []
    first.process.send_signal(signal.SIGSTOP)
    await until(lambda: len(ends(events)) == 2, 15.0)
    await hear_each_other(pages)
    assert where(two, media) == (second, first)
    first.process.send_signal(signal.SIGCONT)
    await until(lambda: len(media.open_links()) == 2)
    counts = [f"cloud_window_media_{name} 0.0" for name in ("participants", "sessions")]
    async with aiohttp.ClientSession() as http, asyncio.timeout(10):
        while True:
            async with http.get(f"{first.address}/metrics") as answer:
                lines = (await answer.text()).splitlines()
            if all(count in lines for count in counts):
                break
            await asyncio.sleep(0.1)
    await hear_each_other(pages)
    assert where(two, media) == (second, first)
    assert recordings.recording("call") not in (None, before)
    async with asyncio.timeout(10):
        while not (found := await recordings.recover_all(key_of)):
            await asyncio.sleep(0.1)
    assert [one.recording_id for one in found] == [before]


async def test_without_any_node_a_call_waits_for_one(
    media: MediaNodes, pages: Pages, two: list[NodeProcess], tmp_path: Path
) -> None:
    for name in BOTH:
        media.admit("call", name)
    await hear_each_other(pages)
    for node in two:
        node.kill()
    await until(lambda: not media.serving)
    port = str(two[0].control_port)
    two.append(await asyncio.to_thread(NodeProcess.start, tmp_path / "again", NODE_PORT=port))
    await hear_each_other(pages)


async def test_a_draining_node_keeps_its_call_gives_up_who_waits_and_ends(
    media: MediaNodes, pages: Pages, events: list[MediaEvent], two: list[NodeProcess], make: Make
) -> None:
    for name in BOTH:
        media.admit("call", name)
    await hear_each_other(pages)
    first, second = where(two, media)
    for number in range(4):
        await pages.open(f"waiting {number}", make(10 + number))
    events.clear()
    first.ask_to_end()
    await until(lambda: ends(events))
    await pages.settled()
    assert {reason for _, reason in ends(events)} == {"moved"}
    assert not {"ada", "ben"} & {name for name, _ in ends(events)}
    await hear_each_other(pages)
    assert first.process.poll() is None
    media.admit("other call", "waiting 0")
    assert media.link_of("other call").name == second.address  # type: ignore[union-attr]
    media.close_session("call")
    assert await asyncio.to_thread(first.process.wait, 10) == 0
    await pages.settled()
    await until(lambda: media.statistics().participants == 6)


async def test_a_recording_goes_on_at_the_next_node_and_the_first_part_is_found(
    media: MediaNodes, pages: Pages, two: list[NodeProcess], tasks: Tasks, tmp_path: Path
) -> None:
    bus, told = LocalBus(), list[RecordingEvent]()

    async def hear(event: RecordingEvent) -> None:
        told.append(event)

    for kind in (RecordingStarted, SegmentClosed):
        bus.subscribe(kind, hear)
    recordings = NodeRecordings(media, bus, tasks)
    for name in BOTH:
        media.admit("call", name)
    before = await recordings.start("call", KEY)
    assert before is not None
    assert recordings.recording("call") == before
    await hear_each_other(pages)
    await until(lambda: any(isinstance(event, SegmentClosed) for event in told))
    first, _ = where(two, media)
    first.kill()
    await until(lambda: recordings.recording("call") not in (None, before))
    await pages.settled()
    await hear_each_other(pages)
    second_part = await recordings.stop("call")
    assert {source.participant_id for source in second_part.sources} == {"ada", "ben"}
    assert second_part.path is not None
    assert second_part.path.is_file()
    await recordings.acknowledge(second_part)
    assert await recordings.recover_all(key_of) == []
    folder = tmp_path / ("first" if first is two[0] else "second")
    two.append(await asyncio.to_thread(NodeProcess.start, folder, NODE_PORT=str(first.control_port)))
    await until(lambda: len(media.open_links()) == 2)
    [first_part] = await recordings.recover_all(key_of)
    assert first_part.recording_id == before
    assert sum(source.packets for source in first_part.sources) > 0


async def test_a_recording_that_a_new_house_finds_goes_on_when_its_node_dies(
    media: MediaNodes, two: list[NodeProcess], tasks: Tasks
) -> None:
    media.admit("call", "ada")
    before = await NodeRecordings(media, LocalBus(), tasks).start("call", KEY)
    first, _ = where(two, media)
    await media.close()
    next_house = MediaNodes([node.address for node in two], TOKEN, SystemClock(), tasks)
    recordings = NodeRecordings(next_house, LocalBus(), tasks)
    await next_house.start()
    assert recordings.recording("call") == before
    assert await recordings.start("call", KEY) == before
    first.kill()
    await until(lambda: recordings.recording("call") not in (None, before))
    await next_house.close()


async def test_standard_clients_meet_on_the_node_of_their_session(media: MediaNodes, two: list[NodeProcess]) -> None:
    whip = WhipResources(media, SystemIdentifiers(SystemClock()))
    sender, offer = await sending(5)
    ingest = await whip.create_ingest("camera", "hall", offer)
    await accept(sender, ingest.sdp)
    viewer, offer, watcher = await watching()
    answer = await whip.create_viewer("screen", "hall", offer)
    await accept(viewer, answer.sdp)
    await watcher.goes_on(5)
    restarted = await whip.patch("camera", ingest.resource_id, "a=ice-ufrag:fresh\r\na=ice-pwd:x\r\n", "*")
    assert restarted.fragment is not None
    next(node for node in two if node.address == media.link_of("hall").name).kill()  # type: ignore[union-attr]
    await until(lambda: not media.slots(answer.participant_id))
    with pytest.raises(WhipUnknown):
        whip.delete("screen", answer.resource_id)
    watcher.stop()
    await asyncio.gather(sender.close(), viewer.close())


class Gate:
    """A TCP relay before a node's control port that can be cut, with what waits held back until it is mended."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open = asyncio.Event()
        self._open.set()
        self._pipes: set[asyncio.StreamWriter] = set()

    async def serve(self) -> asyncio.Server:
        return await asyncio.start_server(self._relay, "127.0.0.1", 0)

    def cut(self) -> None:
        self._open.clear()
        for writer in self._pipes:
            writer.transport.abort()

    def mend(self) -> None:
        self._open.set()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._open.wait()
        upstream, downstream = await asyncio.open_connection("127.0.0.1", self._port)
        ends = {writer, downstream}
        self._pipes |= ends
        await asyncio.gather(self._pipe(reader, downstream), self._pipe(upstream, writer))
        self._pipes -= ends

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()


async def test_a_cut_control_link_harms_no_call_and_what_was_wanted_meanwhile_is_made_up_for(
    two: list[NodeProcess], tasks: Tasks, make: Make
) -> None:
    gate = Gate(two[0].control_port)
    server = await gate.serve()
    media = MediaNodes([f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"], TOKEN, SystemClock(), tasks)
    await media.start()
    events: list[MediaEvent] = []
    media.subscribe(events.append)
    callers = [make(number) for number in range(1, 5)]
    for caller, name in zip(callers, ("ada", "ben", "cyd", "dan"), strict=True):
        await caller.connect(media, name)
        media.admit("call" if name in BOTH else "other", name)
    for caller in callers:
        await caller.hears()
    gate.cut()
    await until(lambda: not media.open_links())
    media.close_session("other")
    for caller in callers[:2]:
        await caller.hears(50)
    gate.mend()
    await until(media.open_links)
    await until(lambda: media.slots("cyd")[0].participant_id is None)
    await callers[2].hears_nothing()
    assert media.slots("ada")[0].participant_id == "ben"
    assert ends(events) == []
    await media.close()
    server.close()


async def test_tiles_that_were_told_while_the_control_link_was_cut_are_made_up_for(
    two: list[NodeProcess], tasks: Tasks, tmp_path: Path
) -> None:
    write_film(tmp_path / "hall.mp4", 15)
    gate = Gate(two[0].control_port)
    server = await gate.serve()
    media = MediaNodes([f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"], TOKEN, SystemClock(), tasks)
    await media.start()
    viewer = Viewer()
    await viewer.connect(media, "ada")
    await media.watch("ada", Camera(id="hall", address=f"file://{tmp_path}/hall.mp4"))
    await until(lambda: len(viewer.packets) > 5)
    await until(lambda: media.slots("ada")[0].source is SourceKind.HALL)
    media.set_tiles("ada", {SLOT: 0})
    await asyncio.sleep(0.2)
    before = len(viewer.packets)
    gate.cut()
    await until(lambda: not media.open_links())
    media.set_tiles("ada", {SLOT: 640})
    gate.mend()
    await until(lambda: len(viewer.packets) > before + 5)
    viewer.close()
    await media.close()
    server.close()


async def test_several_processes_of_one_command_are_kept_and_end_together(tmp_path: Path) -> None:
    media_port, control_port = free_ports(2), free_ports(2)
    settings = {"MEDIA_HOST": "127.0.0.1", "MEDIA_PORT": str(media_port), "NODE_PORT": str(control_port)}
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "signalling.cli.main", "node", "--processes", "2"),
        env=os.environ | settings | {"DATA_DIR": str(tmp_path), "NODE_TOKEN": TOKEN, "LOG_LEVEL": "ERROR"},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    async with aiohttp.ClientSession() as http:

        async def healthy(port: int) -> bool:
            try:
                async with http.get(f"http://127.0.0.1:{port}/healthz") as answer:
                    return answer.status == 200
            except aiohttp.ClientConnectionError:
                return False

        async def all_healthy() -> None:
            async with asyncio.timeout(20):
                while not (await healthy(control_port) and await healthy(control_port + 1)):
                    await asyncio.sleep(0.05)

        await all_healthy()
        first, second = map(int, children.read_text().split())
        os.kill(first, signal.SIGKILL)
        await until(lambda: str(first) not in children.read_text().split())
        await all_healthy()
        again = set(map(int, children.read_text().split()))
        assert len(again) == 2
        assert second in again
        parent.terminate()
        assert await asyncio.wait_for(parent.wait(), 10) == 0
        assert not any(Path(f"/proc/{one}").exists() for one in again)


def free_ports(count: int) -> int:
    """The first of so many ports in a row that were free a moment ago, for TCP and UDP."""
    while True:
        first = free_port()
        try:
            for port in range(first, first + count):
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    with socket.socket(socket.AF_INET, kind) as probe:
                        probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            continue
        return first
