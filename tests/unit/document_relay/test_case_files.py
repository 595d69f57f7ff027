from __future__ import annotations

import asyncio
import dataclasses
import io
import zlib
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from sqlalchemy import event, select

from directory.principal import Role
from document_relay.assembly import Needs
from document_relay.case_core.history import Act
from document_relay.case_files import Request
from document_relay.documents import Decision
from document_relay.errors import (
    NoSuchCase,
    NoSuchMaterial,
    NothingToUndo,
    NotYourCase,
    ReasonNeeded,
    ReviewIncomplete,
    SamePageAgain,
    WrongCaseState,
)
from document_relay.events import CASE_EVENTS, CaseEvent
from document_relay.imaging.errors import PageNotAnImage, PageTooManyPixels
from document_relay.rejection import Mark, Rejection
from foundation.database import Base, Database, Outbox
from foundation.events import LocalBus
from tests.support.engines import engine_of

from .conftest import CLERK, WORKER, Bench, opening, picture, relay_of, stranger

pytestmark = pytest.mark.both_databases

UNREADABLE = Rejection(reason="unreadable", note="", mark=None)


async def everything(database: Database) -> bytes:
    """Every value of every row, as bytes."""
    found = []
    async with database.read() as session:
        for table in Base.metadata.sorted_tables:
            rows = await session.execute(select(table))
            found += [value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row]
    return b"\0".join(found)


async def test_a_case_is_opened_once_for_a_ticket(bench: Bench) -> None:
    again = await bench.relay.case_files.open_case(opening())
    case = await bench.case()
    assert again == bench.case_id
    assert [material.name_zh for material in case.materials] == ["身份证", "银行卡", "户口簿"]
    assert case.file.applicant_name == "王桂英"
    assert case.file.answers == [["年满八十周岁？", "Aged eighty or over?", "是", "Yes"]]
    found = await bench.relay.case_files.of_ticket("ticket-1")
    assert found is not None
    assert found.id == bench.case_id


async def test_two_who_open_the_case_of_a_ticket_at_once_open_one(bench: Bench) -> None:
    made = await asyncio.gather(*(bench.relay.case_files.open_case(opening("ticket-2")) for _ in range(6)))
    assert len(set(made)) == 1
    assert len((await bench.relay.case_files.whole(made[0])).materials) == 3


async def test_who_stands_in_for_a_worker_has_the_case_as_their_own(bench: Bench) -> None:
    other = msgspec.structs.replace(WORKER, person_id="worker-2")
    with pytest.raises(ReasonNeeded):
        await bench.relay.case_files.view(other, bench.case_id)
    for _ in range(2):
        await bench.relay.case_files.assign_worker(bench.case_id, other.person_id, other.name)
    case = await bench.relay.case_files.view(other, bench.case_id)
    assert case.file.worker_id == other.person_id
    assert [entry.act for entry in case.history].count("worker_assigned") == 1


async def test_what_is_personal_stands_nowhere_in_the_clear(bench: Bench) -> None:
    await bench.deliver(picture("PERSONAL-WORDS"))
    await bench.relay.case_files.reject(
        CLERK, (await bench.material()).id, Rejection(reason="other", note="王桂英的照片", mark=None)
    )
    await bench.relay.case_files.close(bench.case_id)
    stored = b"".join(path.read_bytes() for path in bench.data_dir.parent.rglob("*") if path.is_file())
    stored += await everything(bench.database)
    assert "高龄津贴申领".encode() in stored
    for secret in ("王桂英", "年满八十周岁", "李社区"):
        assert secret.encode() not in stored
    # Longer than the three bytes that every JPEG begins with: among a million random ones those are found now and then.
    assert b"\xff\xd8\xff\xe0\x00\x10JFIF" not in b"".join(path.read_bytes() for path in bench.data_dir.rglob("*.jpg"))


async def test_a_delivered_page_is_seen_by_both_and_accepted(bench: Bench) -> None:
    material_id = await bench.relay.case_files.request_material(
        CLERK, bench.case_id, Request(material_id=(await bench.material()).id, name="", note="正反面")
    )
    assert (await bench.material()).asked_now
    await bench.deliver(picture())
    case = await bench.case()
    (page,) = case.pages_of(material_id)
    assert (page.number, page.capture) == (1, "document_camera")
    assert not case.material(material_id).asked_now
    for person in (WORKER, CLERK):
        shown = (await bench.relay.case_files.page_picture(person, page.id)).data
        assert Image.open(io.BytesIO(shown)).size == (page.width, page.height)
        assert len((await bench.relay.case_files.page_picture(person, page.id, "thumbnail")).data) < 60_000
    await bench.relay.case_files.accept(CLERK, material_id)
    assert (await bench.material()).state == "accepted"


async def test_a_rejected_page_is_taken_again_and_stays_in_the_history(bench: Bench) -> None:
    await bench.deliver(picture("first"))
    await bench.deliver(picture("second"))
    case = await bench.case()
    first, second = case.pages_of(case.materials[0].id)
    mark = Mark(page_id=second.id, x=0.5, y=0.1, width=0.3, height=0.2)
    await bench.relay.case_files.reject(
        CLERK, first.material_id, Rejection(reason="unreadable", note="反光", mark=mark)
    )
    await bench.deliver(picture("second again"))
    case = await bench.case()
    kept, again = case.pages_of(first.material_id)
    assert (kept.id, again.number) == (first.id, 2)
    assert [page.id for page in case.pages if page.replaced] == [second.id]
    assert case.material(first.material_id).state == "delivered"
    review = case.review_of(first.material_id)
    assert review is not None
    assert (review.reason, review.note, review.by_name) == ("unreadable", "反光", "张窗口")


async def test_a_material_rejected_whole_begins_anew(bench: Bench) -> None:
    same = picture("first")
    await bench.deliver(same)
    await bench.deliver(picture("second"))
    await bench.relay.case_files.reject(CLERK, (await bench.material()).id, UNREADABLE)
    await bench.deliver(same)
    case = await bench.case()
    assert [page.number for page in case.pages_of(case.materials[0].id)] == [1]
    assert len(case.pages) == 3


async def test_a_page_may_be_taken_again_before_the_review(bench: Bench) -> None:
    await bench.deliver(picture("blurred"))
    (page,) = (await bench.case()).pages
    await bench.deliver(picture("sharp"), replaces=page.id)
    case = await bench.case()
    assert {(page.number, page.replaced) for page in case.pages} == {(1, True), (1, False)}


async def test_a_review_is_taken_back_once(bench: Bench) -> None:
    await bench.deliver(picture())
    material = await bench.material()
    await bench.relay.case_files.reject(CLERK, material.id, UNREADABLE)
    await bench.relay.case_files.undo_review(CLERK, material.id)
    case = await bench.case()
    assert case.materials[0].state == "delivered"
    assert case.review_of(material.id) is None
    with pytest.raises(NothingToUndo):
        await bench.relay.case_files.undo_review(CLERK, material.id)


@pytest.mark.parametrize(
    "rejection",
    [
        Rejection(reason="other", note=" ", mark=None),
        Rejection(reason="because", note="x", mark=None),
        Rejection(reason="unreadable", note="", mark=Mark(page_id="elsewhere", x=0, y=0, width=1, height=1)),
    ],
)
async def test_a_rejection_without_sense_is_refused(bench: Bench, rejection: Rejection) -> None:
    await bench.deliver(picture())
    with pytest.raises(ReviewIncomplete) as refused:
        await bench.relay.case_files.reject(CLERK, (await bench.material()).id, rejection)
    assert refused.value.sentence("zh-CN")


async def test_the_same_file_again_is_refused_and_named_elsewhere(bench: Bench) -> None:
    data = picture()
    await bench.deliver(data)
    with pytest.raises(SamePageAgain) as refused:
        await bench.begin(data)
    assert "身份证" in refused.value.sentence("zh-CN")
    await bench.deliver(data, position=2)
    case = await bench.case()
    (page,) = case.pages_of(case.materials[1].id)
    assert "same_elsewhere" in [finding[0] for finding in page.findings]


async def test_what_is_no_picture_is_refused_with_words_and_noted(bench: Bench) -> None:
    with pytest.raises(PageNotAnImage):
        await bench.deliver(b"MZ this is a program" * 50)
    case = await bench.case()
    assert case.pages == []
    assert case.materials[0].state == "requested"
    assert case.history[-1].sentence == (
        "“身份证”的上传未通过：page_not_an_image",
        "An upload for “身份证” was refused: page_not_an_image",
    )


async def test_four_hundred_megapixels_are_refused(bench: Bench) -> None:
    header = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", (20_000).to_bytes(4) * 2 + b"\x01\x00\x00\x00\x00")
    with pytest.raises(PageTooManyPixels):
        await bench.deliver(header + _chunk(b"IDAT", b"x") + _chunk(b"IEND", b""))


async def test_a_pdf_becomes_its_pages(bench: Bench) -> None:
    form = (await bench.relay.documents.pdf(CLERK, await bench.relay.documents.make_form(CLERK, bench.case_id))).data
    await bench.deliver(form)
    (page,) = (await bench.case()).pages
    assert page.verdict == "good"
    assert page.height > page.width > 1000
    assert (await bench.relay.case_files.page_picture(CLERK, page.id, "thumbnail")).data[:2] == b"\xff\xd8"


async def test_only_the_people_of_the_case_see_and_handle_it(bench: Bench) -> None:
    await bench.deliver(picture())
    material = await bench.material()
    files = bench.relay.case_files
    colleague = stranger(Role.CLERK, "/district/town-03", frozenset({"civil"}))
    for other in (
        stranger(Role.CLERK, "/district/town-09", frozenset({"civil"})),
        stranger(Role.CLERK, "/district/town-03", frozenset({"tax"})),
        stranger(Role.COMMUNITY_WORKER, "/district/town-03/point-04"),
        stranger(Role.ADMINISTRATOR, "/district"),
    ):
        with pytest.raises(NotYourCase):
            await files.view(other, bench.case_id)
        with pytest.raises(NotYourCase):
            await files.page_picture(other, (await bench.case()).pages[0].id)
    for other in (colleague, WORKER):
        with pytest.raises(NotYourCase):
            await files.accept(other, material.id)
    with pytest.raises(NotYourCase):
        await files.rate(CLERK, bench.case_id, 5)


async def test_unknown_ids_are_refused(bench: Bench) -> None:
    with pytest.raises(NoSuchCase):
        await bench.relay.case_files.view(CLERK, "none")
    with pytest.raises(NoSuchMaterial):
        await bench.relay.case_files.accept(CLERK, "none")


async def test_decided_rated_closed_each_once(bench: Bench) -> None:
    files = bench.relay.case_files
    with pytest.raises(WrongCaseState):
        await files.rate(WORKER, bench.case_id, 5)
    with pytest.raises(WrongCaseState):
        await files.accept(CLERK, (await bench.material()).id)
    notice = await bench.relay.documents.decide(
        CLERK, bench.case_id, Decision(outcome="approved", notice="下月起发放。")
    )
    with pytest.raises(WrongCaseState):
        await bench.relay.documents.decide(CLERK, bench.case_id, Decision(outcome="refused", notice=""))
    await files.rate(WORKER, bench.case_id, 5, "很方便")
    with pytest.raises(WrongCaseState):
        await files.rate(WORKER, bench.case_id, 1)
    await files.close(bench.case_id)
    await files.close(bench.case_id)
    case = await bench.case()
    assert (case.file.state, case.file.outcome, case.file.rating, case.file.remark) == (
        "closed",
        "approved",
        5,
        "很方便",
    )
    assert (case.file.notice_document_id, case.file.notice, case.file.decided_by) == (notice, "下月起发放。", "张窗口")
    with pytest.raises(WrongCaseState):
        await bench.begin(picture())


async def test_every_change_is_told_and_chained(bench: Bench, bus: LocalBus, outbox: Outbox) -> None:
    heard: list[CaseEvent] = []

    async def hear(event: CaseEvent) -> None:
        heard.append(event)

    for kind in CASE_EVENTS:
        bus.subscribe(kind, hear)
    await bench.deliver(picture())
    await bench.relay.case_files.accept(CLERK, (await bench.material()).id)
    await outbox.deliver()
    assert [type(event).__name__ for event in heard] == [
        "CaseOpened",
        "ConsentNoted",
        "ClerkAssigned",
        "PageDelivered",
        "MaterialReviewed",
    ]
    case = await bench.case()
    assert [entry.sentence[0] for entry in case.history] == [
        "开立案卷，事项：高龄津贴申领",
        "申请人同意录音录像",
        "接手办理",
        "提交“身份证”第 1 页",
        "接受“身份证”",
    ]
    assert [entry.who for entry in case.history] == ["李社区", "李社区", "张窗口", "李社区", "张窗口"]


async def test_another_packages_act_joins_the_history(needs: Needs, tmp_path: Path) -> None:
    kept = Act("chat_kept", "留言 {number} 条", "{number} messages were kept")
    relay = relay_of(dataclasses.replace(needs, acts=[kept]), tmp_path / "data")
    case_id = await relay.case_files.open_case(opening())
    await relay.case_files.note(("li", "李社区"), case_id, "chat_kept", number="3")
    last = (await relay.case_files.whole(case_id)).history[-1]
    assert (last.who, last.act, last.sentence) == ("李社区", "chat_kept", ("留言 3 条", "3 messages were kept"))
    for act, fields in (("chat_kept", {}), ("never_registered", {"number": "3"})):
        with pytest.raises(ValueError, match=act):
            await relay.case_files.note(("li", "李社区"), case_id, act, **fields)
    assert len((await relay.case_files.whole(case_id)).history) == 3


async def test_the_case_on_paper_keeps_every_jpeg_untouched(bench: Bench) -> None:
    await bench.deliver(picture("one"))
    await bench.deliver(picture("two"), position=2)
    pdf = await bench.relay.documents.case_pdf(CLERK, bench.case_id)
    for page in (await bench.case()).pages:
        assert (await bench.relay.case_files.page_picture(CLERK, page.id)).data in pdf


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


async def test_what_few_cases_have_costs_the_others_one_question(bench: Bench) -> None:
    asked = 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    engine = engine_of(bench.database, reading=True)
    event.listen(engine, "before_cursor_execute", count)
    case = await bench.case()
    event.remove(engine, "before_cursor_execute", count)
    assert (case.joint, case.forms, case.mandates, case.hand_on, case.supplements) == (None, [], [], None, [])
    # The case, its materials, pages, reviews, documents and history, and whether it has any of these.
    assert asked == 7
