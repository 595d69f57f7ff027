"""Standard clients, which know nothing of us but WHIP and WHEP."""

from __future__ import annotations

import asyncio

import pytest

from foundation.clock import SystemClock
from foundation.identifiers import SystemIdentifiers
from rtc_server.sessions.errors import SdpInvalid
from rtc_server.sessions.server import MediaServer
from rtc_server.whip import WhipResources, WhipTagMissing, WhipTagStale, WhipTooMany, WhipUnknown
from tests.integration.media.standard_client import accept, sending, watching


@pytest.fixture
def whip(media: MediaServer) -> WhipResources:
    return WhipResources(media, SystemIdentifiers(SystemClock()))


async def test_what_one_client_sends_another_watches(media: MediaServer, whip: WhipResources) -> None:
    sender, offer = await sending(5)
    ingest = await whip.create_ingest("camera", "hall", offer)
    await accept(sender, ingest.sdp)
    viewer, offer, watcher = await watching()
    answer = await whip.create_viewer("screen", "hall", offer)
    await accept(viewer, answer.sdp)
    await watcher.goes_on(5)
    whip.delete("camera", ingest.resource_id)
    await asyncio.sleep(0.3)
    seen = watcher.frames
    await asyncio.sleep(0.5)
    assert watcher.frames == seen
    with pytest.raises(WhipUnknown):
        whip.delete("camera", ingest.resource_id)
    assert media.statistics().participants == 1
    watcher.stop()
    await asyncio.gather(sender.close(), viewer.close())


async def test_a_patch_trickles_or_restarts_and_needs_the_tag(whip: WhipResources) -> None:
    sender, offer = await sending(5)
    ingest = await whip.create_ingest("camera", "hall", offer)
    trickle = "\r\n".join(line for line in offer.splitlines() if line.startswith(("a=ice-", "a=candidate")))
    patched = await whip.patch("camera", ingest.resource_id, trickle, ingest.etag)
    assert (patched.etag, patched.fragment) == (ingest.etag, None)
    with pytest.raises(WhipTagMissing):
        await whip.patch("camera", ingest.resource_id, trickle, None)
    restart = "a=ice-ufrag:fresh\r\na=ice-pwd:a-password-of-24-letters\r\n"
    restarted = await whip.patch("camera", ingest.resource_id, restart, "*")
    assert restarted.etag != ingest.etag
    assert restarted.fragment is not None
    assert "a=candidate:" in restarted.fragment
    assert restarted.fragment.partition("a=ice-ufrag:")[2][:8] not in ingest.sdp
    with pytest.raises(WhipTagStale):
        await whip.patch("camera", ingest.resource_id, trickle, ingest.etag)
    with pytest.raises(SdpInvalid):
        await whip.patch("camera", ingest.resource_id, "nothing of the kind", "*")
    await sender.close()


async def test_a_resource_answers_to_its_maker_alone(media: MediaServer, whip: WhipResources) -> None:
    sender, offer = await sending(5)
    ingest = await whip.create_ingest("camera", "hall", offer)
    with pytest.raises(WhipUnknown):
        await whip.patch("somebody", ingest.resource_id, "a=ice-ufrag:fresh\r\na=ice-pwd:x\r\n", "*")
    with pytest.raises(WhipUnknown):
        whip.delete("somebody", ingest.resource_id)
    assert media.statistics().participants == 1
    whip.delete("camera", ingest.resource_id)
    assert media.statistics().participants == 0
    await sender.close()


async def test_an_offer_in_the_wrong_direction_is_refused(media: MediaServer, whip: WhipResources) -> None:
    sender, offer = await sending(5)
    with pytest.raises(SdpInvalid):
        await whip.create_viewer("screen", "hall", offer)
    assert media.statistics().participants == 0
    await sender.close()


async def test_one_owner_cannot_take_the_whole_server(media: MediaServer, whip: WhipResources) -> None:
    sender, offer = await sending(5)
    try:
        made = [await whip.create_ingest("greedy", f"hall-{number % 4}", offer) for number in range(16)]
        with pytest.raises(WhipTooMany):
            await whip.create_ingest("greedy", "hall-9", offer)
        await whip.create_ingest("modest", "hall-9", offer)
        whip.delete("greedy", made[0].resource_id)
        await whip.create_ingest("greedy", "hall-9", offer)
        assert media.statistics().participants == 17
    finally:
        await sender.close()
