"""Sixteen in a call, with the slots of our page: who is held, who signs, and who speaks is heard and seen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from rtc_server.sessions.interface import MEMBERS, MediaEvent, SlotKind, SlotsChanged
from rtc_server.sessions.server import MediaServer
from tests.support.gathering import LOUD, PAGE, SILENT, Gathering

CLERK, APPLICANT, INTERPRETER, SIGNER = "p0", "p1", "p14", "p15"
NAMES = [f"p{number}" for number in range(MEMBERS)]


@pytest.fixture
async def call(media: MediaServer) -> AsyncIterator[Gathering]:
    made = Gathering(media, PAGE)
    for name in NAMES:
        await made.join(name)
    for name in (CLERK, APPLICANT, INTERPRETER, SIGNER):
        media.hold(name, held=True)
    for name in NAMES[:-1]:
        media.pin(name, [SIGNER])
    await until(lambda: all({APPLICANT, INTERPRETER, SIGNER, CLERK} - {name} <= seen(media, name) for name in NAMES))
    yield made
    await made.close()


async def test_who_speaks_is_heard_and_seen_and_who_is_held_stays(media: MediaServer, call: Gathering) -> None:
    for speakers in (("p7", "p9"), ("p3",), ("p12", "p5")):
        for name in NAMES:
            call.members[name].level = LOUD if name in speakers else SILENT
        await until(lambda wanted=set(speakers): all(wanted - {one} <= seen(media, one) for one in NAMES))
        await got_more(call, speakers)
        for name in NAMES:
            assert {CLERK, APPLICANT, INTERPRETER, SIGNER} - {name} <= seen(media, name)
        await asyncio.sleep(2.1)
    await got_more(call, (CLERK, APPLICANT, INTERPRETER, SIGNER))
    assert all(call.shown(name, SlotKind.FACE)[0] == SIGNER for name in NAMES[:-1]), "always at the same place"


async def test_who_speaks_where_all_seats_are_taken_is_told(
    media: MediaServer, call: Gathering, events: list[MediaEvent]
) -> None:
    for name in ("p3", "p5", "p7"):
        call.members[name].level = LOUD
    # Of three who speak at once, two have the seats that are left to them.
    await until(lambda: len(media.unheard("p10")) == 1)
    unheard = media.unheard("p10")[0]
    assert unheard in {"p3", "p5", "p7"} - seen(media, "p10")
    assert SlotsChanged(participant_id="p10") in events
    # Nobody waits for ever.
    await until(lambda: unheard in seen(media, "p10"))
    call.members[unheard].level = SILENT
    await until(lambda: media.unheard("p10") == ())


async def test_who_leaves_makes_room_and_who_is_let_go_counts_as_all(media: MediaServer, call: Gathering) -> None:
    media.release("meeting", "p2")
    assert all("p2" not in seen(media, name) for name in NAMES)
    media.hold(INTERPRETER, held=False)
    for name in ("p3", "p5", "p7"):
        call.members[name].level = LOUD
    await until(lambda: {"p3", "p5", "p7"} <= seen(media, "p10"))
    assert {CLERK, APPLICANT, SIGNER} <= seen(media, "p10")
    assert INTERPRETER not in seen(media, "p10")


def seen(media: MediaServer, name: str) -> set[str]:
    """Whose voice and face the member has."""
    views = media.slots(name)
    voices = {one.participant_id for one in views if one.kind is SlotKind.VOICE and one.participant_id}
    return voices & {one.participant_id for one in views if one.kind is SlotKind.FACE and one.participant_id}


async def got_more(call: Gathering, senders: tuple[str, ...], more: int = 5) -> None:
    """Waits until everybody got so many more packets of sound and pictures of each of these."""
    pairs = [(one, call.members[name]) for name in senders for one in call.members.values() if one.name != name]
    before = {(one.name, sender.name): one.got_of(sender) for one, sender in pairs}

    def reached() -> bool:
        return all(
            now >= then + more
            for one, sender in pairs
            for now, then in zip(one.got_of(sender), before[one.name, sender.name], strict=True)
        )

    await until(reached)


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not reached():
            await asyncio.sleep(0.05)
