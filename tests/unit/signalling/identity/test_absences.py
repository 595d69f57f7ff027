"""Who closes their page is out of the call after the seconds, counted from the last time that they closed it."""

from __future__ import annotations

import asyncio

from foundation.tasks import Tasks
from rtc_server.sessions.interface import DisconnectReason, ParticipantConnected, ParticipantDisconnected
from signalling.identity.absences import Absences
from tests.support.virtual_time import run_virtually

PAGE = "guest-1:guest"
BACK = ParticipantConnected(participant_id=PAGE)


def gone(reason: DisconnectReason = "closed") -> ParticipantDisconnected:
    return ParticipantDisconnected(participant_id=PAGE, reason=reason)


class Call:
    """A call, and when its guest was taken out of it."""

    def __init__(self) -> None:
        self.absences = Absences(Tasks(), lambda _page: self.asked_again, 10.0)
        self.asked_again = False
        self.left: list[float] = []

    def hear(self, event: ParticipantConnected | ParticipantDisconnected) -> None:
        self.absences.hear(event, self._leave)

    async def _leave(self) -> None:
        self.left.append(asyncio.get_running_loop().time())
        await asyncio.sleep(1)
        self.left.append(asyncio.get_running_loop().time())


def test_who_stays_away_leaves() -> None:
    async def story() -> list[float]:
        call = Call()
        call.hear(gone())
        await asyncio.sleep(30)
        return call.left

    assert run_virtually(story()) == [10.0, 11.0]


def test_who_is_back_stays_and_has_all_the_seconds_the_next_time() -> None:
    async def story() -> list[float]:
        call = Call()
        call.hear(gone())
        await asyncio.sleep(8)
        call.hear(BACK)
        await asyncio.sleep(1)
        call.hear(gone())
        await asyncio.sleep(8)
        call.hear(gone("replaced"))
        call.hear(BACK)
        await asyncio.sleep(30)
        assert call.left == []
        call.hear(gone())
        await asyncio.sleep(30)
        return call.left

    assert run_virtually(story()) == [57.0, 58.0]


def test_who_may_come_back_by_itself_is_waited_for() -> None:
    async def story() -> list[float]:
        call = Call()
        call.hear(gone("silent"))
        call.hear(gone("node_lost"))
        await asyncio.sleep(30)
        return call.left

    assert run_virtually(story()) == []


def test_who_comes_back_while_they_are_taken_out_does_not_undo_half_of_it() -> None:
    async def story() -> list[float]:
        call = Call()
        call.hear(gone())
        await asyncio.sleep(10.5)
        call.hear(BACK)
        await asyncio.sleep(30)
        return call.left

    assert run_virtually(story()) == [10.0, 11.0]


def test_whose_media_is_on_its_way_stays() -> None:
    async def story() -> list[float]:
        call = Call()
        call.hear(gone())
        call.asked_again = True
        await asyncio.sleep(30)
        return call.left

    assert run_virtually(story()) == []
