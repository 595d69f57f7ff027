"""The acting for an applicant is suspended, goes on, is completed or terminated, each by a form of the case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

import msgspec
import pypdfium2
import pytest

from directory.principal import Role
from document_relay.case_core.acting import MOST_OF_A_CASE, ActingForm, ActingState
from document_relay.case_core.lives import CaseState, DocumentState
from document_relay.case_core.mandates import MandateState
from document_relay.documents import Decision
from document_relay.errors import CharactersNotPrintable, NotYourCase, WrongCaseState
from document_relay.mandate_errors import (
    ActingChanged,
    ActingSuspended,
    MandateEnded,
    NotThePaper,
    NotThisFormNow,
    ResumeDayWrong,
    TooManyActingForms,
)
from document_relay.signing.verifying import verify_pdf
from document_relay.store.acting_tables import ActingFormRow
from document_relay.store.tables import SignatureRow
from foundation.clock import ManualClock

from .conftest import CLERK, WORKER, Bench, picture, stranger
from .test_mandates import another, begin, draft, package

APPROVED = Decision(outcome="approved", notice="同意。")


def days(clock: ManualClock, after: int = 7) -> tuple[str, date]:
    today = clock.now().date()
    return (today + timedelta(days=after)).isoformat(), today


async def state(bench: Bench) -> ActingState:
    return bench.relay.acting_forms.standing(await bench.case()).state


async def suspend(bench: Bench, clock: ManualClock) -> str:
    return await bench.relay.acting_forms.suspend(CLERK, bench.case_id, "等待民政局的证明", days(clock))


async def sign(bench: Bench, document_id: str) -> None:
    await bench.relay.signing.show(WORKER, document_id)
    await bench.relay.signing.sign(WORKER, document_id, await bench.signed(document_id))


async def text_of(bench: Bench, document_id: str) -> str:
    with pypdfium2.PdfDocument((await bench.relay.documents.pdf(CLERK, document_id)).data) as pdf:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in pdf)


@pytest.mark.both_databases
async def test_suspended_nothing_is_signed_until_the_principal_has_it_go_on(bench: Bench, clock: ManualClock) -> None:
    mandate = await begin(bench, clock)
    form = await bench.relay.documents.make_form(CLERK, bench.case_id)
    await bench.relay.signing.push(CLERK, form)
    await bench.relay.signing.show(WORKER, form)
    paper = await suspend(bench, clock)
    assert await state(bench) is ActingState.SUSPENDED
    number = f"{(await bench.case()).file.number}-D1"
    words = await text_of(bench, paper)
    for said in ("代办中止单", number, mandate.number, "等待民政局的证明", days(clock)[0], "陈小明", "张窗口"):
        assert said in words
    verdict = await verify_pdf(
        (await bench.relay.documents.pdf(CLERK, paper)).data, bench.relay.authority.public_certificate
    )
    assert (verdict.intact, verdict.trusted, verdict.name) == (True, True, "张窗口")

    with pytest.raises(ActingSuspended) as refused:
        await bench.relay.signing.sign(WORKER, form, await bench.signed(form))
    assert number in refused.value.sentence("zh-CN")
    with pytest.raises(ActingSuspended):
        await bench.relay.documents.make_receipt(CLERK, bench.case_id)
    with pytest.raises(ActingSuspended):
        await bench.relay.documents.decide(CLERK, bench.case_id, APPROVED)
    with pytest.raises(NotThisFormNow) as again:
        await suspend(bench, clock)
    assert "代办已中止" in again.value.sentence("zh-CN")
    # What it waits for comes in all the same.
    await bench.deliver(picture("proof"))

    asked = await bench.relay.acting_forms.ask_to_continue(CLERK, bench.case_id, "证明已到")
    assert await state(bench) is ActingState.SUSPENDED
    await sign(bench, asked)
    assert await state(bench) is ActingState.GOING
    # The principal signs that it goes on, and nobody for them.
    assert (await bench.case()).document(asked).signed_by == "王桂英"
    assert number in await text_of(bench, asked)
    await bench.relay.signing.sign(WORKER, form, await bench.signed(form))
    assert (await bench.case()).document(form).signed_by == "陈小明（代 王桂英）"
    history = [one.sentence[0] for one in (await bench.case()).history]
    assert f"中止代办，中止单 {number}，预计{days(clock)[0]}前恢复：等待民政局的证明" in history
    assert f"委托人签署续办委托书 {number[:-1]}2，恢复代办" in history
    assert (await package(bench)).problems == []


@pytest.mark.both_databases
async def test_it_goes_on_by_a_paper_and_what_was_to_be_signed_is_given_up(bench: Bench, clock: ManualClock) -> None:
    await begin(bench, clock)
    await suspend(bench, clock)
    asked = await bench.relay.acting_forms.ask_to_continue(CLERK, bench.case_id, "证明已到")
    await bench.relay.signing.show(WORKER, asked)
    signed = await bench.signed(asked)
    await bench.relay.signing.sign(WORKER, asked, msgspec.structs.replace(signed, manner="mark"))
    strokes = bench.data_dir / "blobs" / "cases" / bench.case_id / "signatures"
    kept = len(list(strokes.iterdir()))
    with pytest.raises(NotThePaper):
        await bench.relay.acting_forms.accept_continuation(CLERK, bench.case_id, "elsewhere", "家人带来")
    await bench.deliver(picture("paper"))
    page = (await bench.case()).pages[0].id
    made = await bench.relay.acting_forms.accept_continuation(CLERK, bench.case_id, page, "家人带来")
    assert await state(bench) is ActingState.GOING
    form = (await bench.case()).acting_forms[-1]
    assert (form.form, form.document_id, form.page_id) == (ActingForm.CONTINUATION, made, page)
    assert (await bench.case()).document(asked).state is DocumentState.DECLINED
    # The mark on what was given up is forgotten.
    assert len(list(strokes.iterdir())) == kept - 1
    with pytest.raises(WrongCaseState):
        await bench.relay.signing.push(CLERK, asked)
    assert (await package(bench)).problems == []


async def test_a_continuation_that_is_signed_and_not_sealed_keeps_nobody_from_terminating(
    bench: Bench, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begin(bench, clock)
    await suspend(bench, clock)
    asked = await bench.relay.acting_forms.ask_to_continue(CLERK, bench.case_id, "证明已到")
    seal = bench.relay.signing._seal

    async def terminated_first(taken: SignatureRow) -> None:
        # The moment between the signature that is taken and the seal, which may never come.
        with pytest.raises(WrongCaseState):
            await bench.relay.acting_forms.ask_to_continue(CLERK, bench.case_id, "再签一次")
        await bench.relay.acting_forms.terminate(CLERK, bench.case_id, "不办了")
        await seal(taken)

    monkeypatch.setattr(bench.relay.signing, "_seal", terminated_first)
    await sign(bench, asked)
    assert (await bench.case()).document(asked).state is DocumentState.SEALED
    assert await state(bench) is ActingState.TERMINATED
    assert (await package(bench)).problems == []


async def test_asked_again_the_former_paper_is_signed_no_more(bench: Bench, clock: ManualClock) -> None:
    await begin(bench, clock)
    await suspend(bench, clock)
    first = await bench.relay.acting_forms.ask_to_continue(CLERK, bench.case_id, "证明已到")
    await bench.relay.signing.show(WORKER, first)
    await bench.relay.acting_forms.ask_to_continue(CLERK, bench.case_id, "更正后再签")
    with pytest.raises(WrongCaseState):
        await bench.relay.signing.sign(WORKER, first, await bench.signed(first))


@pytest.mark.both_databases
@pytest.mark.parametrize("manner", ["name", "mark"])
@pytest.mark.parametrize("end", ["revoke", "expire"])
async def test_with_the_mandate_what_it_was_to_go_on_by_leaves_the_pad(
    bench: Bench, clock: ManualClock, end: str, manner: Literal["name", "mark"]
) -> None:
    mandate = await begin(bench, clock)
    await suspend(bench, clock)
    asked = await bench.relay.acting_forms.ask_to_continue(CLERK, bench.case_id, "证明已到")
    await bench.relay.signing.show(WORKER, asked)
    strokes = bench.data_dir / "blobs" / "cases" / bench.case_id / "signatures"
    kept = len(list(strokes.iterdir()))
    signed = msgspec.structs.replace(await bench.signed(asked), manner=manner)
    if manner == "mark":
        await bench.relay.signing.sign(WORKER, asked, signed)
    if end == "revoke":
        await bench.relay.mandates.revoke(WORKER, mandate.id, "不再委托")
    else:
        clock.advance(timedelta(days=31).total_seconds())
        assert await bench.relay.mandates.expire() == 1
    assert (await bench.case()).document(asked).state is DocumentState.DECLINED
    assert len(list(strokes.iterdir())) == kept, "a mark on it is forgotten"
    with pytest.raises((NotThisFormNow, WrongCaseState)):
        await bench.relay.signing.sign(WORKER, asked, signed)
    assert await state(bench) is ActingState.LAPSED
    assert (await package(bench)).problems == []
    # Nor does it stand in the way of how the acting ended.
    await bench.relay.acting_forms.terminate(CLERK, bench.case_id, "委托已结束")
    assert await state(bench) is ActingState.TERMINATED


@pytest.mark.both_databases
async def test_terminated_the_mandate_ends_in_this_case_alone(bench: Bench, clock: ManualClock) -> None:
    first = await begin(bench, clock)
    later = await another(bench, clock, "later")
    await bench.relay.making.confirm_former(CLERK, later.id, first.id)
    later_case, bench.case_id = bench.case_id, first.case_id
    await suspend(bench, clock)
    asked = await bench.relay.acting_forms.ask_to_continue(CLERK, bench.case_id, "证明已到")
    paper = await bench.relay.acting_forms.terminate(CLERK, bench.case_id, "申请人搬离本地")
    case = await bench.case()
    assert (case.mandates[-1].state, case.mandates[-1].reason) == (MandateState.REVOKED, "申请人搬离本地")
    assert (await state(bench), case.document(asked).state) == (ActingState.TERMINATED, DocumentState.DECLINED)
    assert "申请人搬离本地" in await text_of(bench, paper)
    form = await bench.relay.documents.make_form(CLERK, bench.case_id)
    with pytest.raises(MandateEnded):
        await bench.relay.signing.push(CLERK, form)
    for again in (
        bench.relay.acting_forms.terminate(CLERK, bench.case_id, "再终止"),
        bench.relay.acting_forms.ask_to_continue(CLERK, bench.case_id, "再续办"),
    ):
        with pytest.raises(NotThisFormNow):
            await again
    assert (await package(bench)).problems == []
    # A new mandate begins anew.
    await begin(bench, clock)
    assert await state(bench) is ActingState.GOING
    bench.case_id = later_case
    assert (await bench.case()).mandates[-1].state is MandateState.IN_FORCE


@pytest.mark.both_databases
async def test_a_decided_case_is_completed_with_what_was_handed_over(bench: Bench, clock: ManualClock) -> None:
    await begin(bench, clock)
    with pytest.raises(NotThisFormNow):
        await bench.relay.acting_forms.complete(CLERK, bench.case_id, "高龄津贴决定书一份")
    await bench.relay.documents.decide(CLERK, bench.case_id, APPROVED)
    await bench.relay.case_files.close(bench.case_id)
    assert ((await bench.case()).file.state, await state(bench)) == (CaseState.CLOSED, ActingState.DONE)
    paper = await bench.relay.acting_forms.complete(CLERK, bench.case_id, "高龄津贴决定书一份")
    words = await text_of(bench, paper)
    assert "代办办结单" in words
    assert "高龄津贴决定书一份" in words
    case = await bench.case()
    # A mandate may serve a later case of the same item.
    assert (await state(bench), case.mandates[-1].state) == (ActingState.COMPLETED, MandateState.IN_FORCE)
    assert (await package(bench)).problems == []


async def test_a_case_refused_without_a_mandate_ends_by_a_termination(bench: Bench, clock: ManualClock) -> None:
    mandate = await begin(bench, clock)
    await bench.relay.mandates.revoke(WORKER, mandate.id, "不再委托")
    await bench.relay.documents.decide(CLERK, bench.case_id, Decision(outcome="refused", notice="委托已撤销。"))
    await bench.relay.acting_forms.terminate(CLERK, bench.case_id, "委托人撤销委托")
    assert await state(bench) is ActingState.TERMINATED
    # It was revoked before: its own reason stays.
    assert (await bench.case()).mandates[-1].reason == "不再委托"


async def test_what_is_refused(bench: Bench, clock: ManualClock) -> None:
    forms = bench.relay.acting_forms
    with pytest.raises(NotThisFormNow) as none:
        await suspend(bench, clock)
    assert "没有生效过的委托书" in none.value.sentence("zh-CN")
    await bench.relay.mandates.draft(WORKER, bench.case_id, draft(clock))
    with pytest.raises(NotThisFormNow):
        await forms.terminate(CLERK, bench.case_id, "还没有生效")
    await bench.relay.mandates.refuse(CLERK, (await bench.case()).mandates[-1].id, "重来")
    await begin(bench, clock)
    for other in (WORKER, stranger(Role.CLERK), stranger(Role.SUPERVISOR, "/district/town-03")):
        with pytest.raises(NotYourCase):
            await forms.suspend(other, bench.case_id, "不相干", days(clock))
    today = days(clock)[1]
    for wrong in ("", "someday", days(clock, -1)[0], days(clock, 31)[0]):
        with pytest.raises(ResumeDayWrong):
            await forms.suspend(CLERK, bench.case_id, "等待", (wrong, today))
    with pytest.raises(CharactersNotPrintable):
        await forms.suspend(CLERK, bench.case_id, "等待𓀀", days(clock))
    assert (await bench.case()).acting_forms == []


async def test_no_form_joins_a_case_that_another_one_has_joined_meanwhile(
    bench: Bench, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begin(bench, clock)
    join = bench.relay.documents.join_sealed
    steps = iter([True])

    async def suspended_first(*given: Any) -> str:
        # The moment between the paper that is set and the case that is locked.
        if next(steps, False):
            await suspend(bench, clock)
        return await join(*given)

    monkeypatch.setattr(bench.relay.documents, "join_sealed", suspended_first)
    with pytest.raises(ActingChanged):
        await bench.relay.acting_forms.terminate(CLERK, bench.case_id, "不办了")
    case = await bench.case()
    assert [one.form for one in case.acting_forms] == [ActingForm.SUSPENSION]
    assert sorted(one.kind for one in case.documents) == ["mandate", "suspension"]


@pytest.mark.parametrize("free", [0, 1, 2])
async def test_forms_have_a_bound_but_for_the_last_and_what_is_suspended_goes_on(
    bench: Bench, clock: ManualClock, free: int
) -> None:
    mandate = await begin(bench, clock)
    key = bench.relay.case_files._tools.reader.key_of((await bench.case()).file)
    async with bench.database.write() as session:
        for place in range(1, MOST_OF_A_CASE - free + 1):
            session.add(
                ActingFormRow(
                    id=f"form-{place}",
                    case_id=bench.case_id,
                    mandate_id=mandate.id,
                    position=place,
                    number=f"n-{place}",
                    form="continuation",
                    words=key.seal({"reason": "又续", "made_by": "张窗口"}, f"acting form form-{place}"),
                    until=None,
                    document_id="none",
                    page_id=None,
                    made_at=clock.now(),
                    done_at=clock.now(),
                )
            )
    if free == 2:
        await suspend(bench, clock)
        await sign(bench, await bench.relay.acting_forms.ask_to_continue(CLERK, bench.case_id, "证明已到"))
    with pytest.raises(TooManyActingForms):
        await suspend(bench, clock)
    await bench.relay.acting_forms.terminate(CLERK, bench.case_id, "不办了")


async def test_nothing_personal_of_it_lies_in_the_clear(bench: Bench, clock: ManualClock) -> None:
    await begin(bench, clock)
    await suspend(bench, clock)
    async with bench.database.read() as session:
        row = await session.get(ActingFormRow, (await bench.case()).acting_forms[0].id)
    assert row is not None
    plain = " ".join(str(getattr(row, one.name)) for one in ActingFormRow.__table__.columns)
    for personal in ("等待民政局的证明", "张窗口"):
        assert personal not in plain
        assert personal.encode() not in row.words


@pytest.mark.parametrize(
    "change",
    [
        lambda case: case["acting_forms"].clear(),
        lambda case: case["acting_forms"][0].update(reason="别的原因"),
        lambda case: case["acting_forms"][0].update(done_at=None),
    ],
)
async def test_a_form_removed_or_changed_is_named(bench: Bench, clock: ManualClock, change: Any) -> None:
    await begin(bench, clock)
    await suspend(bench, clock)
    number = (await bench.case()).acting_forms[0].number
    found = [(one.kind, one.name) for one in (await package(bench, change)).problems]
    assert ("acting_form", number) in found
