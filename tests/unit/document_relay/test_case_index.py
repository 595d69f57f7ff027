"""The index of case files: one read for a ticket, and another after each event of its case."""

from __future__ import annotations

import asyncio

import pytest

from document_relay.case_files import CaseFiles
from document_relay.case_index import CaseIndex
from document_relay.records import CaseRecord
from foundation.database import Outbox
from foundation.events import LocalBus

from .conftest import Bench, opening


class Counted(CaseFiles):
    """The real case files, with the reads counted and held up where a test asks for it."""

    def __init__(self, files: CaseFiles) -> None:
        self.__dict__.update(files.__dict__)
        self.reads = 0
        self.gate: asyncio.Event | None = None

    async def of_ticket(self, ticket_id: str) -> CaseRecord | None:
        self.reads += 1
        found = await super().of_ticket(ticket_id)
        if self.gate is not None:
            await self.gate.wait()
        return found


@pytest.fixture
def files(bench: Bench) -> Counted:
    return Counted(bench.relay.case_files)


@pytest.fixture
def index(files: Counted, bench: Bench, bus: LocalBus) -> CaseIndex:
    index = CaseIndex(files)
    index.follow(bus)
    return index


async def test_a_case_is_read_once_and_again_after_an_event(
    bench: Bench, files: Counted, index: CaseIndex, outbox: Outbox
) -> None:
    assert await outbox.deliver()
    found = await index.of_ticket("ticket-1")
    assert found is not None
    assert (await index.of_ticket("ticket-1"), files.reads) == (found, 1)
    await files.close(bench.case_id)
    assert await outbox.deliver()
    closed = await index.of_ticket("ticket-1")
    assert closed is not None
    assert (closed.state.value, files.reads) == ("closed", 2)


async def test_that_there_is_no_case_yet_is_known_until_it_is_opened(
    bench: Bench, files: Counted, index: CaseIndex, outbox: Outbox
) -> None:
    assert await index.of_ticket("ticket-2") is None
    assert (await index.of_ticket("ticket-2"), files.reads) == (None, 1)
    opened = await files.open_case(opening("ticket-2"))
    assert await outbox.deliver()
    found = await index.of_ticket("ticket-2")
    assert found is not None
    assert found.id == opened


async def test_what_was_read_before_an_event_and_comes_after_it_is_not_kept(
    bench: Bench, files: Counted, index: CaseIndex, outbox: Outbox
) -> None:
    assert await outbox.deliver()
    files.gate = asyncio.Event()
    reading = asyncio.create_task(index.of_ticket("ticket-1"))
    await asyncio.sleep(0.05)
    await files.close(bench.case_id)
    assert await outbox.deliver()
    files.gate.set()
    await reading
    again = await index.of_ticket("ticket-1")
    assert again is not None
    assert again.state.value == "closed"
