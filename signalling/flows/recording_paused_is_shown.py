"""What keeps a recording back is shown on both pages of its session and noted in its case; so is that it went on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from document_relay.case_files import SYSTEM
from rtc_server.recording.values import (
    RecordingClosed,
    RecordingEvent,
    RecordingFailed,
    RecordingResumed,
    RecordingStarted,
)

if TYPE_CHECKING:
    from signalling.house import House

_PAUSES: Mapping[str, str] = MappingProxyType(
    {
        "disk_full": "recording_paused_disk_full",
        "disk_failed": "recording_paused_disk_failed",
        "disk_slow": "recording_paused_disk_slow",
    }
)


def install(house: House) -> None:
    """Subscribes to what the recorder tells."""

    async def draw(event: RecordingEvent) -> None:
        house.draw(await house.scheduler.reception.ticket(event.session_id))

    async def failed(event: RecordingFailed) -> None:
        await draw(event)
        case = await house.documents.case_files.of_ticket(event.session_id)
        if case is not None and (act := _PAUSES.get(event.reason)):
            await house.documents.case_files.note(SYSTEM, case.id, act)

    async def resumed(event: RecordingResumed) -> None:
        await draw(event)
        if (case := await house.documents.case_files.of_ticket(event.session_id)) is not None:
            missing = f"{event.seconds:.0f}"
            await house.documents.case_files.note(SYSTEM, case.id, "recording_resumed", seconds=missing)

    house.bus.subscribe(RecordingStarted, draw)
    house.bus.subscribe(RecordingFailed, failed)
    house.bus.subscribe(RecordingResumed, resumed)
    house.bus.subscribe(RecordingClosed, draw)
