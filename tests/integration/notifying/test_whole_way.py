"""From a booking in a running service to a real gateway, mailbox and webhook, also over a restart."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp
import ics
import vobject
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


def words(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def invitation(message: EmailMessage) -> tuple[str, str]:
    """The method in its type, and the calendar file."""
    (part,) = message.iter_attachments()
    assert (part.get_content_type(), part.get_filename()) == ("text/calendar", "appointment.ics")
    return str(part.get_param("method")), str(part.get_content())


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
        assert link in words(mail.taken[0])
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


async def test_the_mailbox_gets_one_event_that_is_booked_moved_and_cancelled(tmp_path: Path) -> None:
    async with (
        receiver() as gateway,
        smtp_server() as mail,
        served(tmp_path / "data", **settings(gateway, mail)) as site,
    ):
        await book(site)
        appointments, principal = site.features.scheduler.appointments, await worker(site)
        await until(lambda: len(mail.taken) == 1)
        (booked,) = await appointments.of_site(principal.site_id)
        (_, free), *_ = await appointments.slots(principal.site_id, "item-001", booked.starts.date(), 1)
        moved = await appointments.move(principal, booked.id, free[1].starts)
        await until(lambda: len(mail.taken) == 2)
        await appointments.cancel(principal, booked.id)
        await until(lambda: len(mail.taken) == 3)
    sent = [invitation(message) for message in mail.taken]
    assert [method for method, _ in sent] == ["REQUEST", "REQUEST", "CANCEL"]
    times = [booked.at, moved.at, moved.at]
    read = [vobject.readOne(text) for _, text in sent]
    assert [one.method.value for one in read] == ["REQUEST", "REQUEST", "CANCEL"]
    assert {one.vevent.uid.value for one in read} == {f"{booked.id}@appointments.cloud-window"}
    sequences = [int(one.vevent.sequence.value) for one in read]
    assert sequences == sorted(set(sequences)), "each takes the place of the one before"
    assert [one.vevent.dtstart.value for one in read] == times
    events = [next(iter(ics.Calendar(text).events)) for _, text in sent]
    assert len({one.uid for one in events}) == 1
    assert [one.begin.datetime for one in events] == times
    assert [one.status for one in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert not any("王秀英" in text for _, text in sent), "it lies on devices that others use as well"
