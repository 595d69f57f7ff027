"""From a booking in a running service to a real gateway, mailbox and webhook, also over a restart."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import text

from directory.principal import Principal
from directory.sessions import principal_of
from scheduler.views import BookAppointment
from tests.support.receiver import Receiver, receiver
from tests.support.served import Served, served
from tests.support.smtp_server import SmtpServer, smtp_server

SECRET = "s" * 32


def settings(gateway: Receiver, mail: SmtpServer) -> dict[str, Any]:
    return {
        "demonstration": False,
        "public_url": "https://window.example.cn",
        "sms_url": f"{gateway.url}/sms",
        "sms_key": "the key",
        "smtp_host": "127.0.0.1",
        "smtp_port": mail.port,
        "smtp_encryption": "none",
        "smtp_sender": "window@example.cn",
        "webhook_url": f"{gateway.url}/hook",
        "webhook_secret": SECRET,
    }


async def worker(site: Served) -> Principal:
    catalogue = site.features.directory.catalogue
    return principal_of(await catalogue.staff("staff-point001"), catalogue)


async def book(site: Served) -> str:
    """By video, some days from now; its link."""
    appointments, principal = site.features.scheduler.appointments, await worker(site)
    today = site.features.ground.clock.now().astimezone().date()
    (_, free), *_ = await appointments.slots(principal.site_id, "item-001", today + timedelta(days=3), 1)
    request = BookAppointment(
        item_id="item-001",
        starts=free[0].starts,
        phone="13800001234",
        name="王秀英",
        answers={"applicant": "王秀英"},
        text_messages=True,
        email="wang@example.cn",
        by_link=True,
    )
    return (await appointments.book(principal, request)).link


async def until(done: Any) -> None:
    async with asyncio.timeout(20):
        while not done():
            await asyncio.sleep(0.05)


async def test_a_booking_reaches_everybody_once_and_what_fails_goes_after_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with receiver() as gateway, smtp_server() as mail:
        gateway.answers = [200, 200]
        async with served(data, **settings(gateway, mail)) as site:
            link = await book(site)
            await until(lambda: len(gateway.received) == 2 and mail.taken)
        by_path = {one.path: one for one in gateway.received}
        message = json.loads(by_path["/sms"].body)
        assert (message["to"], message["values"]["link"]) == ("13800001234", link)
        assert link in mail.taken[0].get_content()
        assert b"visit#" not in by_path["/hook"].body
        assert "王秀英".encode() not in by_path["/hook"].body

        # A gateway that is down keeps its message in the service, also over a restart; the others have theirs.
        gateway.answers = [503, 503]
        before = len(gateway.received)
        async with served(data, **settings(gateway, mail)) as site:
            (booked,) = await site.features.scheduler.appointments.of_site((await worker(site)).site_id)
            await site.features.scheduler.appointments.cancel(await worker(site), booked.id)
            await until(lambda: len(gateway.received) == before + 2 and len(mail.taken) == 2)
        async with served(data, **settings(gateway, mail)) as site:
            # As when the pause between two attempts is over.
            async with site.features.ground.database.write() as session:
                await session.execute(text("UPDATE notices SET next_at = made_at WHERE state = 'waiting'"))
            await until(lambda: len(gateway.received) == before + 4)
            async with aiohttp.ClientSession() as http, http.get(f"{site.address}/metrics") as response:
                said = await response.text()
        assert 'cloud_window_notices_total{channel="sms",outcome="sent"} 1.0' in said
        again = [one for one in gateway.received[before:] if one.path == "/sms"]
        assert len(again) == 2
        assert len({one.headers["Idempotency-Key"] for one in again}) == 1
        assert len(mail.taken) == 2, "what was sent is not sent again"
