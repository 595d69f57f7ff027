"""What goes on with supplements all the same: beside a damaged one, without their clerk, in other hands, and late."""

from __future__ import annotations

import gc
import hashlib
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import text

from directory.errors import TooManySupplementLinks
from directory.principal import Principal
from directory.senders import MOST_LINKS
from directory.store import senders as sender_store
from directory.visits import hashed
from document_relay.case_files import Request
from document_relay.documents import Decision
from document_relay.mandate_errors import MandateNeeded
from document_relay.store import supplement_reading
from document_relay.supplement_errors import NotYourSupplement, SupplementNotOpen, SupplementTooLate
from document_relay.supplement_notices import Reach, Told
from document_relay.supplements import Wanted
from foundation.clock import ManualClock
from tests.support.tus import upload_metadata
from tests.unit.document_relay.conftest import CLERK, WORKER, Bench, opening, picture, pieces
from tests.unit.document_relay.test_hand_on import COLLEAGUE, NEW, QIAN, ZHAO, on
from tests.unit.document_relay.test_supplements import (
    DUE,
    ENDS,
    REACH,
    asked,
    last,
    left,
    now,  # noqa: F401 - a fixture
    send,
    sender,
)

FOURTH = msgspec.structs.replace(COLLEAGUE, person_id="fourth")


async def damage(bench: Bench, case_id: str) -> list[str]:
    """Damages the supplements of a case; what is told as damaged from now on."""
    told = list[str]()
    bench.database.on_damaged(lambda kind, _identifier, _problem: told.append(kind))
    async with bench.database.write() as session:
        damaged = text("UPDATE supplements SET words = :words WHERE case_id = :case_id")
        await session.execute(damaged, {"words": b"", "case_id": case_id})
    return told


async def another(bench: Bench, ticket: str = "ticket-2") -> str:
    """One more case of the same clerk, which the bench looks at from now on; the former's identifier."""
    former = bench.case_id
    bench.case_id = await bench.relay.case_files.open_case(opening(ticket))
    await bench.relay.case_files.assign_clerk(bench.case_id, CLERK.person_id, CLERK.name)
    return former


@pytest.mark.both_databases
async def test_a_damaged_one_keeps_no_deadline_behind_it_from_ending(
    bench: Bench, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As many are damaged as are taken at once.
    monkeypatch.setattr(supplement_reading, "_DUE_AT_ONCE", 1)
    await asked(bench)
    told = await damage(bench, await another(bench))
    await asked(bench)
    clock.set_wall(ENDS + timedelta(hours=1))
    assert await bench.relay.supplements.end_due() == 1
    assert (await last(bench)).state == "ended"
    assert told == ["supplements"]


async def handed_on(bench: Bench) -> None:
    """A department has taken it, and the visit is over."""
    await bench.deliver(picture("card"))
    await bench.relay.hand_ons.hand_on(CLERK, bench.case_id, NEW, on())
    await left(bench)
    await bench.relay.hand_ons.take(ZHAO, bench.case_id)


@pytest.mark.both_databases
async def test_whom_it_was_handed_on_to_keeps_it(bench: Bench, clock: ManualClock) -> None:
    await handed_on(bench)
    wanted = Wanted(material_id=(await bench.material()).id, name="", todo="两面")
    link = await bench.relay.supplements.ask(ZHAO, bench.case_id, [wanted], DUE, Reach())
    clock.advance(60)
    await send(bench, sender(bench, link.supplement_id), "both sides")
    await bench.relay.supplements.answer(sender(bench, link.supplement_id), link.supplement_id)
    assert await bench.relay.supplements.of_colleagues(QIAN) == []
    with pytest.raises(NotYourSupplement):
        await bench.relay.supplements.take(QIAN, link.supplement_id)
    await bench.relay.supplements.accept(ZHAO, link.supplement_id)
    await bench.relay.documents.decide(ZHAO, bench.case_id, Decision(outcome="refused", notice="不符合条件。"))


@pytest.mark.both_databases
@pytest.mark.parametrize("end", ["accepted", "withdrawn", "ended", "answered"])
async def test_what_a_department_asks_for_beside_it_is_taken(bench: Bench, clock: ManualClock, end: str) -> None:
    await bench.deliver(picture("card"), position=2)
    link = await asked(bench)
    await left(bench)
    clock.advance(60)
    supplements = bench.relay.supplements
    if end in ("accepted", "answered"):
        await send(bench, WORKER, "sent")
        await supplements.answer(WORKER, link.supplement_id)
    if end == "accepted":
        await supplements.accept(CLERK, link.supplement_id)
    elif end == "withdrawn":
        await supplements.withdraw(CLERK, link.supplement_id)
    elif end == "ended":
        clock.set_wall(ENDS)
        await supplements.end_due()
    assert not any(one.asked_now for one in (await bench.case()).materials)
    with pytest.raises((SupplementNotOpen, SupplementTooLate)):
        await send(bench, WORKER, "nobody asked", 2)
    if end != "answered":
        await bench.relay.hand_ons.hand_on(CLERK, bench.case_id, NEW, on())
        await bench.relay.hand_ons.take(ZHAO, bench.case_id)
        request = Request(material_id=(await bench.material(2)).id, name="", note="请补拍背面")
        await bench.relay.case_files.request_material(ZHAO, bench.case_id, request)
        await send(bench, WORKER, "the back", 2)
        assert not (await bench.material(2)).asked_now


@pytest.mark.both_databases
@pytest.mark.parametrize("state", ["parked", "ended", "accepted", "withdrawn"])
async def test_a_case_whose_clerk_is_gone_is_taken_in_every_state(bench: Bench, clock: ManualClock, state: str) -> None:
    link, supplements = await asked(bench), bench.relay.supplements
    assert await supplements.of_colleagues(COLLEAGUE) == []
    await left(bench)
    clock.advance(60)
    if state == "ended":
        clock.set_wall(ENDS)
        await supplements.end_due()
    elif state == "withdrawn":
        await supplements.withdraw(CLERK, link.supplement_id)
    elif state == "accepted":
        await send(bench, WORKER, "sent")
        await supplements.answer(WORKER, link.supplement_id)
        await supplements.accept(CLERK, link.supplement_id)
    for listed in ((await supplements.of_clerk(CLERK.person_id))[0], await supplements.of_colleagues(COLLEAGUE)):
        assert [one.supplement.state for one in listed] == [state]
    await supplements.take(COLLEAGUE, link.supplement_id)
    if state == "parked":
        await supplements.withdraw(COLLEAGUE, link.supplement_id)
    await bench.relay.documents.decide(COLLEAGUE, bench.case_id, Decision(outcome="refused", notice="不符合条件。"))
    with pytest.raises(NotYourSupplement):
        await supplements.take(FOURTH, link.supplement_id)


async def begun(bench: Bench, who: Principal, data: bytes) -> str:
    """An upload of the first material of which nothing has come yet."""
    said = upload_metadata(
        case_id=bench.case_id,
        material_id=(await bench.material()).id,
        sha256=hashlib.sha256(data).hexdigest(),
        capture="file",
    )
    return (await bench.relay.uploads.create(who, len(data), said)).id


@pytest.mark.both_databases
async def test_what_comes_after_the_answer_changes_nothing(bench: Bench, clock: ManualClock) -> None:
    link = await asked(bench)
    await left(bench)
    clock.advance(60)
    me, late = sender(bench, link.supplement_id), picture("late")
    await send(bench, me, "in time")
    uploads = {who: await begun(bench, who, late) for who in (me, WORKER)}
    await bench.relay.supplements.answer(me, link.supplement_id)
    await bench.relay.case_files.accept(CLERK, (await bench.material()).id)
    for who, upload in uploads.items():
        with pytest.raises(SupplementNotOpen):
            await bench.relay.uploads.append(who, upload, 0, pieces(late))
    assert (await bench.material()).state == "accepted"
    assert len((await bench.case()).pages_of((await bench.material()).id)) == 1


@pytest.mark.both_databases
async def test_a_page_that_comes_whole_after_the_deadline_is_late(bench: Bench, clock: ManualClock) -> None:
    link = await asked(bench)
    await left(bench)
    me, late = sender(bench, link.supplement_id), picture("late")
    clock.set_wall(ENDS - timedelta(minutes=1))
    upload = await begun(bench, me, late)
    clock.set_wall(ENDS)
    with pytest.raises(SupplementTooLate):
        await bench.relay.uploads.append(me, upload, 0, pieces(late))


@pytest.mark.both_databases
async def test_a_link_takes_pages_after_the_mandate_has_ended(bench: Bench) -> None:
    link = await asked(bench)
    await left(bench)
    async with bench.database.write() as session:
        await session.execute(text("UPDATE case_files SET acting = :acting"), {"acting": True})
    await send(bench, sender(bench, link.supplement_id), "by the link")
    with pytest.raises(MandateNeeded):
        await send(bench, WORKER, "at the point")


@pytest.mark.both_databases
async def test_a_damaged_one_takes_no_other_out_of_the_lists(bench: Bench) -> None:
    await asked(bench)
    told = await damage(bench, await another(bench))
    link, supplements = await asked(bench), bench.relay.supplements
    for listed in ((await supplements.of_clerk(CLERK.person_id))[0], await supplements.of_worker(WORKER)):
        assert [one.supplement.id for one in listed] == [link.supplement_id]
    assert told == ["supplements", "supplements"]


@pytest.mark.both_databases
@pytest.mark.parametrize("reach", [Reach(), REACH])
async def test_it_is_asked_again_though_all_slips_are_used_up(bench: Bench, clock: ManualClock, reach: Reach) -> None:
    link, supplements = await asked(bench, reach=reach), bench.relay.supplements
    for _ in range(MOST_LINKS - 1):
        await supplements.link(WORKER, link.supplement_id)
    clock.advance(60)
    me = sender(bench, link.supplement_id)
    await send(bench, me, "blurred")
    await supplements.answer(me, link.supplement_id)
    await supplements.ask_again(CLERK, link.supplement_id, [(await bench.material()).id], "看不清", DUE)
    assert (await last(bench)).state == "parked"
    with pytest.raises(TooManySupplementLinks):
        await supplements.link(WORKER, link.supplement_id)
    # The first link is good as before, and who has a number was told another.
    async with bench.database.read() as session:
        first = await sender_store.of_link(session, hashed(link.secret))
        count = await sender_store.count(session, me.person_id)
    assert first is not None
    assert not first.ended
    assert count == MOST_LINKS + (reach == REACH)


async def test_the_secret_of_a_link_is_not_kept(bench: Bench) -> None:
    await asked(bench)
    gc.collect()
    assert [one for one in gc.get_objects() if type(one) is Told] == []


@pytest.mark.both_databases
async def test_what_was_sent_is_in_a_list_that_is_too_long(
    bench: Bench, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supplement_reading, "_AT_MOST", 1)
    supplements = bench.relay.supplements
    await asked(bench)
    await left(bench)
    await another(bench)
    link = await asked(bench, due=DUE + timedelta(days=3))
    await left(bench)
    clock.advance(60)
    await send(bench, WORKER, "sent")
    await supplements.answer(WORKER, link.supplement_id)
    listed, total = await supplements.of_clerk(CLERK.person_id)
    assert [one.supplement.id for one in listed] == [link.supplement_id]
    assert total == 2
    # Whose clerk is there takes no place in the list of a colleague.
    assert await supplements.clerks_beside(COLLEAGUE) == {CLERK.person_id}
    (other,) = await supplements.of_colleagues(COLLEAGUE, [CLERK.person_id])
    assert other.supplement.state == "parked"
    (other,) = await supplements.of_colleagues(COLLEAGUE, (), [CLERK.person_id])
    assert other.supplement.id == link.supplement_id
    assert await supplements.of_colleagues(COLLEAGUE, [CLERK.person_id], [CLERK.person_id]) == []
