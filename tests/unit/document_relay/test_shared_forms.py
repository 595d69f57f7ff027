"""A form that two people fill in: its life, the last writer, the schema, what is sealed, and what is signed."""

from __future__ import annotations

import json
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select, text

from directory.demonstration.items import read_offered
from directory.form_definitions import FormDefinition, applicant_field, define_form
from directory.principal import Visitor
from document_relay.case_core.form_life import Entered, masked, written
from document_relay.case_core.lives import DocumentState
from document_relay.errors import CharactersNotPrintable, NotYourCase
from document_relay.evidence.verifying import Given, verify
from document_relay.form_checking import misfit, wrong_fields
from document_relay.form_errors import (
    FieldMasked,
    FormChanged,
    FormFull,
    FormIncomplete,
    FormNameDiffers,
    FormOver,
    FormValueInvalid,
    TooManyForms,
)
from document_relay.form_records import FormRecord
from document_relay.shared_forms import MOST_FORMS, FieldChange
from document_relay.store.form_tables import FormChangeRow
from foundation.clock import ManualClock
from foundation.database import Base

from .conftest import CLERK, WORKER, Bench, Role, stranger
from .test_mandates import NUMBER, draft

ITEM = next(one for one in read_offered().items if one.id == "item-034")
IDENTITY, PHONE = f"{ITEM.id}-identity_number", f"{ITEM.id}-phone"
ADDRESS = f"{ITEM.id}-home_address"
RIGHT = {IDENTITY: "11010519491231002X", PHONE: "13812345678"}


def definition(*answers: tuple[str, str]) -> FormDefinition:
    found = define_form(ITEM, answers)
    assert found is not None
    return found


class Filling:
    """The form of the bench's case, and shorthand for what is written into it."""

    def __init__(self, bench: Bench, form_id: str) -> None:
        self.bench, self.forms, self.id = bench, bench.relay.forms, form_id
        self.count = 0

    @classmethod
    async def begin(cls, bench: Bench) -> Filling:
        known = {applicant_field(ITEM.id): "王桂英"}
        return cls(bench, await bench.relay.forms.open(WORKER, bench.case_id, definition(), known))

    async def write(self, who: object, field_id: str, value: str, change_id: str = "") -> int:
        self.count += 1
        change = FieldChange(change_id or f"c{self.count}", field_id, value)
        return (await self.forms.change(who, self.id, definition(), change))[0]  # type: ignore[arg-type]

    async def complete(self) -> None:
        for field_id, value in RIGHT.items():
            await self.write(WORKER, field_id, value)

    async def record(self) -> FormRecord:
        found = await self.forms.newest(await self.bench.relay.case_files.file(self.bench.case_id))
        assert found is not None
        return found


@pytest.fixture
async def filling(bench: Bench) -> Filling:
    return await Filling.begin(bench)


def entry(sequence: int, value: str) -> Entered:
    return Entered(field_id="f", value=value, sequence=sequence, side="clerk", by_id="c", by_name="C", at="")


def test_the_last_writer_has_the_word_and_changes_come_in_order() -> None:
    first = written({}, entry(1, "a"))
    assert written(first, entry(2, "b"))["f"].value == "b"
    with pytest.raises(ValueError, match="change 1 comes after 1"):
        written(first, entry(1, "c"))


def test_a_hidden_value_tells_neither_itself_nor_its_length() -> None:
    assert masked("11010519491231002X") == "••••002X"
    assert masked("13812345678") == "••••5678"
    assert masked("短") == masked("桃园路人民街十二号三单元五楼") == "••••"


def test_the_schema_says_what_is_missing_or_wrong() -> None:
    form = definition()
    assert wrong_fields(form, RIGHT | {applicant_field(ITEM.id): "王"}) == []
    assert wrong_fields(form, {IDENTITY: "123", PHONE: "13812345678"}) == [applicant_field(ITEM.id), IDENTITY]
    # The pattern fits, the check digit does not.
    assert misfit(form, IDENTITY, "110105194912310021")
    assert not misfit(form, IDENTITY, "")
    assert not misfit(form, IDENTITY, RIGHT[IDENTITY])


async def test_each_change_is_numbered_and_one_sent_again_alters_nothing(filling: Filling) -> None:
    assert await filling.write(WORKER, PHONE, "138", change_id="a") == 1
    assert await filling.write(CLERK, PHONE, "139 1234 5678", change_id="b") == 2
    assert await filling.write(WORKER, PHONE, "138", change_id="a") == 1
    record = await filling.record()
    (phone,) = [one for one in record.entered if one.field_id == PHONE]
    assert (phone.value, phone.side, phone.by_name, phone.sequence) == ("13912345678", "clerk", CLERK.name, 2)
    assert record.sequence == 2
    assert record.values()[applicant_field(ITEM.id)] == "王桂英"


async def test_what_a_field_cannot_hold_is_refused_and_what_is_half_written_is_kept(filling: Filling) -> None:
    await filling.write(WORKER, IDENTITY, "1101")
    for field_id, value in (("no-field", "x"), (PHONE, "1" * 14), (f"{ITEM.id}-delivery", "不在其中")):
        with pytest.raises(FormValueInvalid):
            await filling.write(WORKER, field_id, value)
    with pytest.raises(CharactersNotPrintable):
        await filling.write(WORKER, ADDRESS, "桃园路𓀀号")
    assert (await filling.record()).values()[IDENTITY] == "1101"


async def test_space_stays_while_somebody_types_and_is_left_out_of_what_is_checked_and_set(filling: Filling) -> None:
    async def kept(field_id: str, value: str) -> str:
        filling.count += 1
        change = FieldChange(f"c{filling.count}", field_id, value)
        return (await filling.forms.change(WORKER, filling.id, definition(), change))[1]

    assert await kept(ADDRESS, "12 ") == "12 "
    assert (await filling.record()).values()[ADDRESS] == "12"
    assert await kept(IDENTITY, "1101 05") == "110105"
    assert await kept(ADDRESS, " ") == " "
    assert ADDRESS not in (await filling.record()).values()


async def test_only_the_people_of_the_case_write_and_only_its_clerk_ends(filling: Filling) -> None:
    for who in (stranger(Role.CLERK), stranger(Role.COMMUNITY_WORKER), stranger(Role.SUPERVISOR, "/district")):
        with pytest.raises(NotYourCase):
            await filling.write(who, PHONE, "1")
    for ends in (filling.forms.finish, filling.forms.discard):
        with pytest.raises(NotYourCase):
            await ends(WORKER, filling.id)
    with pytest.raises(NotYourCase):
        await filling.forms.see(WORKER, filling.id, PHONE)


async def test_a_visitor_writes_into_the_form_of_their_own_case_alone(filling: Filling) -> None:
    visitor = Visitor(
        person_id="visitor-1",
        account="",
        name="王桂英",
        roles=frozenset({Role.VISITOR}),
        site_id=WORKER.site_id,
        site_path=WORKER.site_path,
        department_ids=frozenset(),
        item_id=ITEM.id,
        host_id=CLERK.person_id,
        ends_at=datetime(2100, 1, 1, tzinfo=UTC),
    )
    with pytest.raises(NotYourCase):
        await filling.write(visitor, PHONE, "138")
    await filling.bench.relay.case_files.assign_worker(filling.bench.case_id, visitor.person_id, visitor.name)
    await filling.write(visitor, PHONE, "138")
    assert [(one.side, one.by_id) for one in (await filling.record()).entered if one.field_id == PHONE] == [
        ("applicant", "visitor-1")
    ]


async def test_what_is_hidden_from_the_clerk_is_not_overwritten(filling: Filling) -> None:
    await filling.write(WORKER, PHONE, "13812345678")
    blind = FieldChange("blind", PHONE, "139", unseen=True)
    with pytest.raises(FieldMasked):
        await filling.forms.change(CLERK, filling.id, definition(), blind)
    assert (await filling.record()).values()[PHONE] == "13812345678"
    # What is not personal, or is their own, is theirs to change.
    await filling.forms.change(CLERK, filling.id, definition(), FieldChange("own", IDENTITY, "1", unseen=True))
    await filling.forms.change(CLERK, filling.id, definition(), FieldChange("more", IDENTITY, "11", unseen=True))


async def test_one_form_at_a_time_and_a_new_one_begins_with_what_was_written(filling: Filling) -> None:
    await filling.complete()
    assert await filling.forms.open(CLERK, filling.bench.case_id, definition(), {}) == filling.id
    await filling.forms.discard(CLERK, filling.id)
    with pytest.raises(FormOver):
        await filling.write(WORKER, PHONE, "1")
    second = await filling.forms.open(CLERK, filling.bench.case_id, definition(), {PHONE: "13800000000"})
    assert second != filling.id
    assert dict((await filling.record()).values()) == RIGHT | {applicant_field(ITEM.id): "王桂英"}


async def test_a_definition_that_changed_keeps_the_answers_and_names_the_new_fields(filling: Filling) -> None:
    await filling.write(WORKER, ADDRESS, "桃园路一号二楼")
    asked = [one for one in ITEM.fields if one.id != ADDRESS]
    more = [*asked, msgspec.structs.replace(asked[0], id="new", name_zh="新项", name_en="New", required=False)]
    changed = define_form(msgspec.structs.replace(ITEM, fields=more), [])
    assert changed is not None
    await filling.forms.change(CLERK, filling.id, changed, FieldChange("n", "new", RIGHT[IDENTITY]))
    record = await filling.record()
    assert record.added == ["new"]
    assert record.definition.version == changed.version
    assert "桃园路一号二楼" in {one.value for one in record.entered}
    assert ADDRESS not in record.values()
    assert "form_definition_changed" in [one.act for one in (await filling.bench.case()).history]


async def test_what_an_earlier_change_of_the_definition_brought_stays_marked(filling: Filling) -> None:
    fields = list(ITEM.fields)
    for number in ("one", "two"):
        fields.append(msgspec.structs.replace(fields[0], id=number, name_zh=number, name_en=number, required=False))
        changed = define_form(msgspec.structs.replace(ITEM, fields=list(fields)), [])
        assert changed is not None
        await filling.forms.follow(CLERK, filling.id, changed)
    assert (await filling.record()).added == ["one", "two"]
    # What is no longer asked for is not named either.
    fields.pop(-2)
    changed = define_form(msgspec.structs.replace(ITEM, fields=fields), [])
    assert changed is not None
    await filling.forms.follow(CLERK, filling.id, changed)
    assert (await filling.record()).added == ["two"]


async def test_what_was_emptied_stays_empty_in_the_next_form_and_who_wrote_is_told(filling: Filling) -> None:
    name = applicant_field(ITEM.id)
    await filling.write(WORKER, PHONE, "13812345678")
    await filling.write(CLERK, ADDRESS, "")
    await filling.forms.discard(CLERK, filling.id)
    known = {PHONE: "13800000000", ADDRESS: "桃园路一号二楼", name: "李红"}
    await filling.forms.open(CLERK, filling.bench.case_id, definition(), known)
    record = await filling.record()
    assert {(one.field_id, one.value, one.side, one.by_id, one.sequence) for one in record.entered} == {
        (PHONE, "13812345678", "applicant", WORKER.person_id, 0),
        (ADDRESS, "", "clerk", CLERK.person_id, 0),
        # The case knows it better now than it did then.
        (name, "李红", "case", "", 0),
    }


async def test_a_case_has_ten_forms_at_most(filling: Filling) -> None:
    for _ in range(MOST_FORMS - 1):
        await filling.forms.discard(CLERK, filling.id)
        filling.id = await filling.forms.open(CLERK, filling.bench.case_id, definition(), {})
    # Going on with the last one begins none.
    assert await filling.forms.open(WORKER, filling.bench.case_id, definition(), {}) == filling.id
    await filling.forms.discard(CLERK, filling.id)
    with pytest.raises(TooManyForms):
        await filling.forms.open(CLERK, filling.bench.case_id, definition(), {})


async def test_another_definition_while_the_paper_is_set_is_not_passed_over(
    filling: Filling, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filling.complete()
    asked = define_form(msgspec.structs.replace(ITEM, fields=[one for one in ITEM.fields if one.id != ADDRESS]), [])
    assert asked is not None
    documents, case_id = filling.bench.relay.documents, filling.bench.case_id
    join = documents.join

    async def late(*given: object) -> str:
        await filling.forms.open(WORKER, case_id, asked, {})
        return await join(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(documents, "join", late)
    with pytest.raises(FormChanged):
        await filling.forms.finish(CLERK, filling.id)
    assert not await filling.forms.follow(CLERK, filling.id, asked)
    assert await filling.forms.follow(CLERK, filling.id, definition())
    with pytest.raises(NotYourCase):
        await filling.forms.follow(WORKER, filling.id, asked)


async def test_a_stored_change_is_answered_as_stored_whatever_became_of_the_form(filling: Filling) -> None:
    await filling.write(WORKER, ADDRESS, "桃园路一号二楼", change_id="lost")
    asked = define_form(msgspec.structs.replace(ITEM, fields=[one for one in ITEM.fields if one.id != ADDRESS]), [])
    assert asked is not None
    change = FieldChange("lost", ADDRESS, "桃园路一号二楼")
    for now in (asked, None):
        assert await filling.forms.change(WORKER, filling.id, now, change) == (1, "桃园路一号二楼", None)
    await filling.forms.discard(CLERK, filling.id)
    assert await filling.write(WORKER, ADDRESS, "桃园路一号二楼", change_id="lost") == 1
    with pytest.raises(NotYourCase):
        await filling.write(stranger(Role.CLERK), ADDRESS, "桃园路一号二楼", change_id="lost")


async def test_a_field_that_was_taken_out_is_refused_by_its_name_and_the_form_follows(filling: Filling) -> None:
    asked = define_form(msgspec.structs.replace(ITEM, fields=[one for one in ITEM.fields if one.id != ADDRESS]), [])
    assert asked is not None
    with pytest.raises(FormValueInvalid) as refused:
        await filling.forms.change(WORKER, filling.id, asked, FieldChange("a", ADDRESS, "桃园路一号二楼"))
    assert ADDRESS not in refused.value.sentence("zh-CN")
    record = await filling.record()
    assert (record.definition.version, record.sequence) == (asked.version, 0)


async def test_changes_have_a_bound(filling: Filling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("document_relay.shared_forms.MOST_CHANGES", 2)
    await filling.complete()
    with pytest.raises(FormFull):
        await filling.write(WORKER, PHONE, "1")


async def test_nothing_that_was_entered_lies_readable_in_the_database(filling: Filling) -> None:
    await filling.complete()
    async with filling.bench.database.read() as session:
        assert len(list(await session.scalars(select(FormChangeRow)))) == 2
        for table in Base.metadata.sorted_tables:
            for row in await session.execute(text(f'select * from "{table.name}"')):
                plain = b" ".join(one if isinstance(one, bytes) else str(one).encode() for one in row)
                assert b"13812345678" not in plain, table.name
                assert b"11010519491231002X" not in plain, table.name


async def test_a_form_is_finished_once_it_is_whole_and_the_paper_says_what_stands_in_it(
    filling: Filling, tmp_path: Path
) -> None:
    with pytest.raises(FormIncomplete) as refused:
        await filling.forms.finish(CLERK, filling.id)
    assert "公民身份号码、联系电话" in refused.value.sentence("zh-CN")
    await filling.complete()
    document_id = await filling.forms.finish(CLERK, filling.id)
    case = await filling.bench.case()
    assert case.document(document_id).state is DocumentState.DRAFT
    assert [(one.state.value, one.document_id) for one in case.forms] == [("finished", document_id)]
    (tmp_path / "form.pdf").write_bytes((await filling.bench.relay.documents.pdf(CLERK, document_id)).data)
    said = subprocess.run(["pdftotext", tmp_path / "form.pdf", "-"], capture_output=True, text=True, check=True).stdout
    plain = "".join(said.split())
    for words in ("申请人信息", "公民身份号码", *RIGHT.values(), "王桂英", "申请人声明", "年满八十周岁？"):
        assert words in plain, words
    assert "户口簿" not in plain
    fonts = subprocess.run(["pdffonts", tmp_path / "form.pdf"], capture_output=True, text=True, check=True).stdout
    assert all(line.split()[-5] == "yes" for line in fonts.splitlines()[2:])
    with pytest.raises(FormOver):
        await filling.forms.finish(CLERK, filling.id)


async def test_a_form_of_who_is_acted_for_says_so_and_names_them(
    bench: Bench, clock: ManualClock, tmp_path: Path
) -> None:
    forms, name = bench.relay.forms, applicant_field("old-age")
    asked = define_form(msgspec.structs.replace(ITEM, id="old-age"), [])
    assert asked is not None
    form_id = await forms.open(WORKER, bench.case_id, asked, RIGHT | {name: "李红"})
    await bench.relay.mandates.draft(WORKER, bench.case_id, draft(clock))
    with pytest.raises(FormNameDiffers) as refused:
        await forms.finish(CLERK, form_id)
    assert "王桂英" in refused.value.sentence("zh-CN")
    await forms.change(CLERK, form_id, asked, FieldChange("name", name, "王桂英"))
    document_id = await forms.finish(CLERK, form_id)
    (tmp_path / "form.pdf").write_bytes((await bench.relay.documents.pdf(CLERK, document_id)).data)
    said = subprocess.run(["pdftotext", tmp_path / "form.pdf", "-"], capture_output=True, text=True, check=True).stdout
    for words in ("代办委托", "陈小明", "王桂英", NUMBER):
        assert words in said, words


async def test_a_change_while_the_paper_is_set_is_not_lost(filling: Filling, monkeypatch: pytest.MonkeyPatch) -> None:
    await filling.complete()
    documents = filling.bench.relay.documents
    join = documents.join

    async def late(*given: object) -> str:
        await filling.write(WORKER, ADDRESS, "桃园路一号二楼")
        return await join(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(documents, "join", late)
    with pytest.raises(FormChanged):
        await filling.forms.finish(CLERK, filling.id)
    assert (await filling.bench.case()).documents == []
    assert (await filling.record()).values()[ADDRESS] == "桃园路一号二楼"


async def test_the_evidence_finds_a_form_that_was_changed_or_taken_out(filling: Filling, tmp_path: Path) -> None:
    await filling.complete()
    bench = filling.bench
    document_id = await filling.forms.finish(CLERK, filling.id)
    await bench.relay.signing.push(CLERK, document_id)
    await bench.relay.signing.show(WORKER, document_id)
    await bench.relay.signing.sign(WORKER, document_id, await bench.signed(document_id))
    with await bench.relay.evidence.build_package(bench.case_id) as package:
        (tmp_path / "whole.zip").write_bytes(package.read())
    given = Given(authority=bench.relay.authority.public_certificate)
    whole = await verify(tmp_path / "whole.zip", given)
    assert (whole.intact, whole.trusted) == (True, True), whole.problems
    with zipfile.ZipFile(tmp_path / "whole.zip") as package_file:
        members = {name: package_file.read(name) for name in package_file.namelist()}
    case = json.loads(members["case.json"])
    assert case["forms"][0]["id"] == filling.id

    def packed(change: dict[str, object]) -> Path:
        path = tmp_path / "changed.zip"
        with zipfile.ZipFile(path, "w") as target:
            for name, data in members.items():
                target.writestr(name, json.dumps(case | change).encode() if name == "case.json" else data)
        return path

    entered = json.loads(json.dumps(case["forms"]))
    entered[0]["entered"][0]["value"] = "别人"
    for change in ({"forms": []}, {"forms": entered}):
        verdict = await verify(packed(change), given)
        assert ("record", filling.id) in {(one.kind, one.name) for one in verdict.problems}
