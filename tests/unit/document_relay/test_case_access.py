"""Cases of others: who may ask to read them, with which reason, for how long, and what is kept of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import get_args

import pytest
from sqlalchemy import select

from directory.principal import Principal, Role
from document_relay.case_access import GRANT_LASTS
from document_relay.case_core.wording import ACCESS_REASONS
from document_relay.errors import NoSuchCase, NotYourCase, ReasonIncomplete, ReasonNeeded
from document_relay.store.tables import GrantRow
from foundation.clock import ManualClock
from foundation.errors import Refusal
from signalling.wire.values import AccessReason
from tests.unit.document_relay.conftest import CLERK, WORKER, Bench, picture, stranger

COLLEAGUE = stranger(Role.CLERK, "/district/town-03", frozenset({"civil"}))
SUPERVISOR = stranger(Role.SUPERVISOR, "/district")
NEIGHBOUR = stranger(Role.COMMUNITY_WORKER, "/district/town-03/point-041")
ELSEWHERE = stranger(Role.CLERK, "/district/town-09", frozenset({"civil"}))
OTHER_DEPARTMENT = stranger(Role.CLERK, "/district/town-03", frozenset({"tax"}))


async def ways(bench: Bench) -> list[Callable[[Principal], Awaitable[object]]]:
    """Each way to read the case."""
    await bench.deliver(picture())
    page = (await bench.case()).pages[0].id
    document = await bench.relay.documents.make_form(CLERK, bench.case_id)
    files, documents = bench.relay.case_files, bench.relay.documents
    return [
        lambda who: files.view(who, bench.case_id),
        lambda who: files.readable(who, bench.case_id),
        lambda who: files.page_picture(who, page),
        lambda who: files.page_picture(who, page, "thumbnail"),
        lambda who: documents.pdf(who, document),
        lambda who: documents.page_picture(who, document, 1),
        lambda who: documents.case_pdf(who, bench.case_id),
    ]


async def test_a_case_of_others_is_read_with_a_reason_for_a_working_day(bench: Bench, clock: ManualClock) -> None:
    """Finding S20."""
    every = await ways(bench)
    for read in every:
        await read(CLERK)
        await read(WORKER)
        for other in (COLLEAGUE, SUPERVISOR, NEIGHBOUR):
            with pytest.raises(ReasonNeeded):
                await read(other)
    granted = await bench.relay.access.grant(COLLEAGUE, bench.case_id, "complaint", " 12345 热线转办 ")
    assert granted.until is not None
    for read in every:
        await read(COLLEAGUE)
        with pytest.raises(ReasonNeeded):
            await read(SUPERVISOR)
    clock.advance(GRANT_LASTS.total_seconds() - 1)
    await every[0](COLLEAGUE)
    clock.advance(1)
    with pytest.raises(ReasonNeeded):
        await every[0](COLLEAGUE)


async def test_the_case_says_who_may_read_it_and_why(bench: Bench) -> None:
    await bench.relay.access.grant(COLLEAGUE, bench.case_id, "complaint", " 12345 热线转办 ")
    await bench.relay.access.grant(SUPERVISOR, bench.case_id, "quality_check", "")
    case = await bench.case()
    said = [entry for entry in case.history if entry.act == "access_granted"]
    assert [(entry.who, entry.sentence[0]) for entry in said] == [
        (COLLEAGUE.name, "查看案卷，理由：处理投诉或复核：12345 热线转办"),
        (SUPERVISOR.name, "查看案卷，理由：质量检查"),
    ]
    async with bench.database.read() as session:
        rows = [await session.get(GrantRow, row) for row in await _ids(bench)]
    assert [row.reason for row in rows if row] == ["complaint", "quality_check"]
    assert all("热线".encode() not in row.note for row in rows if row), "sealed under the case's key"


async def _ids(bench: Bench) -> list[str]:
    async with bench.database.read() as session:
        return list(await session.scalars(select(GrantRow.id).order_by(GrantRow.granted_at, GrantRow.id)))


async def test_a_case_is_named_by_its_number_too(bench: Bench, clock: ManualClock) -> None:
    number = (await bench.case()).file.number
    granted = await bench.relay.access.grant(COLLEAGUE, number.lower(), "follow_up", "")
    assert granted.case_id == bench.case_id
    listed = await bench.relay.case_files.own(COLLEAGUE)
    assert [(one.id, until) for one, until in listed] == [(bench.case_id, granted.until)]
    clock.advance(GRANT_LASTS.total_seconds())
    assert await bench.relay.case_files.own(COLLEAGUE) == []


async def test_the_people_of_a_case_need_no_grant(bench: Bench) -> None:
    assert await bench.relay.access.grant(CLERK, bench.case_id, "follow_up", "") == (bench.case_id, None)
    assert await _ids(bench) == []
    assert [until for _, until in await bench.relay.case_files.own(CLERK)] == [None]


@pytest.mark.parametrize(
    ("who", "case", "reason", "note", "refusal"),
    [
        (ELSEWHERE, "", "complaint", "", NotYourCase),
        (OTHER_DEPARTMENT, "", "complaint", "", NotYourCase),
        (stranger(Role.ADMINISTRATOR, "/district"), "", "complaint", "", NotYourCase),
        (COLLEAGUE, "none", "complaint", "", NoSuchCase),
        (COLLEAGUE, "", "other", "  ", ReasonIncomplete),
        (COLLEAGUE, "", "curiosity", "x", ReasonIncomplete),
    ],
)
async def test_what_is_not_granted(
    bench: Bench, who: Principal, case: str, reason: str, note: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        await bench.relay.access.grant(who, case or bench.case_id, reason, note)
    assert await _ids(bench) == []


def test_the_wire_knows_the_reasons_that_the_case_knows() -> None:
    assert set(get_args(AccessReason)) == set(ACCESS_REASONS)


async def test_a_case_is_lent_to_whom_it_is_not_granted_and_taken_back(bench: Bench) -> None:
    """To a colleague in its call, wherever they work: each way to read, and none to change."""
    every = await ways(bench)
    for read in every:
        with pytest.raises(NotYourCase):
            await read(ELSEWHERE)
    bench.relay.access.lend(bench.case_id, ELSEWHERE.person_id)
    for read in every:
        await read(ELSEWHERE)
    with pytest.raises(NotYourCase):
        await bench.relay.case_files.write_note(ELSEWHERE, bench.case_id, "看过")
    bench.relay.access.take_back(bench.case_id, ELSEWHERE.person_id)
    for read in every:
        with pytest.raises(NotYourCase):
            await read(ELSEWHERE)
