"""Two nodes on one machine: who goes where, and what becomes of calls when one of them ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from foundation.clock import SystemClock
from foundation.events import LocalBus
from foundation.tasks import Tasks
from rtc_server.node.nodes import MediaNodes
from rtc_server.node.recordings import NodeRecordings
from rtc_server.recording.values import RecordingEvent, RecordingStarted, SegmentClosed
from rtc_server.sessions.interface import MediaEvent, ParticipantDisconnected
from tests.integration.node.conftest import Make
from tests.support.caller import Pages, until
from tests.support.node_process import TOKEN, NodeProcess

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
    before = await recordings.start("call")
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
    assert await recordings.recover_all() == []
    folder = tmp_path / ("first" if first is two[0] else "second")
    two.append(await asyncio.to_thread(NodeProcess.start, folder, NODE_PORT=str(first.control_port)))
    await until(lambda: len(media.open_links()) == 2)
    [first_part] = await recordings.recover_all()
    assert first_part.recording_id == before
    assert sum(source.packets for source in first_part.sources) > 0
