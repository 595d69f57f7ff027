"""Forms as data: chosen by item and answers, a JSON Schema beside a layout, and a version that follows every change."""

from __future__ import annotations

import msgspec
from jsonschema import Draft202012Validator

from directory.demonstration.items import read_offered
from directory.form_definitions import FormDefinition, applicant_field, define_form
from directory.records import ServiceItem

ITEMS = read_offered().items
SELF, AGENT = ("由谁来办理？", "本人办理"), ("由谁来办理？", "他人代办")


def item_with(question: str) -> ServiceItem:
    return next(one for one in ITEMS if any(asked.question_zh == question for asked in one.situations) and one.fields)


def defined(item: ServiceItem, *answers: tuple[str, str]) -> FormDefinition:
    found = define_form(item, answers)
    assert found is not None
    return found


def test_the_schema_of_every_item_is_one() -> None:
    forms = [found for one in ITEMS if (found := define_form(one, [])) is not None]
    assert len(forms) > 200
    for form in forms:
        Draft202012Validator.check_schema(form.schema)
        assert list(form.schema["properties"]) == list(form.fields())
    assert len({form.version for form in forms}) == len(forms)


def test_an_answer_adds_fields_in_a_section_of_their_own() -> None:
    item = item_with(SELF[0])
    alone, agent = defined(item, SELF), defined(item, AGENT)
    assert set(agent.fields()) - set(alone.fields()) == {
        f"{item.id}-agent_{what}" for what in ("name", "identity", "phone")
    }
    assert "agent" in {one.id for one in agent.sections}
    assert f"{item.id}-agent_name" in agent.schema["required"]
    assert alone.version != agent.version


def test_the_applicants_name_comes_first_and_personal_fields_are_marked() -> None:
    item = item_with(SELF[0])
    fields = defined(item).fields()
    assert next(iter(fields)) == applicant_field(item.id)
    assert fields[f"{item.id}-identity_number"].personal
    assert not fields[applicant_field(item.id)].personal


def test_any_change_of_the_catalogue_is_another_version() -> None:
    item = item_with(SELF[0])
    renamed = [
        msgspec.structs.replace(one, name_en="Other") if place == 0 else one for place, one in enumerate(item.fields)
    ]
    assert defined(msgspec.structs.replace(item, fields=renamed)).version != defined(item).version


def test_an_item_without_fields_has_no_form() -> None:
    assert define_form(msgspec.structs.replace(ITEMS[0], fields=[]), []) is None
