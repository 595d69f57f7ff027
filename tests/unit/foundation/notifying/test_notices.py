"""Notices on a real database: written with what they tell of, sent once, tried again, given up, erased."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from foundation.clock import ManualClock
from foundation.database import Database
from foundation.identifiers import SeededIdentifiers
from foundation.notifying import (
    Channel,
    Dispatcher,
    Notice,
    NoticeFigures,
    Notifier,
    NotSent,
    Sender,
    Sending,
    Simulator,
    Template,
    TextLibrary,
    store,
)
from foundation.notifying.dispatcher import DispatcherParts
from foundation.notifying.notice_life import ATTEMPTS, LEASE_SECONDS, pause_after
from foundation.notifying.sending import AT_ONCE
from foundation.vault import Vault

pytestmark = pytest.mark.both_databases

VAULT = Vault(bytes(range(32)))
WORDS = {"booked": Template("预约 {number}", "{name}，您已预约 {number}。")}
TEXTS = TextLibrary({"zh-CN": WORDS, "en": {"booked": Template("Booked {number}", "{name}, you have {number}.")}})
PHONE = "13800001234"


class Postbox:
    """A receiver in memory; `problems` are raised one after the other, before anything is taken."""

    def __init__(self, *problems: Exception) -> None:
        self.taken: list[Sending] = []
        self.asked = asyncio.Event()
        self.problems = list(problems)
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, sending: Sending) -> None:
        self.asked.set()
        await self.open.wait()
        if self.problems:
            raise self.problems.pop(0)
        self.taken.append(sending)

    async def close(self) -> None:
        pass


class House:
    """A notifier and a dispatcher on one database."""

    def __init__(self, database: Database, clock: ManualClock, identifiers: SeededIdentifiers) -> None:
        self.database, self.clock = database, clock
        self.postbox, self.webhook, self.figures = Postbox(), Postbox(), NoticeFigures()
        self.senders: dict[Channel, Sender] = {"sms": self.postbox, "webhook": self.webhook}
        self.notifier = Notifier(VAULT, clock, identifiers, self.senders)
        self.dispatcher = self.another()

    def another(self, attempt_seconds: float = 5.0, grace_seconds: float = 5.0) -> Dispatcher:
        """A dispatcher as another process has it."""
        parts = DispatcherParts(
            database=self.database,
            vault=VAULT,
            clock=self.clock,
            senders=self.senders,
            texts=TEXTS,
            figures=self.figures,
        )
        return Dispatcher(parts, attempt_seconds, grace_seconds)

    def notice(self, key: str = "a/1", **changes: Any) -> Notice:
        now = self.clock.now()
        values: dict[str, Any] = {
            "key": key,
            "topic": key.partition("/")[0],
            "kind": "booked",
            "channel": "sms",
            "address": PHONE,
            "language": "zh-CN",
            "values": {"number": "1130-001", "name": "王秀英"},
            "due": now,
            "useful_until": now + timedelta(days=1),
        }
        return Notice(**values | changes)

    async def post(self, *notices: Notice) -> list[bool]:
        async with self.database.write() as session:
            return [await self.notifier.post(session, one) for one in notices]

    async def rows(self) -> list[tuple[Any, ...]]:
        async with self.database.read() as session:
            found = await session.execute(text("SELECT state, attempts, error, content FROM notices ORDER BY key"))
            return [(state, attempts, error, content is None) for state, attempts, error, content in found]


@pytest.fixture
def house(database: Database, clock: ManualClock, identifiers: SeededIdentifiers) -> House:
    return House(database, clock, identifiers)


async def test_what_is_rolled_back_sends_nothing_and_what_is_retried_once(house: House) -> None:
    with pytest.raises(ZeroDivisionError):
        async with house.database.write() as session:
            await house.notifier.post(session, house.notice())
            raise ZeroDivisionError
    assert await house.dispatcher.dispatch() == 0
    assert await house.post(house.notice(), house.notice()) == [True, False]
    assert await house.post(house.notice()) == [False]
    assert await house.dispatcher.dispatch() == 1
    assert await house.dispatcher.dispatch() == 0
    (sending,) = house.postbox.taken
    assert (sending.address, sending.subject) == (PHONE, "预约 1130-001")
    assert sending.text == "王秀英，您已预约 1130-001。"
    assert await house.post(house.notice()) == [False], "nor once it is sent"
    assert await house.rows() == [("sent", 1, None, True)]


async def test_nothing_of_a_person_can_be_read_and_what_is_over_is_erased(house: House) -> None:
    await house.post(house.notice())
    async with house.database.read() as session:
        (row,) = (await session.execute(text("SELECT * FROM notices"))).mappings()
    stored = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in row.values())
    assert PHONE.encode() not in stored
    assert "王秀英".encode() not in stored
    async with house.database.write() as session:
        assert await house.notifier.withdraw(session, "a") == 1
        assert await house.notifier.withdraw(session, "a") == 0
    assert await house.rows() == [("withdrawn", 0, None, True)]
    assert await house.dispatcher.dispatch() == 0


async def test_it_waits_for_its_time_and_comes_in_the_language_asked_for(house: House) -> None:
    await house.post(house.notice(due=house.clock.now() + timedelta(hours=1), language="en"))
    assert await house.dispatcher.dispatch() == 0
    house.clock.advance(3600)
    assert await house.dispatcher.dispatch() == 1
    assert house.postbox.taken[0].text == "王秀英, you have 1130-001."


async def test_what_does_not_go_is_tried_again_and_given_up_at_last(house: House) -> None:
    house.postbox.problems = [NotSent("http_503"), ConnectionResetError()]
    await house.post(house.notice())
    await house.dispatcher.dispatch()
    assert await house.rows() == [("waiting", 1, "http_503", False)]
    assert await house.dispatcher.dispatch() == 0, "not before its pause is over"
    for attempt, expected in ((1, "unreachable"), (2, None)):
        house.clock.advance(pause_after(attempt) or 0)
        assert await house.dispatcher.dispatch() == 1
        assert (await house.rows())[0][2] == expected
    assert len(house.postbox.taken) == 1
    house.postbox.problems = [NotSent("http_500") for _ in range(ATTEMPTS)]
    await house.post(house.notice("b/1"))
    for _ in range(ATTEMPTS):
        assert await house.dispatcher.dispatch() == 1
        house.clock.advance(3600)
    assert await house.dispatcher.dispatch() == 0
    assert (await house.rows())[1] == ("failed", ATTEMPTS, "http_500", True)
    assert house.figures.rows() == [("sms", "failed", 1), ("sms", "sent", 1), ("sms", "tried_again", 9)]


async def test_what_helps_nobody_any_more_is_not_sent(house: House) -> None:
    house.postbox.problems = [NotSent("http_422", for_good=True)]
    await house.post(house.notice())
    await house.dispatcher.dispatch()
    await house.post(house.notice("b/1"))
    house.clock.advance(24 * 3600)
    await house.dispatcher.dispatch()
    assert await house.rows() == [("failed", 1, "http_422", True), ("failed", 1, "too_late", True)]
    assert house.postbox.taken == []
    assert await house.post(house.notice("c/1", channel="email")) == [False], "a channel that is not set up"


async def test_two_processes_do_not_send_the_same(house: House) -> None:
    await house.post(*(house.notice(f"a/{number}") for number in range(20)))
    others = [house.dispatcher, house.another(), house.another()]
    while sum(await asyncio.gather(*(one.dispatch() for one in others))):
        pass
    assert len(house.postbox.taken) == 20
    assert len({one.id for one in house.postbox.taken}) == 20


async def test_a_process_killed_between_sending_and_noting_it_leaves_it_to_the_next(house: House) -> None:
    await house.post(house.notice())
    async with house.database.write() as session:
        due = await store.due(session, "sms", house.clock.now(), AT_ONCE)
        await store.claim(session, due, "the killed one's", house.clock.now())
    assert await house.dispatcher.dispatch() == 0, "its lease is not over"
    house.clock.advance(LEASE_SECONDS)
    assert await house.dispatcher.dispatch() == 1
    assert await house.rows() == [("sent", 2, None, True)]


async def test_a_process_that_is_ended_lets_go_of_what_it_is_sending(house: House) -> None:
    await house.post(house.notice())
    house.postbox.open.clear()
    await ended_while_sending(house, house.another(grace_seconds=0))
    assert await house.rows() == [("waiting", 0, None, False)]
    house.postbox.open.set()
    assert await house.dispatcher.dispatch() == 1, "at once, and not when a lease is over"
    assert await house.rows() == [("sent", 1, None, True)]


async def test_what_a_receiver_takes_while_the_process_is_ended_is_not_sent_again(house: House) -> None:
    await house.post(house.notice())
    house.postbox.open.clear()
    asyncio.get_running_loop().call_later(0.1, house.postbox.open.set)
    await ended_while_sending(house, house.dispatcher)
    assert await house.rows() == [("sent", 1, None, True)]
    assert len(house.postbox.taken) == 1


async def ended_while_sending(house: House, dispatcher: Dispatcher) -> None:
    running = asyncio.create_task(dispatcher.run())
    await house.postbox.asked.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_what_is_withdrawn_while_it_is_sent_is_not_tried_again(house: House) -> None:
    await house.post(house.notice())
    house.postbox.open.clear()
    house.postbox.problems = [NotSent("http_503")]
    sending = asyncio.create_task(house.dispatcher.dispatch())
    while (await house.rows())[0][0] != "sending":
        await asyncio.sleep(0)
    async with house.database.write() as session:
        await house.notifier.withdraw(session, "a")
    house.postbox.open.set()
    await sending
    assert await house.rows() == [("withdrawn", 1, None, True)]


async def test_a_receiver_that_does_not_answer_and_one_of_ours_that_fails_keep_nothing_back(house: House) -> None:
    house.postbox.open.clear()
    await house.post(house.notice())
    await house.another(attempt_seconds=0.01).dispatch()
    assert await house.rows() == [("waiting", 1, "time_out", False)]
    house.postbox.open.set()
    house.postbox.problems = [ZeroDivisionError()]
    await house.post(house.notice("b/1"))
    with structlog.testing.capture_logs() as lines:
        await house.dispatcher.dispatch()
    assert (await house.rows())[1] == ("waiting", 1, "internal_error", False)
    assert PHONE not in str(lines)


async def test_a_channel_that_does_not_answer_keeps_back_no_other(house: House) -> None:
    house.webhook.open.clear()
    await house.post(*(house.notice(f"w/{one}", channel="webhook", address="") for one in range(AT_ONCE)))
    running = asyncio.create_task(house.dispatcher.run())
    while [row[0] for row in await house.rows()] != ["sending"] * AT_ONCE:
        await asyncio.sleep(0)
    await house.post(house.notice())
    async with asyncio.timeout(4):
        while not house.postbox.taken:
            await asyncio.sleep(0.01)
    assert house.webhook.taken == []
    house.webhook.open.set()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_what_is_due_on_a_channel_that_is_set_up_no_more_is_given_up(house: House) -> None:
    await house.post(house.notice(channel="webhook", address=""))
    del house.senders["webhook"]
    assert await house.dispatcher.dispatch() == 1
    assert await house.rows() == [("failed", 1, "no_channel", True)]


async def test_a_damaged_notice_is_told_and_the_others_go(house: House) -> None:
    told: list[tuple[str, str]] = []
    house.database.on_damaged(lambda kind, identifier, _problem: told.append((kind, identifier)))
    await house.post(house.notice(), house.notice("b/1"), house.notice("c/1", kind="nobody wrote it"))
    async with house.database.write() as session:
        await session.execute(text("UPDATE notices SET content = data_key WHERE key = 'a/1'"))
    await house.dispatcher.dispatch()
    assert [row[:3] for row in await house.rows()] == [
        ("failed", 1, "damaged"),
        ("sent", 1, None),
        ("failed", 1, "damaged"),
    ]
    assert [kind for kind, _ in told] == ["notices", "notices"]


async def test_a_row_that_cannot_be_read_is_told_given_up_and_erased_and_the_others_go(house: House) -> None:
    told: list[tuple[str, str]] = []
    house.database.on_damaged(lambda kind, identifier, _problem: told.append((kind, identifier)))
    await house.post(house.notice(), house.notice("b/1"))
    async with house.database.write() as session:
        await session.execute(text("UPDATE notices SET channel = 'pigeon' WHERE key = 'a/1'"))
    assert await house.dispatcher.dispatch() == 1
    assert await house.rows() == [("failed", 1, "damaged", True), ("sent", 1, None, True)]
    assert [kind for kind, _ in told] == ["notices"]
    assert await house.dispatcher.dispatch() == 0


async def test_the_simulator_keeps_each_once_and_so_many_at_most(clock: ManualClock) -> None:
    simulator = Simulator(clock.now)
    sender = simulator.sender("sms")
    for number in (*range(250), 249):
        await sender.send(
            Sending(id=str(number), kind="booked", address=PHONE, language="en", subject="", text="", values={})
        )
    kept = [one.sending.id for one in simulator.kept()]
    assert kept == [str(number) for number in reversed(range(50, 250))]
