"""A fault of the service's own is told with a reference to the log, and harms nothing but what was asked for.

The faults are real ones: what is stored is damaged under the running service.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from directory.store import queries
from tests.integration.signalling.test_call import APPLICANT
from tests.support.served import Page, Served, served

SECRET = "姓名不进日志"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path / "data") as made:
        yield made


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"Accept-Language": "en"}) as made:
        yield made


async def damage(site: Served, statement: str, **values: Any) -> None:
    async with site.features.ground.database.write_quietly() as session:
        await session.execute(text(statement), values)


def logged(logs: list[Any], reference: str) -> dict[str, Any]:
    """The one entry of the log that the reference names."""
    (found,) = [one for one in logs if one.get("reference") == reference]
    assert found["log_level"] == "error"
    assert found["exc_info"].__traceback__ is not None
    assert SECRET not in repr(found)
    return dict(found)


async def test_a_command_that_crashes_is_refused_with_a_reference_and_the_page_stays(
    site: Served, http: aiohttp.ClientSession
) -> None:
    point = await Page.open(http, site, await site.sign_in(http, "point001"))
    ticket = {"options": [], "applicant": APPLICANT | {"name": SECRET}, "consent_to_recording": False}
    await point.do("take_ticket", item_id="item-001", **ticket)
    ticket_id = (await point.see("point", ticket__state="waiting"))["ticket"]["ticket_id"]
    await damage(site, "UPDATE tickets SET credit_from = 'long ago' WHERE id = :id", id=ticket_id)
    with capture_logs() as logs:
        refused = await point.ask("cancel_ticket", ticket_id=ticket_id)
    assert (refused["type"], refused["code"]) == ("refused", "internal_error")
    assert refused["reference"] in refused["message"]
    assert logged(logs, refused["reference"])["act"] == "CancelTicket"
    # The connection is the same, and what needs nothing of the damage works.
    await damage(site, "UPDATE tickets SET credit_from = taken_at WHERE id = :id", id=ticket_id)
    await point.do("cancel_ticket", ticket_id=ticket_id)
    await point.see("point", ticket=None)


async def test_a_refusal_that_cannot_be_written_into_the_audit_log_is_written_later(
    site: Served, http: aiohttp.ClientSession
) -> None:
    point = await Page.open(http, site, await site.sign_in(http, "point001"))
    await site.features.directory.intake.flush()
    await damage(site, "ALTER TABLE audit_log RENAME TO gone")
    assert (await point.ask("cancel_ticket", ticket_id="none"))["code"] == "no_such_ticket"
    with pytest.raises(Exception, match="no such table: audit_log"):
        await site.features.directory.intake.flush()
    await damage(site, "ALTER TABLE gone RENAME TO audit_log")
    await site.features.directory.intake.flush()
    async with site.features.ground.database.read() as session:
        last = (await queries.audit_after(session, 0, 100))[-1]
    assert (last.account, last.act, last.outcome) == ("point001", "cancel_ticket", "no_such_ticket")


async def test_a_view_that_crashes_is_told_and_tried_again_and_the_other_topics_go_on(
    site: Served, http: aiohttp.ClientSession
) -> None:
    point = await Page.open(http, site, await site.sign_in(http, "point001"))
    ticket = {"item_id": "item-001", "options": [], "applicant": APPLICANT, "consent_to_recording": False}
    await point.do("take_ticket", **ticket)
    ticket_id = (await point.see("point", ticket__state="waiting"))["ticket"]["ticket_id"]
    case_id = await case_of(site, ticket_id)
    topic = f"case:{case_id}"
    await point.do("watch", case_id=case_id)
    await point.see(topic, state="open")
    await settled(point)
    await damage(site, "ALTER TABLE case_events RENAME TO gone")
    with capture_logs() as logs:
        site.application.registry.invalidate(people(site), topic, "slots")
        failed = await point.receive()
        assert (await point.receive())["topic"] == "slots"
    assert (failed["type"], failed["topic"], failed["code"]) == ("failed", topic, "internal_error")
    assert failed["reference"] in failed["message"]
    assert logged(logs, failed["reference"])["topic"] == topic
    await damage(site, "ALTER TABLE gone RENAME TO case_events")
    site.application.registry.invalidate(people(site), topic)
    again = await point.receive()
    assert (again["type"], again["topic"]) == ("event", topic)


def people(site: Served) -> list[str]:
    return [connection.person_id for connection in site.application.registry]


async def case_of(site: Served, ticket_id: str) -> str:
    """The ticket's case, once it is opened."""
    async with asyncio.timeout(10):
        while (case := await site.features.documents.case_files.of_ticket(ticket_id)) is None:
            await asyncio.sleep(0.02)
    return case.id


async def settled(page: Page) -> None:
    """Takes what the page is still sent, until nothing comes for a moment."""
    with contextlib.suppress(TimeoutError):
        while True:
            async with asyncio.timeout(0.5):
                await page.receive()


async def test_a_page_that_cannot_be_signed_in_by_a_fault_is_told_to_come_back(
    site: Served, http: aiohttp.ClientSession
) -> None:
    token = await site.sign_in(http, "point001")
    await damage(site, "ALTER TABLE staff RENAME TO gone")
    socket = await http.ws_connect(f"{site.address}/api/v1/socket")
    with capture_logs() as logs:
        await socket.send_json({"type": "authenticate", "id": 0, "token": token, "language": "zh-CN"})
        await socket.receive()
    assert socket.close_code == aiohttp.WSCloseCode.INTERNAL_ERROR
    assert [one["act"] for one in logs if one["event"] == "internal_error"] == ["authenticate"]
    await damage(site, "ALTER TABLE gone RENAME TO staff")


async def test_a_page_that_cannot_be_signed_in_while_the_database_is_busy_is_told_to_come_back(
    site: Served, http: aiohttp.ClientSession
) -> None:
    token = await site.sign_in(http, "point001")
    # What it says to whoever asks while it ends is what it says when it is full.
    await site.features.ground.database.close()
    socket = await http.ws_connect(f"{site.address}/api/v1/socket")
    await socket.send_json({"type": "authenticate", "id": 0, "token": token, "language": "zh-CN"})
    await socket.receive()
    assert socket.close_code == aiohttp.WSCloseCode.TRY_AGAIN_LATER


async def test_an_endpoint_that_crashes_answers_a_problem_with_a_reference(
    site: Served, http: aiohttp.ClientSession
) -> None:
    headers = {"Authorization": f"Bearer {await site.sign_in(http, 'clerk001')}"}
    await damage(site, "ALTER TABLE case_files RENAME TO gone")
    with capture_logs() as logs:
        async with http.get(f"{site.address}/api/v1/cases/nonesuch/pdf", headers=headers) as response:
            body = await response.json()
    assert (response.status, body["code"]) == (500, "internal_error")
    assert response.headers["Content-Security-Policy"]
    assert body["reference"] in body["message"]
    assert body["message"].startswith("The server failed")
    assert logged(logs, body["reference"])["path"] == "/api/v1/cases/nonesuch/pdf"
    await damage(site, "ALTER TABLE gone RENAME TO case_files")


async def test_a_body_that_is_not_what_its_headers_say_is_the_senders_fault(site: Served) -> None:
    address = site.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(address[0], int(address[1]))
    head = "POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    with capture_logs() as logs:
        writer.write(f"{head}zzz\r\n".encode())
        status = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    assert b" 400 " in status
    assert not [one for one in logs if one["event"] == "internal_error"]
