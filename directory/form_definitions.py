"""An item's application form as data: a JSON Schema (draft 2020-12) of its values, and how it is laid out.

Both are made from the item's fields, which its catalogue keeps, so that what is asked for stands in one place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from typing import Any, cast

import msgspec
import rfc8785

from directory.forms import RULES
from directory.records import Choice, FieldKind, FormField, ServiceItem

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_MATTER = ("matter", "申请信息", "Particulars")
_NAME = "applicant"


class LaidField(msgspec.Struct, frozen=True, kw_only=True):
    """A field as it is laid out; `id` is its property in the schema."""

    id: str
    name_zh: str
    name_en: str
    kind: FieldKind
    choices: list[Choice]
    personal: bool
    required: bool


class LaidSection(msgspec.Struct, frozen=True, kw_only=True):
    """Fields under one title."""

    id: str
    title_zh: str
    title_en: str
    fields: list[LaidField]


class FormDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """What a form asks for; `version` is the SHA-256 of all the rest in canonical JSON (RFC 8785)."""

    version: str
    schema: dict[str, Any]
    sections: list[LaidSection]

    def fields(self) -> dict[str, LaidField]:
        """Its fields by identifier, in order."""
        return {field.id: field for section in self.sections for field in section.fields}


def define_form(item: ServiceItem, answers: Collection[tuple[str, str]]) -> FormDefinition | None:
    """The item's form under these answers, each a question and what was answered, in Chinese.

    None for an item that has no fields.
    """
    chosen = {
        option.id for one in item.situations for option in one.options if (one.question_zh, option.label_zh) in answers
    }
    asked = [one for one in item.fields if not one.options or chosen.intersection(one.options)]
    if not asked:
        return None
    sections = _sections([_applicant(item), *asked])
    schema = _schema(item, sections)
    plain = {"schema": schema, "sections": msgspec.to_builtins(sections)}
    version = hashlib.sha256(rfc8785.dumps(cast(Any, plain))).hexdigest()
    return FormDefinition(version=version, schema=schema, sections=sections)


def applicant_field(item_id: str) -> str:
    """The field of the applicant's name in the form of an item."""
    return f"{item_id}-{_NAME}"


def _applicant(item: ServiceItem) -> FormField:
    section = next((one.section for one in item.fields if one.section and one.section.id == "applicant"), None)
    return FormField(
        id=applicant_field(item.id), name_zh="申请人姓名", name_en="Name", kind="text", section=section, required=True
    )


def _sections(fields: Sequence[FormField]) -> list[LaidSection]:
    found: dict[tuple[str, str, str], list[LaidField]] = {}
    for one in fields:
        section = one.section
        key = _MATTER if section is None else (section.id, section.title_zh, section.title_en)
        found.setdefault(key, []).append(_laid(one))
    return [LaidSection(id=key[0], title_zh=key[1], title_en=key[2], fields=laid) for key, laid in found.items()]


def _laid(one: FormField) -> LaidField:
    return LaidField(
        id=one.id,
        name_zh=one.name_zh,
        name_en=one.name_en,
        kind=one.kind,
        choices=one.choices,
        personal=one.personal,
        required=one.required,
    )


def _schema(item: ServiceItem, sections: Sequence[LaidSection]) -> dict[str, Any]:
    fields = [field for section in sections for field in section.fields]
    return {
        "$schema": DRAFT,
        "title": item.name_zh,
        "type": "object",
        "additionalProperties": False,
        "required": [one.id for one in fields if one.required],
        "properties": {one.id: _property(one) for one in fields},
    }


def _property(field: LaidField) -> dict[str, Any]:
    if field.kind == "choice":
        return {"type": "string", "title": field.name_zh, "enum": [one.zh for one in field.choices]}
    rule = RULES[field.kind]
    about = {"type": "string", "title": field.name_zh, "maxLength": rule.longest, "pattern": rule.pattern}
    return about | ({"format": rule.check} if rule.check else {})
