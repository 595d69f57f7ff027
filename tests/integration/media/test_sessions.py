"""Sessions of many: real participants over real sockets, more of them than anybody has slots."""

from __future__ import annotations

import asyncio
from collections import Counter as Counted
from collections.abc import AsyncIterator, Callable

import pytest

from rtc_server.media_core.bandwidth_allocator import FACES, PAPERS
from rtc_server.media_core.packet import Packet
from rtc_server.sessions.errors import SessionFull
from rtc_server.sessions.interface import MEMBERS, MemberRole, SlotKind, SourceInfo
from rtc_server.sessions.server import MediaServer
from tests.support.gathering import LOUD, Gathering


@pytest.fixture
async def gathering(media: MediaServer) -> AsyncIterator[Gathering]:
    made = Gathering(media)
    yield made
    await made.close()


async def test_sixteen_meet_and_who_speaks_is_heard_and_seen(media: MediaServer, gathering: Gathering) -> None:
    names = [f"p{number}" for number in range(MEMBERS)]
    for name in names:
        await gathering.join(name)
    await gathering.until_shown("p0", SlotKind.VOICE, {"p1", "p2", "p3"})
    await gathering.until_shown("p15", SlotKind.FACE, {"p0", "p1"})
    with pytest.raises(SessionFull):
        media.admit("meeting", "one too many")
    # Who listens takes nobody's place.
    media.admit("meeting", "listener", MemberRole.WATCHER)
    gathering.members["p9"].level = LOUD
    async with asyncio.timeout(5):
        while not all("p9" in gathering.shown(name, SlotKind.VOICE) for name in names if name != "p9"):
            await asyncio.sleep(0.02)
    before = {name: member.got for name, member in gathering.members.items()}
    async with asyncio.timeout(5):
        while not all(member.got > before[name] + 30 for name, member in gathering.members.items()):
            await asyncio.sleep(0.02)


async def test_a_pinned_party_stays_before_who_pinned_it(media: MediaServer, gathering: Gathering) -> None:
    for number in range(6):
        await gathering.join(f"p{number}")
    await gathering.until_shown("p0", SlotKind.FACE, {"p1", "p2"})
    media.pin("p0", ["p5"])
    assert gathering.shown("p0", SlotKind.VOICE)[0] == gathering.shown("p0", SlotKind.FACE)[0] == "p5"
    for name in ("p1", "p2", "p3", "p4"):
        gathering.members[name].level = LOUD
    await asyncio.sleep(1.0)
    assert gathering.shown("p0", SlotKind.FACE)[0] == "p5"
    assert "p5" not in gathering.shown("p1", SlotKind.FACE), "it is pinned by p0 alone"
    media.pin("p0", [])
    await asyncio.sleep(2.0)
    media.release("meeting", "p5")
    assert "p5" not in gathering.shown("p0", SlotKind.VOICE)


async def test_a_pinned_face_lasts_as_long_as_papers(media: MediaServer, gathering: Gathering) -> None:
    for name in ("ada", "ben", "cyd"):
        await gathering.join(name)
    media.pin("ada", ["cyd"])
    await gathering.until_shown("ada", SlotKind.FACE, {"ben", "cyd"})
    for step, faces in ((PAPERS, {"cyd"}), (PAPERS - 1, set()), (FACES, {"ben", "cyd"})):
        # What the link carries is found out in the tests of the allocator.
        media._participants["ada"].reception.allocator.step = step
        media._sessions.arrange_around("ada")
        assert {one for one in gathering.shown("ada", SlotKind.FACE) if one} == faces


async def test_a_watcher_sees_everybody_and_nobody_sees_the_watcher(media: MediaServer, gathering: Gathering) -> None:
    await gathering.join("ada")
    await gathering.join("ben")
    watcher = await gathering.join("watcher", MemberRole.WATCHER)
    await gathering.until_shown("watcher", SlotKind.FACE, {"ada", "ben"})
    await gathering.until_shown("ada", SlotKind.VOICE, {"ben"})
    got = watcher.got
    async with asyncio.timeout(5):
        while watcher.got <= got + 20:
            await asyncio.sleep(0.02)
    assert not any(view.participant_id == "watcher" for name in ("ada", "ben") for view in media.slots(name))


async def test_who_becomes_a_watcher_is_gone_from_the_slots_at_once(media: MediaServer, gathering: Gathering) -> None:
    for name in ("ada", "ben"):
        await gathering.join(name)
    await gathering.until_shown("ada", SlotKind.FACE, {"ben"})
    media.admit("meeting", "ben", MemberRole.WATCHER)
    assert gathering.shown("ada", SlotKind.FACE) == [None, None]
    await gathering.until_shown("ben", SlotKind.FACE, {"ada"})
    media.admit("meeting", "ben", MemberRole.PARTY)
    await gathering.until_shown("ada", SlotKind.FACE, {"ben"})


class Counter:
    """A sink that counts the packets of each participant."""

    def __init__(self) -> None:
        self.packets = Counted[str]()
        self.gone: set[str] = set()

    def packet(self, source: SourceInfo, packet: Packet, arrival: float) -> None:
        self.packets[source.participant_id] += 1

    def sender_report(self, source: SourceInfo, ntp: float, timestamp: int, arrival: float) -> None: ...

    def ended(self, source: SourceInfo) -> None:
        self.gone.add(source.participant_id)


async def test_who_talks_aside_is_seen_and_heard_and_not_recorded(media: MediaServer, gathering: Gathering) -> None:
    sink = Counter()
    for name in ("ada", "ben"):
        await gathering.join(name)
    media.attach("meeting", sink)
    await _until(lambda: min(sink.packets["ada"], sink.packets["ben"]) > 10)
    for name in ("ada", "ben"):
        media.admit("meeting", name, MemberRole.ASIDE)
    assert sink.gone == {"ada", "ben"}
    recorded, got = sink.packets.total(), gathering.members["ada"].got
    await gathering.until_shown("ada", SlotKind.FACE, {"ben"})
    await _until(lambda: gathering.members["ada"].got > got + 20)
    assert sink.packets.total() == recorded
    for name in ("ada", "ben"):
        media.admit("meeting", name, MemberRole.PARTY)
    await _until(lambda: sink.packets.total() > recorded + 10)


async def test_a_whisper_is_heard_by_one_alone_and_not_recorded(media: MediaServer, gathering: Gathering) -> None:
    sink = Counter()
    for name in ("ada", "ben", "cyd"):
        await gathering.join(name)
    await gathering.join("watcher", MemberRole.WATCHER)
    media.attach("meeting", sink)
    await gathering.until_shown("ada", SlotKind.VOICE, {"ben", "cyd"})
    media.whisper("watcher", "ada")
    await gathering.until_shown("ada", SlotKind.VOICE, {"ben", "cyd", "watcher"})
    assert "watcher" not in gathering.shown("ada", SlotKind.FACE), "it is a voice alone"
    # Admitted once more, as whenever the house aligns a session, it goes on.
    media.admit("meeting", "watcher", MemberRole.WATCHER)
    assert "watcher" in gathering.shown("ada", SlotKind.VOICE)
    await _until(lambda: sink.packets["ada"] > 10)
    assert not any(view.participant_id == "watcher" for name in ("ben", "cyd") for view in media.slots(name))
    media.whisper("watcher", "ben")
    await gathering.until_shown("ben", SlotKind.VOICE, {"ada", "cyd", "watcher"})
    assert "watcher" not in gathering.shown("ada", SlotKind.VOICE)
    media.whisper("watcher", None)
    await gathering.until_shown("ben", SlotKind.VOICE, {"ada", "cyd"})
    assert sink.packets["watcher"] == 0
    media.admit("meeting", "watcher", MemberRole.PARTY)
    await gathering.until_shown("cyd", SlotKind.VOICE, {"ada", "ben", "watcher"})
    await _until(lambda: sink.packets["watcher"] > 10)


async def _until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not reached():
            await asyncio.sleep(0.02)
