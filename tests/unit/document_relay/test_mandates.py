"""Who acts for an applicant does so under a mandate in force, and never otherwise."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from directory.principal import Role
from document_relay.case_core.canonical import canonical, digest
from document_relay.case_core.lives import DocumentState
from document_relay.case_core.mandates import MANDATE_TRANSITIONS, MandateState, masked
from document_relay.documents import Decision
from document_relay.errors import NotYourCase, WrongCaseState
from document_relay.evidence.layout import entry
from document_relay.evidence.verifying import EvidenceVerdict, Given, verify
from document_relay.mandate_errors import (
    MandateDoesNotCover,
    MandateEnded,
    MandateNeeded,
    MandateStands,
    NoSuchMandate,
    NotThePaper,
    TooManyMandates,
)
from document_relay.mandate_records import Draft, MandateRecord
from document_relay.mandates import MOST_OF_A_CASE
from document_relay.signing.verifying import verify_pdf
from document_relay.store import mandates as store
from document_relay.store.mandate_tables import MandateRow
from document_relay.store.tables import CaseRow
from foundation.clock import ManualClock

from .conftest import CLERK, WORKER, Bench, opening, picture, stranger

NUMBER = "11010519491231002X"


def draft(clock: ManualClock, **changes: Any) -> Draft:
    values: dict[str, Any] = {
        "principal_name": "王桂英",
        "principal_number": NUMBER,
        "actor_name": "陈小明",
        "relation": "relative",
        "scope": ["hand_in", "sign", "receive"],
        "until": (clock.now() + timedelta(days=30)).date(),
        "ends_at": clock.now() + timedelta(days=30),
    }
    return Draft(**values | changes)


async def now(bench: Bench) -> MandateRecord:
    return (await bench.case()).mandates[-1]


async def begin(bench: Bench, clock: ManualClock, **changes: Any) -> MandateRecord:
    """A mandate signed by the principal on the pad."""
    mandate_id = await bench.relay.mandates.draft(WORKER, bench.case_id, draft(clock, **changes))
    document_id = await bench.relay.making.ask_to_sign(CLERK, mandate_id)
    await bench.relay.signing.show(WORKER, document_id)
    await bench.relay.signing.sign(WORKER, document_id, await bench.signed(document_id))
    return await now(bench)


def test_the_life_of_a_mandate_is_one_table() -> None:
    assert set(MANDATE_TRANSITIONS) == set(MandateState)
    ends = {MandateState.REVOKED, MandateState.EXPIRED, MandateState.REFUSED}
    assert all(not MANDATE_TRANSITIONS[one] for one in ends)
    assert MANDATE_TRANSITIONS[MandateState.IN_FORCE] == {MandateState.REVOKED, MandateState.EXPIRED}


def test_an_identity_number_is_masked_but_for_its_ends() -> None:
    assert masked(NUMBER) == "110105**********2X"


@pytest.mark.both_databases
async def test_signed_in_the_call_used_revoked_and_refused_after(bench: Bench, clock: ManualClock) -> None:
    mandate_id = await bench.relay.mandates.draft(WORKER, bench.case_id, draft(clock))
    form = await bench.relay.documents.make_form(CLERK, bench.case_id)
    with pytest.raises(MandateNeeded):
        await bench.relay.signing.push(CLERK, form)
    document_id = await bench.relay.making.ask_to_sign(CLERK, mandate_id)
    await bench.relay.signing.show(WORKER, document_id)
    await bench.relay.signing.sign(WORKER, document_id, await bench.signed(document_id))
    mandate = await now(bench)
    assert (mandate.state, mandate.way, mandate.document_id) == (MandateState.IN_FORCE, "signed", document_id)
    assert (await bench.case()).document(document_id).signed_by == "王桂英"

    signed = await bench.sealed_form()
    assert (await bench.case()).document(signed).signed_by == "陈小明（代 王桂英）"
    pdf = (await bench.relay.documents.pdf(CLERK, signed)).data
    verdict = await verify_pdf(pdf, bench.relay.authority.public_certificate)
    assert (verdict.intact, verdict.trusted, verdict.name) == (True, True, "陈小明")
    assert f"signed by 陈小明 for 王桂英 under mandate {mandate.number}" in verdict.reason

    await bench.relay.signing.push(CLERK, form)
    await bench.relay.signing.show(WORKER, form)
    await bench.relay.mandates.revoke(WORKER, mandate_id, "委托人改变主意")
    assert (await now(bench)).state is MandateState.REVOKED
    with pytest.raises(MandateEnded) as refused:
        await bench.relay.signing.sign(WORKER, form, await bench.signed(form))
    assert mandate.number in refused.value.sentence("zh-CN")
    with pytest.raises(MandateEnded):
        await bench.begin(picture("late"))
    with pytest.raises(MandateEnded):
        await bench.relay.documents.decide(CLERK, bench.case_id, Decision(outcome="approved", notice="同意。"))
    # What was done before stays; and the case can be ended.
    assert (await bench.case()).document(signed).sealed_at is not None
    await bench.relay.documents.decide(CLERK, bench.case_id, Decision(outcome="refused", notice="委托已撤销。"))
    history = [one.sentence[0] for one in (await bench.case()).history]
    assert f"撤销委托书 {mandate.number}：委托人改变主意" in history


@pytest.mark.both_databases
async def test_a_case_taken_for_somebody_begins_with_its_draft(bench: Bench, clock: ManualClock) -> None:
    wanted = msgspec.structs.replace(opening("ticket-2"), mandate=draft(clock))
    bench.case_id = await bench.relay.case_files.open_case(wanted)
    await bench.relay.case_files.assign_clerk(bench.case_id, CLERK.person_id, CLERK.name)
    case = await bench.case()
    assert (case.file.acting, case.mandates[0].state) == (True, MandateState.DRAFTED)
    with pytest.raises(MandateNeeded):
        await bench.relay.documents.make_receipt(CLERK, bench.case_id)
    # Papers come in before it is in force, that of the mandate among them.
    await bench.deliver(picture("paper"))
    page = (await bench.case()).pages[0].id
    with pytest.raises(NotThePaper):
        await bench.relay.making.accept_paper(CLERK, case.mandates[0].id, "elsewhere")
    with pytest.raises(NotYourCase):
        await bench.relay.making.accept_paper(WORKER, case.mandates[0].id, page)
    await bench.relay.making.accept_paper(CLERK, case.mandates[0].id, page)
    assert ((await now(bench)).way, (await now(bench)).page_id) == ("paper", page)
    await bench.relay.documents.make_receipt(CLERK, bench.case_id)


@pytest.mark.both_databases
async def test_it_ends_in_mid_call_with_its_day(bench: Bench, clock: ManualClock) -> None:
    await begin(bench, clock, ends_at=clock.now() + timedelta(minutes=5))
    form = await bench.relay.documents.make_form(CLERK, bench.case_id)
    await bench.relay.signing.push(CLERK, form)
    await bench.relay.signing.show(WORKER, form)
    clock.advance(300)
    # At once, whether it was noted or not.
    with pytest.raises(MandateEnded):
        await bench.relay.signing.sign(WORKER, form, await bench.signed(form))
    assert (await now(bench)).state is MandateState.IN_FORCE
    assert await bench.relay.mandates.expire() == 1
    assert (await now(bench)).state is MandateState.EXPIRED
    assert await bench.relay.mandates.expire() == 0
    # Another one may follow.
    await begin(bench, clock)
    await bench.relay.signing.sign(WORKER, form, await bench.signed(form))


async def damage(bench: Bench, mandate_id: str) -> None:
    """Leaves of the sealed words what does not open."""
    async with bench.database.write() as session:
        row = await session.get(MandateRow, mandate_id)
        assert row is not None
        row.words = b"damaged"


async def test_a_damaged_one_is_told_and_the_others_end(
    bench: Bench, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    bench.database.on_damaged(lambda kind, identifier, _: told.append(f"{kind} {identifier}"))
    found = [await another(bench, clock, f"ticket-{n}", ends_at=clock.now() + timedelta(minutes=1)) for n in "abcd"]
    broken = sorted(one.id for one in found)[:3]
    for mandate_id in broken:
        await damage(bench, mandate_id)
    # Fewer are dealt with at once than are damaged: they come first, and keep nobody from their turn.
    monkeypatch.setattr(store, "ENDED_AT_MOST", 2)
    clock.advance(60)
    assert await bench.relay.mandates.expire() == 1
    assert told == [f"mandates {one}" for one in broken]


@pytest.mark.both_databases
async def test_it_covers_what_it_says(bench: Bench, clock: ManualClock) -> None:
    await begin(bench, clock, scope=["hand_in"])
    await bench.begin(picture("paper"))
    form = await bench.relay.documents.make_form(CLERK, bench.case_id)
    with pytest.raises(MandateDoesNotCover) as refused:
        await bench.relay.signing.push(CLERK, form)
    assert "签署文件" in refused.value.sentence("zh-CN")
    with pytest.raises(MandateDoesNotCover):
        await bench.relay.documents.make_receipt(CLERK, bench.case_id)


async def test_no_receipt_joins_its_case_under_a_mandate_revoked_while_it_was_set(
    bench: Bench, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mandate = await begin(bench, clock)
    join = bench.relay.documents.join

    async def revoked_first(*given: Any) -> str:
        # The moment between the paper that is set and the case that is locked.
        await bench.relay.mandates.revoke(WORKER, mandate.id, "不再委托")
        return await join(*given)

    monkeypatch.setattr(bench.relay.documents, "join", revoked_first)
    with pytest.raises(MandateEnded):
        await bench.relay.documents.make_receipt(CLERK, bench.case_id)
    assert [one.kind for one in (await bench.case()).documents] == ["mandate"]


@pytest.mark.both_databases
async def test_who_may_end_one(bench: Bench, clock: ManualClock) -> None:
    mandate = await begin(bench, clock)
    for other in (stranger(Role.COMMUNITY_WORKER), stranger(Role.CLERK), stranger(Role.SUPERVISOR)):
        with pytest.raises(NotYourCase):
            await bench.relay.mandates.revoke(other, mandate.id, "不相干")
    with pytest.raises(MandateStands):
        await bench.relay.mandates.draft(CLERK, bench.case_id, draft(clock))
    await bench.relay.mandates.revoke(stranger(Role.SUPERVISOR, "/district/town-03"), mandate.id, "核查后撤销")
    assert (await now(bench)).ended_by == "路人"
    with pytest.raises(WrongCaseState):
        await bench.relay.mandates.revoke(CLERK, mandate.id, "再撤销")
    with pytest.raises(NoSuchMandate):
        await bench.relay.mandates.revoke(CLERK, "none", "没有")


async def test_the_applicant_who_is_there_acts_in_person(bench: Bench, clock: ManualClock) -> None:
    mandate_id = await bench.relay.mandates.draft(WORKER, bench.case_id, draft(clock))
    await bench.relay.mandates.act_in_person(CLERK, bench.case_id, "本人到场")
    assert (await now(bench)).state is MandateState.REFUSED
    await bench.sealed_form()
    with pytest.raises(WrongCaseState):
        await bench.relay.making.ask_to_sign(CLERK, mandate_id)


async def test_nobody_acts_in_person_over_a_mandate_in_force(bench: Bench, clock: ManualClock) -> None:
    mandate = await begin(bench, clock, ends_at=clock.now() + timedelta(minutes=1))
    with pytest.raises(MandateStands) as refused:
        await bench.relay.mandates.act_in_person(CLERK, bench.case_id, "本人到场")
    assert mandate.number in refused.value.sentence("zh-CN")
    assert (await bench.case()).file.acting
    # Whether it was noted or not, it holds no longer.
    clock.advance(60)
    await bench.relay.mandates.act_in_person(CLERK, bench.case_id, "本人到场")
    assert ((await bench.case()).file.acting, (await now(bench)).state) == (False, MandateState.EXPIRED)


@pytest.mark.parametrize("ends", ["refused", "in person", "expired", "drafted again"])
async def test_a_draft_that_is_not_taken_gives_the_applicant_their_name_back(
    bench: Bench, clock: ManualClock, ends: str
) -> None:
    wrong = draft(clock, principal_name="别的人", ends_at=clock.now() + timedelta(minutes=1))
    mandate_id = await bench.relay.mandates.draft(WORKER, bench.case_id, wrong)
    assert (await bench.case()).file.applicant_name == "别的人"
    if ends == "refused":
        await bench.relay.mandates.refuse(CLERK, mandate_id, "姓名有误")
    elif ends == "in person":
        await bench.relay.mandates.act_in_person(CLERK, bench.case_id, "本人到场")
    else:
        clock.advance(60)
    if ends == "drafted again":
        await bench.relay.mandates.draft(WORKER, bench.case_id, draft(clock, principal_name="又一人"))
        await bench.relay.mandates.refuse(CLERK, (await now(bench)).id, "姓名有误")
    elif ends == "expired":
        assert await bench.relay.mandates.expire() == 1
    assert (await bench.case()).file.applicant_name == "王桂英"


async def test_the_principal_of_one_that_was_in_force_stays_the_applicant(bench: Bench, clock: ManualClock) -> None:
    mandate = await begin(bench, clock, principal_name="王桂花")
    await bench.relay.mandates.revoke(WORKER, mandate.id, "不再委托")
    await bench.relay.mandates.act_in_person(CLERK, bench.case_id, "本人到场")
    assert (await bench.case()).file.applicant_name == "王桂花"


async def test_one_that_was_refused_comes_into_force_no_more(bench: Bench, clock: ManualClock) -> None:
    mandate_id = await bench.relay.mandates.draft(WORKER, bench.case_id, draft(clock))
    document_id = await bench.relay.making.ask_to_sign(CLERK, mandate_id)
    await bench.relay.signing.show(WORKER, document_id)
    await bench.relay.mandates.refuse(CLERK, mandate_id, "姓名有误")
    with pytest.raises(WrongCaseState):
        await bench.relay.signing.sign(WORKER, document_id, await bench.signed(document_id))
    for _ in range(MOST_OF_A_CASE - 1):
        mandate_id = await bench.relay.mandates.draft(WORKER, bench.case_id, draft(clock))
        await bench.relay.mandates.refuse(CLERK, mandate_id, "又有误")
    with pytest.raises(TooManyMandates):
        await bench.relay.mandates.draft(WORKER, bench.case_id, draft(clock))


async def asked(bench: Bench, mandate_id: str) -> str:
    """The mandate's paper, shown on the pad."""
    document_id = await bench.relay.making.ask_to_sign(CLERK, mandate_id)
    await bench.relay.signing.show(WORKER, document_id)
    return document_id


async def test_accepted_on_paper_it_is_signed_no_more(bench: Bench, clock: ManualClock) -> None:
    mandate_id = await bench.relay.mandates.draft(WORKER, bench.case_id, draft(clock))
    document_id = await asked(bench, mandate_id)
    await bench.deliver(picture("paper"))
    made = await bench.relay.making.accept_paper(CLERK, mandate_id, (await bench.case()).pages[0].id)
    assert (await bench.case()).document(document_id).state is DocumentState.DECLINED
    signed = await bench.signed(document_id)
    for again in (
        bench.relay.signing.sign(WORKER, document_id, signed),
        bench.relay.signing.push(CLERK, document_id),
        bench.relay.signing.show(WORKER, document_id),
    ):
        with pytest.raises(WrongCaseState):
            await again
    sealed = [one.id for one in (await bench.case()).documents if one.state is DocumentState.SEALED]
    assert sealed == [made]


@pytest.mark.parametrize("ends", ["refused", "accepted"])
async def test_a_mark_on_a_draft_that_counts_no_more_is_forgotten(bench: Bench, clock: ManualClock, ends: str) -> None:
    mandate_id = await bench.relay.mandates.draft(WORKER, bench.case_id, draft(clock))
    document_id = await asked(bench, mandate_id)
    signed = msgspec.structs.replace(await bench.signed(document_id), manner="mark")
    await bench.relay.signing.sign(WORKER, document_id, signed)
    strokes = bench.data_dir / "blobs" / "cases" / bench.case_id / "signatures"
    assert len(list(strokes.iterdir())) == 1
    if ends == "refused":
        await bench.relay.mandates.refuse(CLERK, mandate_id, "姓名有误")
    else:
        await bench.deliver(picture("paper"))
        await bench.relay.making.accept_paper(CLERK, mandate_id, (await bench.case()).pages[0].id)
    assert (await bench.case()).document(document_id).state is DocumentState.DECLINED
    assert list(strokes.iterdir()) == []
    for late in (bench.relay.signing.refuse_mark, bench.relay.signing.witness):
        with pytest.raises(WrongCaseState):
            await late(CLERK, document_id)
    assert (await package(bench)).problems == []


async def another(bench: Bench, clock: ManualClock, ticket: str, **changes: Any) -> MandateRecord:
    """A later case with a draft; `item_id` may be another one."""
    item = changes.pop("item_id", "old-age")
    wanted = msgspec.structs.replace(opening(ticket), item_id=item, mandate=draft(clock, **changes))
    bench.case_id = await bench.relay.case_files.open_case(wanted)
    await bench.relay.case_files.assign_clerk(bench.case_id, CLERK.person_id, CLERK.name)
    return await now(bench)


@pytest.mark.both_databases
async def test_it_is_used_again_for_the_same_item_principal_and_person_alone(bench: Bench, clock: ManualClock) -> None:
    first, first_case = await begin(bench, clock, scope=["sign"]), bench.case_id
    for place, other in enumerate(
        (
            {"item_id": "disability"},
            {"principal_number": "440308199901010012"},
            {"actor_name": "别人"},
            {"relation": "agent"},
        )
    ):
        mandate = await another(bench, clock, f"other-{place}", **other)
        assert await bench.relay.mandates.former(await bench.case(), mandate) == []
        with pytest.raises(NoSuchMandate):
            await bench.relay.making.confirm_former(CLERK, mandate.id, first.id)

    mandate = await another(bench, clock, "later")
    (offered,) = await bench.relay.mandates.former(await bench.case(), mandate)
    assert (offered.mandate.id, offered.mandate.number) == (first.id, first.number)
    await bench.relay.making.confirm_former(CLERK, mandate.id, first.id)
    used = await now(bench)
    assert (used.state, used.way, used.root_id, used.scope) == (MandateState.IN_FORCE, "former", first.id, ["sign"])
    await bench.sealed_form()
    assert (await package(bench)).problems == []

    # Revoked in one case, it is so in all.
    later, bench.case_id = bench.case_id, first_case
    await bench.relay.mandates.revoke(WORKER, first.id, "不再委托")
    bench.case_id = later
    assert (await now(bench)).state is MandateState.REVOKED
    form = await bench.relay.documents.make_form(CLERK, bench.case_id)
    with pytest.raises(MandateEnded):
        await bench.relay.signing.push(CLERK, form)
    mandate = await another(bench, clock, "last")
    assert await bench.relay.mandates.former(await bench.case(), mandate) == []


@pytest.mark.both_databases
@pytest.mark.parametrize("problem", ["damaged", "destroyed"])
async def test_an_unreadable_case_keeps_no_other_from_revoking(bench: Bench, clock: ManualClock, problem: str) -> None:
    told: list[str] = []
    bench.database.on_damaged(lambda kind, identifier, _: told.append(f"{kind} {identifier}"))
    first, first_case = await begin(bench, clock), bench.case_id
    mandate = await another(bench, clock, "later")
    await bench.relay.making.confirm_former(CLERK, mandate.id, first.id)
    async with bench.database.write() as session:
        case = await session.get(CaseRow, first_case)
        assert case is not None
        if problem == "damaged":
            case.data_key = b"damaged"
        else:
            case.state = "destroyed"
    # Neither does it keep another case from its own mandates.
    later, offered = bench.case_id, await another(bench, clock, "last")
    assert await bench.relay.mandates.former(await bench.case(), offered) == []
    bench.case_id = later
    await bench.relay.mandates.revoke(WORKER, mandate.id, "不再委托")
    assert ((await now(bench)).state, (await now(bench)).reason) == (MandateState.REVOKED, "不再委托")
    async with bench.database.read() as session:
        row = await session.get(MandateRow, first.id)
    assert row is not None
    # It is offered and used no more, though its words cannot be opened.
    assert (row.state == MandateState.REVOKED) is (problem == "damaged")
    assert set(told) == ({f"mandates {first.id}"} if problem == "damaged" else set())


async def test_a_visit_at_home_is_marked_by_the_worker_alone(bench: Bench) -> None:
    await bench.relay.home_visits.mark(WORKER, bench.case_id, "桃园社区 3 栋")
    assert (await bench.case()).file.home_place == "桃园社区 3 栋"
    with pytest.raises(NotYourCase):
        await bench.relay.home_visits.mark(stranger(Role.COMMUNITY_WORKER), bench.case_id, "别处")
    await bench.relay.home_visits.mark(WORKER, bench.case_id, "")
    assert [one.sentence[0] for one in (await bench.case()).history][-2:] == [
        "上门服务，地点：桃园社区 3 栋",
        "不是上门服务",
    ]


async def test_nothing_personal_of_it_lies_in_the_clear(bench: Bench, clock: ManualClock) -> None:
    await begin(bench, clock)
    async with bench.database.read() as session:
        row = await session.get(MandateRow, (await now(bench)).id)
    assert row is not None
    plain = " ".join(str(getattr(row, one.name)) for one in MandateRow.__table__.columns)
    for personal in ("王桂英", "陈小明", NUMBER, "李社区"):
        assert personal not in plain
        assert personal.encode() not in row.words


async def package(bench: Bench, change: Any = None) -> EvidenceVerdict:
    """What the evidence is found to be worth, with `change` made to its case and every hash made to fit."""
    path = bench.data_dir.parent / "package.zip"
    with await bench.relay.evidence.build_package(bench.case_id) as built, path.open("wb") as file:
        shutil.copyfileobj(built, file)
    given = Given(authority=bench.relay.authority.public_certificate)
    if change is not None:
        _changed(path, change)
    return await verify(path, given)


def _changed(path: Path, change: Any) -> None:
    with zipfile.ZipFile(path) as package:
        members = {info.filename: package.read(info) for info in package.infolist()}
    case = json.loads(members["case.json"])
    change(case)
    members["case.json"] = canonical(case)
    manifest = json.loads(members["manifest.json"])
    for member in manifest["members"]:
        data = members[member["name"]]
        member["sha256"], member["bytes"] = digest(data), len(data)
    members["manifest.json"] = canonical(manifest)
    with zipfile.ZipFile(path, "w") as package:
        for name, data in members.items():
            package.writestr(entry(name), data)


@pytest.mark.parametrize(
    "change",
    [
        lambda case: case["mandates"].clear(),
        lambda case: case["mandates"][0].update(until="2099-01-01"),
        lambda case: case["mandates"][0].update(state="revoked"),
        lambda case: case["mandates"][0].update(actor_name="别人"),
    ],
)
async def test_a_mandate_removed_or_changed_is_named(bench: Bench, clock: ManualClock, change: Any) -> None:
    mandate = await begin(bench, clock)
    assert (await package(bench)).problems == []
    found = [(one.kind, one.name) for one in (await package(bench, change)).problems]
    assert ("mandate", mandate.number) in found


async def test_the_mandates_paper_removed_is_named(bench: Bench, clock: ManualClock) -> None:
    await bench.relay.mandates.draft(WORKER, bench.case_id, draft(clock))
    await bench.deliver(picture("paper"))
    mandate = await now(bench)
    document_id = await bench.relay.making.accept_paper(CLERK, mandate.id, (await bench.case()).pages[0].id)
    path = bench.data_dir.parent / "package.zip"
    assert (await package(bench)).problems == []
    with zipfile.ZipFile(path) as whole:
        members = {info.filename: whole.read(info) for info in whole.infolist()}
    del members[f"documents/{document_id}.sealed.pdf"]
    with zipfile.ZipFile(path, "w") as less:
        for name, data in members.items():
            less.writestr(entry(name), data)
    verdict = await verify(path, Given(authority=bench.relay.authority.public_certificate))
    assert ("missing", f"documents/{document_id}.sealed.pdf") in [(one.kind, one.name) for one in verdict.problems]
