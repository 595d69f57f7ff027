"""A call goes on while a stranger's PDFs that unpack to 50 MB, 300 MB and 1 GB go in by every door."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from tests.support.elsewhere import Elsewhere, elsewhere
from tests.support.hostile_pdfs import MEGA, nested_flate
from tests.support.recorded_call import RecordedCall, recorded_call
from tests.support.tus import upload_metadata

SECONDS = 60.0
"""Longer than it takes on the slowest machine."""
MOST_GAP = 0.1


class Gaps:
    """The longest time between two moments."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.moments = 0
        self._last: float | None = None

    def note(self, now: float) -> None:
        if self._last is not None:
            self.longest = max(self.longest, now - self._last)
        self._last = now
        self.moments += 1


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Elsewhere]:
    async with elsewhere(tmp_path) as made:
        yield made


@pytest.mark.calm
async def test_a_call_does_not_notice_a_bomb(site: Elsewhere) -> None:
    small, middle, large = (nested_flate(size * MEGA) for size in (50, 300, 1000))
    assert len(small) < 800
    assert len(large) < 5_419
    async with recorded_call(site, SECONDS) as call:
        call.window.party.client.stamp_arrivals()
        await call.begin(consent=False)
        case_id = await _case_of(call)
        _, quiet = _watched(call)
        await asyncio.sleep(3)
        sent, received = _watched(call)
        materials = call.window.page.views[f"case:{case_id}"]["materials"]
        await _bombs(call, case_id, (middle, large))
        await _material(call, (case_id, materials[0]["material_id"]), small)
        document_id = await _clerks(call, case_id, small)
        await _sign(call, case_id, document_id)
        async with await call.get(f"/api/v1/cases/{case_id}/pdf", call.window) as response:
            assert (await response.read()).startswith(b"%PDF-")

        assert received.moments > 100
        if received.longest >= MOST_GAP:
            # The better of two: anything else on the machine may have taken its time from one of them.
            sent, received = _watched(call)
            await _bombs(call, case_id, (middle, large))
        own = max(sent.longest, quiet.longest)
        print(
            f"longest gap between packets: {received.longest * 1000:.0f} ms; sender or quiet call {own * 1000:.0f} ms"
        )
        # How late the sender of this test was, and how busy the machine is without a bomb, is not the service's: where
        # these alone come near the limit, the gap is measured beside them.
        allowed = MOST_GAP if own < MOST_GAP / 2 else MOST_GAP + own
        assert received.longest < allowed


async def _bombs(call: RecordedCall, case_id: str, papers: Sequence[bytes]) -> None:
    """Brings each of them by both doors."""
    materials = call.window.page.views[f"case:{case_id}"]["materials"]
    for number, data in enumerate(papers):
        assert await _material(call, (case_id, materials[number]["material_id"]), data) == "pdf_too_heavy"
        assert await _clerks(call, case_id, data) == "pdf_too_heavy"


def _watched(call: RecordedCall) -> tuple[Gaps, Gaps]:
    """The gaps between packets as the point sends them, and as the system of the window got them."""
    sent, received = Gaps(), Gaps()
    sending, client = call.point.party.client, call.window.party.client
    send = type(sending).send

    def note_and_send(packet: bytes) -> None:
        sent.note(time.monotonic())
        send(sending, packet)

    sending.send = note_and_send  # type: ignore[method-assign]
    client.received = lambda _packet: received.note(client.arrived_ns / 1e9)
    return sent, received


async def _case_of(call: RecordedCall) -> str:
    window = call.window.page
    while not window.views["desk"]["case_id"]:
        await window.receive()
    case_id = str(window.views["desk"]["case_id"])
    for page in (window, call.point.page):
        await page.do("watch", case_id=case_id)
        await page.see(f"case:{case_id}", state="open")
    return case_id


async def _material(call: RecordedCall, to: tuple[str, str], data: bytes) -> str:
    """Delivers a material's PDF; the code of the refusal, if any."""
    said = {"case_id": to[0], "material_id": to[1], "sha256": hashlib.sha256(data).hexdigest(), "capture": "file"}
    headers = {"Authorization": f"Bearer {call.point.token}", "Tus-Resumable": "1.0.0"}
    more = {"Upload-Length": str(len(data)), "Upload-Metadata": upload_metadata(**said)}
    async with call.http.post(f"{call.site.address}/api/v1/uploads", headers=headers | more) as created:
        location = call.site.address + created.headers["Location"]
    more = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    async with call.http.patch(location, headers=headers | more, data=data) as response:
        return "" if response.status == 204 else str((await response.json())["code"])


async def _clerks(call: RecordedCall, case_id: str, data: bytes) -> str:
    """Brings a clerk's PDF; the document's id or the code of the refusal."""
    headers = {"Authorization": f"Bearer {call.window.token}", "Content-Type": "application/pdf"}
    url = f"{call.site.address}/api/v1/cases/{case_id}/documents"
    async with call.http.post(url, data=data, headers=headers) as response:
        answer = await response.json()
        return str(answer["document_id"] if response.status == 200 else answer["code"])


async def _sign(call: RecordedCall, case_id: str, document_id: str) -> None:
    point, topic = call.point.page, f"case:{case_id}"
    await call.window.page.do("request_signature", document_id=document_id)
    await point.do("show_document", document_id=document_id)
    while not (found := point.views[topic]["documents"]) or found[0]["state"] != "shown":
        await point.receive()
    body = {
        "strokes": [[{"x": 0.1 + i / 50, "y": 0.5 + 0.3 * (-1) ** i, "p": 0.5, "t": i * 16.0} for i in range(30)]],
        "width": 600.0,
        "height": 300.0,
        "device": "pen",
        "shown_pages": found[0]["page_hashes"],
    }
    url = f"{call.site.address}/api/v1/documents/{document_id}/signature"
    headers = {"Authorization": f"Bearer {call.point.token}"}
    async with call.http.post(url, json=body, headers=headers) as response:
        assert response.status == 200, await response.text()
