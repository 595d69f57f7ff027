"""What is missing is parked with a deadline, sent by a link or at the point, looked at first by who asked, or ended."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from directory.principal import Principal, Role, Sender
from directory.senders import MOST_LINKS, sender_of
from directory.store import senders as sender_store
from directory.visits import hashed
from document_relay.case_core.supplements import STANDING, SUPPLEMENT_TRANSITIONS, SupplementState, colleagues_see
from document_relay.documents import Decision
from document_relay.errors import NoSuchMaterial, NotYourCase, WrongCaseState
from document_relay.joint_errors import JointAcceptanceStands
from document_relay.notice_library import notice_texts
from document_relay.store.joint_tables import JointRow
from document_relay.store.supplement_tables import SupplementRow
from document_relay.supplement_errors import (
    NoSuchSupplement,
    NotYourSupplement,
    SupplementEmpty,
    SupplementIncomplete,
    SupplementNotOpen,
    SupplementStands,
    SupplementTooLate,
)
from document_relay.supplement_notices import Reach
from document_relay.supplement_records import SupplementRecord
from document_relay.supplements import MadeLink, Wanted
from foundation.clock import ManualClock
from foundation.errors import Refusal
from foundation.notifying.tables import NoticeRow
from foundation.notifying.texts import sms_parts
from tests.support.tus import upload_metadata
from tests.unit.document_relay.conftest import CLERK, WORKER, Bench, picture, pieces, stranger
from tests.unit.document_relay.test_joint_acceptance import (
    PEOPLE,
    answer,
    finding,
    joint,  # noqa: F401 - a fixture
    packed,
    say,
)

DUE = date(2026, 12, 4)
ENDS = datetime(2026, 12, 4, 16, tzinfo=UTC)
REACH = Reach(phone="13800000001")
ANOTHER = Wanted(material_id=None, name="监护人同意书", todo="签字后拍照")


@pytest.fixture(autouse=True)
def now(clock: ManualClock) -> None:
    clock.set_wall(datetime(2026, 11, 23, 1, tzinfo=UTC))


async def asked(bench: Bench, *more: Wanted, reach: Reach = REACH, due: date = DUE) -> MadeLink:
    """The first material of the case is missing, and more."""
    first = Wanted(material_id=(await bench.material()).id, name="", todo="正反面都要")
    return await bench.relay.supplements.ask(CLERK, bench.case_id, [first, *more], due, reach)


async def left(bench: Bench) -> None:
    """The visit is over."""
    await bench.relay.case_files.close(bench.case_id)


async def last(bench: Bench) -> SupplementRecord:
    found = (await bench.case()).supplement
    assert found is not None
    return found


def sender(bench: Bench, supplement_id: str) -> Sender:
    return Sender(
        person_id=sender_of(supplement_id),
        account="sender",
        name="申请人",
        roles=frozenset({Role.SENDER}),
        site_id="point-041",
        site_path="/district/town-03/point-041",
        department_ids=frozenset(),
        case_id=bench.case_id,
        asked_id=supplement_id,
        ends_at=ENDS,
    )


async def send(bench: Bench, who: Principal, words: str, position: int = 1) -> None:
    data = picture(words)
    said = upload_metadata(
        case_id=bench.case_id,
        material_id=(await bench.material(position)).id,
        sha256=hashlib.sha256(data).hexdigest(),
        capture="file",
    )
    upload = await bench.relay.uploads.create(who, len(data), said)
    await bench.relay.uploads.append(who, upload.id, 0, pieces(data))


async def notices(bench: Bench) -> list[tuple[str, str, datetime]]:
    """What is told: kind, state and when."""
    async with bench.database.read() as session:
        rows = await session.scalars(select(NoticeRow).order_by(NoticeRow.next_at, NoticeRow.kind))
        return [(row.kind, row.state, row.next_at) for row in rows]


def test_the_life_has_three_ends_and_colleagues_come_second() -> None:
    assert {state for state, transitions in SUPPLEMENT_TRANSITIONS.items() if not transitions} == set(
        SupplementState
    ) - STANDING
    assert SUPPLEMENT_TRANSITIONS.keys() == set(SupplementState)
    assert not colleagues_see(clerk_there=False, days_waited=0, wait=1)
    assert colleagues_see(clerk_there=False, days_waited=1, wait=1)
    assert not colleagues_see(clerk_there=True, days_waited=9, wait=1)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_each_notice_has_three_parts_at_most(language: str) -> None:
    texts = notice_texts()
    values = {
        "number": "20261123-ABC123",
        "day": "12 Dec" if language == "en" else "12月14日",
        "item": "Old-age allowance for residents" if language == "en" else "城乡居民基本养老保险待遇申领登记",
        "count": "20",
        "place": "Lakeside town convenience service centre" if language == "en" else "湖滨街道便民服务中心",
    }
    for kind in texts.kinds:
        secret = "ACDEFGHJKMACDEFGHJKMACDEFGHJ"[: 28 if kind == "hand_on_decided" else 20]
        values["link"] = f"https://window.district.example.cn/visit#{secret}"
        _, text = texts.template(kind, language).filled(values)  # type: ignore[arg-type]
        assert sms_parts(text) <= 3, kind


@pytest.mark.both_databases
async def test_asked_then_sent_by_link_then_accepted_then_decided(bench: Bench, clock: ManualClock) -> None:
    link = await asked(bench, ANOTHER)
    await left(bench)
    case = await bench.case()
    assert (case.file.state, case.file.left_at is not None) == ("open", True)
    parked = await last(bench)
    assert (parked.state, parked.due_on, parked.ends_at) == ("parked", "2026-12-04", ENDS)
    assert [material.name_zh for material in case.materials][-1] == "监护人同意书"
    async with bench.database.read() as session:
        stored = await sender_store.of_link(session, hashed(link.secret))
    assert stored is not None
    assert (len(link.secret), stored.case_id, stored.ends_at) == (20, bench.case_id, ENDS)
    with pytest.raises(SupplementStands):
        await bench.relay.documents.decide(CLERK, bench.case_id, Decision(outcome="approved", notice="同意。"))

    me = sender(bench, link.supplement_id)
    with pytest.raises(NoSuchMaterial):
        await send(bench, me, "not asked for", 2)
    with pytest.raises(NotYourCase):
        await bench.relay.case_files.view(me, bench.case_id)
    clock.advance(60)
    await send(bench, me, "front")
    with pytest.raises(SupplementIncomplete) as lacking:
        await bench.relay.supplements.answer(me, link.supplement_id)
    assert "监护人同意书" in lacking.value.sentence("zh-CN")
    await send(bench, me, "agreed", len(case.materials))
    await bench.relay.supplements.answer(me, link.supplement_id)
    with pytest.raises(SupplementNotOpen):
        await send(bench, me, "one more")
    await bench.relay.supplements.accept(CLERK, link.supplement_id)
    await bench.relay.documents.decide(CLERK, bench.case_id, Decision(outcome="approved", notice="同意。"))
    case = await bench.case()
    assert case.file.state == "closed"
    said = [entry.sentence[1] for entry in case.history]
    assert any("Asked for 2 missing papers until 2026-12-04" in one for one in said)
    assert "The missing papers were sent" in said


@pytest.mark.both_databases
async def test_reminders_go_out_three_days_before_and_on_the_last_day_until_all_was_sent(
    bench: Bench, clock: ManualClock
) -> None:
    link = await asked(bench)
    morning = datetime(2026, 12, 4, 1, tzinfo=UTC)
    assert await notices(bench) == [
        ("supplement_asked", "waiting", clock.now()),
        ("supplement_soon", "waiting", morning - timedelta(days=3)),
        ("supplement_last_day", "waiting", morning),
    ]
    clock.advance(60)
    await send(bench, sender(bench, link.supplement_id), "all")
    await bench.relay.supplements.answer(sender(bench, link.supplement_id), link.supplement_id)
    assert {state for _, state, _ in await notices(bench)} == {"withdrawn"}

    clock.advance(60)
    later = date(2026, 12, 9)
    ids = [one.material_id for one in (await last(bench)).missing]
    await bench.relay.supplements.ask_again(CLERK, link.supplement_id, ids, "看不清", later)
    waiting = [kind for kind, state, _ in await notices(bench) if state == "waiting"]
    assert waiting == ["supplement_again", "supplement_soon", "supplement_last_day"]
    record = await last(bench)
    assert (record.state, record.returned, record.due_on) == ("parked", "看不清", "2026-12-09")
    async with bench.database.read() as session:
        stored = await sender_store.of_link(session, hashed(link.secret))
    assert stored is not None
    assert stored.ends_at == record.ends_at, "the link lives as long as the deadline"
    with pytest.raises(SupplementIncomplete):
        await bench.relay.supplements.answer(WORKER, link.supplement_id)


async def test_who_cannot_be_reached_is_told_by_nobody(bench: Bench) -> None:
    await asked(bench, reach=Reach())
    assert await notices(bench) == []


@pytest.mark.both_databases
async def test_after_the_deadline_it_ends_once_and_what_was_sent_before_is_kept(
    bench: Bench, clock: ManualClock
) -> None:
    link = await asked(bench, ANOTHER)
    await left(bench)
    me = sender(bench, link.supplement_id)
    clock.advance(60)
    await send(bench, me, "front")
    clock.set_wall(ENDS - timedelta(seconds=1))
    assert await bench.relay.supplements.end_due() == 0
    clock.set_wall(ENDS)
    # The clock of the end may look later than somebody sends: late is late all the same.
    for who in (me, WORKER):
        with pytest.raises(SupplementTooLate):
            await send(bench, who, "late")
    assert await bench.relay.supplements.end_due() == 1
    assert await bench.relay.supplements.end_due() == 0
    ended = await last(bench)
    assert (ended.state, ended.ended_by) == ("ended", "系统")
    case = await bench.case()
    assert case.file.state == "open"
    assert len(case.pages_of(case.materials[0].id)) == 1
    assert "监护人同意书" in case.history[-1].sentence[0]
    states = {kind: state for kind, state, _ in await notices(bench)}
    assert states["supplement_ended"] == "waiting"
    assert states["supplement_last_day"] == "withdrawn"
    for act in (bench.relay.supplements.answer(WORKER, link.supplement_id), send(bench, WORKER, "late again")):
        with pytest.raises(SupplementTooLate):
            await act
    async with bench.database.read() as session:
        stored = await sender_store.of_link(session, hashed(link.secret))
    assert stored is not None
    assert stored.ended
    # The clerk asks anew, or decides: the case goes on.
    again = await asked(bench, due=date(2026, 12, 18))
    assert again.supplement_id != link.supplement_id
    await bench.relay.supplements.withdraw(CLERK, again.supplement_id)
    await bench.relay.documents.decide(CLERK, bench.case_id, Decision(outcome="refused", notice="逾期未补。"))


@pytest.mark.both_databases
async def test_what_was_sent_whole_goes_to_the_clerk_though_nobody_said_so(bench: Bench, clock: ManualClock) -> None:
    link = await asked(bench)
    clock.advance(60)
    await send(bench, sender(bench, link.supplement_id), "all")
    clock.set_wall(ENDS)
    await bench.relay.supplements.end_due()
    assert (await last(bench)).state == "answered"
    await bench.relay.supplements.accept(CLERK, link.supplement_id)


async def test_two_who_end_it_at_once_end_it_once(bench: Bench, clock: ManualClock) -> None:
    link = await asked(bench)
    clock.set_wall(ENDS)
    async with bench.database.write() as session:
        # Another process was first.
        await session.execute(update(SupplementRow).values(state="withdrawn"))
    assert await bench.relay.supplements.end_due() == 0
    with pytest.raises(WrongCaseState):
        await bench.relay.supplements.accept(CLERK, link.supplement_id)


async def test_others_have_no_word_and_lists_have_an_end(bench: Bench) -> None:
    with pytest.raises(SupplementEmpty):
        await bench.relay.supplements.ask(CLERK, bench.case_id, [], DUE, REACH)
    with pytest.raises(SupplementEmpty):
        await bench.relay.supplements.ask(
            CLERK, bench.case_id, [Wanted(material_id=None, name=" ", todo="")], DUE, REACH
        )
    link = await asked(bench)
    with pytest.raises(SupplementStands):
        await asked(bench)
    with pytest.raises(SupplementStands):
        await bench.relay.joint.open(CLERK, bench.case_id, [], 10)
    other = stranger(Role.CLERK, "/district/town-03", frozenset({"civil"}))
    for act in (
        bench.relay.supplements.accept(other, link.supplement_id),
        bench.relay.supplements.withdraw(WORKER, link.supplement_id),
        bench.relay.supplements.link(other, link.supplement_id),
        bench.relay.supplements.answer(sender(bench, "another"), link.supplement_id),
    ):
        with pytest.raises(NotYourCase):
            await act
    with pytest.raises(NoSuchSupplement):
        await bench.relay.supplements.accept(CLERK, "none")
    with pytest.raises(NoSuchSupplement):
        await send(bench, sender(bench, "another"), "x")
    for _ in range(MOST_LINKS - 1):
        assert (await bench.relay.supplements.link(WORKER, link.supplement_id)).secret
    with pytest.raises(Refusal) as full:
        await bench.relay.supplements.link(CLERK, link.supplement_id)
    assert full.value.code == "too_many_supplement_links"


async def test_none_is_asked_for_while_departments_look_at_the_case(bench: Bench) -> None:
    await bench.relay.joint.open(CLERK, bench.case_id, [], 10)
    with pytest.raises(JointAcceptanceStands):
        await asked(bench)


@pytest.mark.both_databases
async def test_the_clerk_who_asked_has_it_and_a_colleague_takes_it(bench: Bench, clock: ManualClock) -> None:
    link = await asked(bench)
    near = stranger(Role.CLERK, "/district/town-03", frozenset({"civil"}))
    assert [one.supplement.id for one in (await bench.relay.supplements.of_clerk(CLERK.person_id))[0]] == [
        link.supplement_id
    ]
    assert await bench.relay.supplements.of_colleagues(near) == []
    assert [one.supplement.state for one in await bench.relay.supplements.of_worker(WORKER)] == ["parked"]
    with pytest.raises(NotYourSupplement):
        await bench.relay.supplements.take(near, link.supplement_id)
    await left(bench)
    clock.advance(60)
    await send(bench, WORKER, "all")
    await bench.relay.supplements.answer(WORKER, link.supplement_id)
    for far in (
        stranger(Role.CLERK, "/district/town-09", frozenset({"civil"})),
        stranger(Role.CLERK, "/district/town-03", frozenset({"social"})),
    ):
        assert await bench.relay.supplements.of_colleagues(far) == []
        with pytest.raises(NotYourSupplement):
            await bench.relay.supplements.take(far, link.supplement_id)
    assert len(await bench.relay.supplements.of_colleagues(near)) == 1
    await bench.relay.supplements.take(near, link.supplement_id)
    await bench.relay.supplements.accept(near, link.supplement_id)
    assert (await bench.case()).file.clerk_id == near.person_id


TAMPERINGS = {
    "a supplement removed": "DELETE FROM supplements",
    "a deadline": "UPDATE supplements SET due_on = '2027-01-01'",
    "a state": "UPDATE supplements SET state = 'accepted'",
    "who asked": "UPDATE supplements SET asked_name = '别人'",
}


async def test_every_removal_or_change_is_found_by_verify(
    bench: Bench, clock: ManualClock, database_url: str, tmp_path: Path
) -> None:
    link = await asked(bench)
    clock.advance(60)
    await send(bench, WORKER, "all")
    await bench.relay.supplements.answer(WORKER, link.supplement_id)
    assert (await packed(bench, tmp_path / "whole.zip")).problems == []
    path = database_url.removeprefix("sqlite:///")
    for name, statement in TAMPERINGS.items():
        with sqlite3.connect(path) as database:
            former = database.execute("SELECT * FROM supplements").fetchall()
            assert database.execute(statement).rowcount
        database.close()
        verdict = await packed(bench, tmp_path / "changed.zip")
        assert {problem.kind for problem in verdict.problems} == {"record"}, name
        with sqlite3.connect(path) as database:
            database.execute("DELETE FROM supplements")
            marks = ", ".join("?" * len(former[0]))
            database.executemany(f"INSERT INTO supplements VALUES ({marks})", former)
        database.close()
    assert (await packed(bench, tmp_path / "again.zip")).intact


async def test_who_gave_a_number_is_reminded_of_the_findings_of_a_joint_acceptance(
    joint: Bench,  # noqa: F811
) -> None:
    await say(joint, "civil", finding("缺少照片"))
    await say(joint, "social", finding("缺少证明"))
    await say(joint, "police")
    due = date(2026, 12, 14)
    await joint.relay.joint.tell(CLERK, joint.case_id, due, REACH)
    kinds = ["findings_told", "findings_soon", "findings_last_day", "findings_ended"]
    assert [(kind, state) for kind, state, _ in await notices(joint)] == [(kind, "waiting") for kind in kinds]
    assert (await notices(joint))[-1][2] == datetime(2026, 12, 14, 16, tzinfo=UTC)
    await answer(joint, 1)
    assert {state for _, state, _ in await notices(joint)} == {"waiting"}
    await answer(joint, 2)
    assert {state for _, state, _ in await notices(joint)} == {"withdrawn"}


async def test_who_is_asked_once_more_is_told_reminded_and_told_of_the_end(
    joint: Bench,  # noqa: F811
    clock: ManualClock,
) -> None:
    (civil,) = await say(joint, "civil", finding("缺少照片"))
    (social,) = await say(joint, "social", finding("缺少证明"))
    await say(joint, "police")
    await joint.relay.joint.tell(CLERK, joint.case_id, date(2026, 12, 14), REACH)
    for number in (1, 2):
        await answer(joint, number)
    for person, each in ((CLERK, civil), (PEOPLE["social"], social)):
        clock.advance(60)
        await joint.relay.findings.send_back(person, each, "还是看不清", date(2026, 11, 23))
    waiting = [(kind, due) for kind, state, due in await notices(joint) if state == "waiting"]
    assert [kind for kind, _ in waiting] == ["findings_again", "findings_soon", "findings_last_day", "findings_ended"]
    assert waiting[0][1] == clock.now() + timedelta(minutes=10), "once for both"
    for number in (1, 2):
        await answer(joint, number)
    assert "waiting" not in {state for _, state, _ in await notices(joint)}
    for person, each in ((CLERK, civil), (PEOPLE["social"], social)):
        await joint.relay.findings.strike(person, each)
    for department, person in PEOPLE.items():
        await joint.relay.joint.decide(person, joint.case_id, department, ("agreed", ""))
    await joint.relay.answers.conclude(CLERK, joint.case_id)
    assert [kind for kind, state, _ in await notices(joint) if state == "waiting"] == ["findings_concluded"]
    async with joint.database.read() as session:
        assert await session.scalar(select(JointRow.reach)) is None
