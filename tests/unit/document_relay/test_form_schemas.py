"""What a field's JSON Schema takes, by examples that the page's own reading of it is held to as well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from directory.form_definitions import FormDefinition, LaidField, LaidSection, define_form
from directory.forms import RULES
from directory.records import Choice, FormField
from document_relay.form_checking import misfit

from .test_shared_forms import ITEM

EXAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parents[2] / "cases/form_schemas.json").read_text())
READ_BY_PAGES = {"type", "title", "enum", "pattern", "minLength", "maxLength", "format"}
"""What `core/forms/schema.ts` evaluates, and what says nothing of a value."""


def of_one_field(schema: dict[str, Any]) -> FormDefinition:
    field = LaidField(id="a", name_zh="甲", name_en="A", kind="text", choices=[], personal=False, required=False)
    section = LaidSection(id="one", title_zh="一", title_en="One", fields=[field])
    whole = {"type": "object", "properties": {"a": schema}}
    return FormDefinition(version=json.dumps(schema), schema=whole, sections=[section])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: json.dumps(one["schema"])[:60])
def test_the_schema_takes_what_is_right_and_nothing_else(example: dict[str, Any]) -> None:
    definition = of_one_field(example["schema"])
    assert [one for one in example["right"] if misfit(definition, "a", one)] == []
    assert [one for one in example["wrong"] if not misfit(definition, "a", one)] == []


def test_pages_evaluate_every_word_that_a_forms_schema_uses() -> None:
    fields = [
        FormField(id=kind, name_zh=kind, name_en=kind, kind=kind, choices=[Choice(zh="视力", en="Sight")])
        for kind in RULES
    ]
    definition = define_form(msgspec.structs.replace(ITEM, fields=fields), [])
    assert definition is not None
    used = {word for one in definition.schema["properties"].values() for word in one}
    assert used <= READ_BY_PAGES
    checks = {one.get("format") for one in definition.schema["properties"].values()} - {None}
    assert checks == {example["schema"].get("format") for example in EXAMPLES} - {None}, "each has its examples"
