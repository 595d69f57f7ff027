"""Networks: IPv6, a change of network in the middle of a call, certificates that are made anew."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import ifaddr
import pytest

from foundation.clock import SystemClock
from foundation.tasks import Tasks
from rtc_server.sessions.connecting import own_addresses
from rtc_server.sessions.interface import MediaEvent, MediaSettings, ParticipantDisconnected
from rtc_server.sessions.server import MediaServer
from tests.support.party import Party, party


@asynccontextmanager
async def serving(host: str, *advertised: str) -> AsyncIterator[MediaServer]:
    tasks = Tasks()
    settings = MediaSettings(host=host, port=0, advertised=advertised)
    server = MediaServer(settings, SystemClock(), tasks, secrets.token_bytes)
    await server.start()
    yield server
    await server.close()
    await tasks.close()


async def speaks(speaker: Party, listener: Party, packets: int = 10) -> None:
    """Waits until what the one says arrives at the other."""
    wanted = listener.received + packets
    async with asyncio.timeout(5):
        while listener.received < wanted:
            speaker.speak()
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("over", ["udp", "tcp"])
async def test_a_call_over_ipv6(over: str) -> None:
    async with (
        serving("::1") as media,
        party(media, "one", host="::1", over=over) as one,
        party(media, "two", host="::1") as two,
    ):
        for each in (one, two):
            await each.join("hall")
        await asyncio.gather(one.connected(), two.connected())
        await speaks(one, two)
        await speaks(two, one)


@pytest.mark.parametrize("over", ["udp", "tcp"])
async def test_one_port_speaks_ipv4_and_ipv6(over: str) -> None:
    async with (
        serving("::", "127.0.0.1", "::1") as media,
        party(media, "four", host="127.0.0.1", over=over) as four,
        party(media, "six", host="::1", over=over) as six,
    ):
        for each in (four, six):
            await each.join("hall")
        await asyncio.gather(four.connected(), six.connected())
        await speaks(four, six)
        await speaks(six, four)


def test_the_addresses_of_both_are_told_but_none_that_nobody_else_can_reach() -> None:
    every = [address.ip for adapter in ifaddr.get_adapters() for address in adapter.ips]
    told = own_addresses(six=True)
    assert own_addresses() == tuple(address for address in told if ":" not in address)
    assert {ip for ip in every if isinstance(ip, str)} <= set(told)
    six = {ip[0] for ip in every if not isinstance(ip, str)}
    assert {address for address in told if ":" in address} == {
        address for address in six if not address.startswith("fe80") and address != "::1"
    }


async def test_a_new_address_that_passes_a_check_takes_over(media: MediaServer, events: list[MediaEvent]) -> None:
    """UDP to UDP, to TCP and back, as when a network cable is pulled and the wireless takes over."""
    async with party(media, "still") as still, party(media, "moving") as moving:
        for each in (still, moving):
            await each.join("hall")
        await asyncio.gather(still.connected(), moving.connected())
        link = media._participants["moving"].link
        used = [link.path]
        for host, over in (("127.0.0.2", "udp"), ("127.0.0.3", "tcp"), ("127.0.0.4", "tcp"), ("127.0.0.1", "udp")):
            passed = moving.client.checks_passed
            moving.client.move(host, over)  # type: ignore[arg-type]
            await moving.until(lambda before=passed: moving.client.checks_passed > before)
            assert link.path not in used
            used.append(link.path)
            await speaks(still, moving)
            await speaks(moving, still)
        assert not any(isinstance(event, ParticipantDisconnected) for event in events)
        assert await gone(media)


async def gone(media: MediaServer) -> bool:
    """The TCP connections that were left are forgotten."""
    async with asyncio.timeout(5):
        while media.statistics().tcp_links:
            await asyncio.sleep(0.02)
    return True


async def test_new_connections_get_a_new_certificate_and_old_ones_keep_theirs(media: MediaServer) -> None:
    """The clients hold every certificate against the answer's fingerprint themselves."""
    async with party(media, "before") as before, party(media, "after") as after:
        await before.join("hall")
        await before.connected()
        media._connector._identity_since -= 25 * 3600
        await after.join("hall")
        await after.connected()
        fingerprints = [each.client._remote[2] for each in (before, after)]
        assert fingerprints[0] != fingerprints[1]
        await speaks(before, after)
        restarted = await media.connect("before", before.offered)
        assert f"a=fingerprint:{fingerprints[0]}" in restarted.sdp
        await speaks(after, before)
