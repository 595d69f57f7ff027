"""A service starts and serves whatever the rows of those who wait, or are in a call, say."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp

from foundation.set_aside import read_set_aside
from tests.integration.signalling.test_call import APPLICANT
from tests.integration.signalling.test_waiting import opened, take
from tests.support.served import served

_DAMAGES = (
    "UPDATE case_events SET words = x'3f'",
    "UPDATE materials SET state = 'no such'",
    "UPDATE case_files SET data_key = x'3f'",
    "UPDATE tickets SET answers = x'3f', data_key = x'3f'",
)


async def test_a_start_survives_damaged_cases_of_who_waits_and_who_is_in_a_call(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    in_hand, waiting = await used(tmp_path / "used", http)
    for number, damage in enumerate(_DAMAGES):
        data = tmp_path / f"damaged{number}"
        shutil.copytree(tmp_path / "used", data)
        change(data, damage)
        async with served(data, wrap_up_seconds=0.0) as site:
            other = await opened(http, site, "point002")
            await other.do("cancel_ticket", ticket_id=waiting)
            served_on = await take(other)
            await other.see("point", ticket__ticket_id=served_on)
        told = {one.identifier for one in read_set_aside(data) if one.kind.endswith("_of_ticket")}
        assert in_hand in told, damage
        assert waiting in told or "tickets" in damage, damage


async def used(data: Path, http: aiohttp.ClientSession) -> tuple[str, str]:
    """Data of a service that ended with a ticket in a call, and one that waits, both with a case."""
    async with served(data, wrap_up_seconds=0.0) as site:
        point, window = await opened(http, site, "point001"), await opened(http, site, "clerk001")
        in_hand = await take(point)
        await window.do("open_window", window_id="town-01-w1")
        desk = await window.see("desk", state="ringing")
        await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
        await point.do("enter_call", ticket_id=in_hand)
        await window.see("desk", ticket__state="serving")
        waiting = await take(await opened(http, site, "point002"))
        async with asyncio.timeout(30):
            for ticket_id in (in_hand, waiting):
                while await site.features.documents.case_files.of_ticket(ticket_id) is None:
                    await asyncio.sleep(0.05)
    return in_hand, waiting


def change(data: Path, damage: str) -> None:
    """Changes rows of a stopped service."""
    with closing(sqlite3.connect(data / "cloud-window.db", isolation_level=None)) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        assert database.execute(damage).rowcount >= 1


async def test_a_ticket_of_a_point_whose_town_is_damaged_is_refused_in_words(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    data = tmp_path / "data"
    async with served(data, wrap_up_seconds=0.0) as site:
        waiting = await take(await opened(http, site, "point001"))
    change(data, "UPDATE sites SET name_zh = x'ff' WHERE id = 'town-01'")
    async with served(data, wrap_up_seconds=0.0) as site:
        point = await opened(http, site, "point002")
        fields = {"item_id": "item-001", "options": [], "applicant": APPLICANT, "consent_to_recording": False}
        answer = await point.ask("take_ticket", **fields)
        assert (answer["type"], answer["code"]) == ("refused", "no_such_site")
        assert site.features.scheduler.board.ticket(waiting) is not None
        # The places of those who wait already are worked out on.
        assert all(one.running and not one.failures for one in site.features.tasks.supervised())
