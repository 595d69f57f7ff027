"""/metrics over a real call: the line that loses packets stands out, nobody is named, who has left is forgotten."""

from __future__ import annotations

import asyncio
import re
from itertools import count
from pathlib import Path

from signalling.identity.participant import ParticipantId
from tests.support.recorded_call import RecordedCall, recorded_call
from tests.support.served import served

_LOSS = re.compile(r'^cloud_window_link_loss\{direction="up",face="(\w+)",link="(\d+)"\} (\S+)$', re.MULTILINE)


async def losses(call: RecordedCall) -> dict[tuple[str, str], float]:
    async with await call.get("/metrics", call.window) as response:
        text = await response.text()
    # Neither who it is nor which session it is.
    assert call.session_id not in text
    assert ":point" not in text
    return {(face, line): float(loss) for face, line, loss in _LOSS.findall(text)}


async def test_a_lossy_line_shows_in_the_figures_and_is_forgotten_after(tmp_path: Path) -> None:
    async with served(tmp_path / "data", wrap_up_seconds=0.0) as site, recorded_call(site, 30.0) as call:
        client, number = call.point.party.client, count()
        whole = client.send

        def lossy(packet: bytes) -> None:
            if next(number) % 5:
                whole(packet)

        client.send = lossy  # type: ignore[method-assign]
        await call.begin(consent=False)
        async with asyncio.timeout(20):
            while not (seen := await losses(call)).get(("point", "1"), 0.0) > 0.05 or ("window", "1") not in seen:
                await asyncio.sleep(0.2)
        ticket = await site.features.scheduler.reception.ticket(call.session_id)
        site.features.media.disconnect(str(ParticipantId(ticket.worker_id, "point")))
        async with asyncio.timeout(20):
            while ("point", "1") in await losses(call):
                await asyncio.sleep(0.2)
        assert ("window", "1") in await losses(call)
