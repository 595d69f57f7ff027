"""Reads the items of the invented district from the files in `catalogue`, which anybody may edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Literal, TypeVar

import msgspec

from directory.records import (
    Choice,
    Department,
    FieldKind,
    FormField,
    FormSection,
    LifeEvent,
    Option,
    Referral,
    RequiredMaterial,
    ServiceItem,
    Situation,
)

F = TypeVar("F")


class _Paper(msgspec.Struct, forbid_unknown_fields=True):
    name_zh: str
    name_en: str
    held_by: str | None = None


class _Field(msgspec.Struct, forbid_unknown_fields=True):
    name_zh: str
    name_en: str
    kind: FieldKind
    choices: list[Choice] = []
    personal: bool = False
    required: bool = False


class _Section(msgspec.Struct, forbid_unknown_fields=True):
    title_zh: str
    title_en: str
    fields: list[str]


class _Answer(msgspec.Struct, forbid_unknown_fields=True):
    zh: str
    en: str
    adds: list[str] = []
    removes: list[str] = []
    fields: list[str] = []


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    question_zh: str
    question_en: str
    options: list[_Answer]


class _Event(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    name_zh: str
    name_en: str


class _Item(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    name_zh: str
    name_en: str
    life_event: str
    minutes: int
    asked_for: int
    aliases: list[str]
    situations: list[str]
    materials: list[str]
    fields: list[str]
    any_matter: bool = False
    supplement_days: Literal[10, 15] = 10


@dataclass(frozen=True)
class Offered:
    """What can be asked for in the district, and what is done elsewhere."""

    departments: list[Department]
    life_events: list[LifeEvent]
    items: list[ServiceItem]
    referrals: list[Referral]


@dataclass(frozen=True)
class _Parts:
    """What items are made of, by the names that the files use."""

    papers: Mapping[str, _Paper]
    fields: Mapping[str, _Field]
    sections: Mapping[str, _Section]
    questions: Mapping[str, _Question]


@cache
def read_offered() -> Offered:
    """The district's departments, groups, items and referrals; read once in a process.

    Raises `msgspec.ValidationError` for a file that is not of its form, `KeyError` for a name that no file explains.
    """
    data = files("directory.demonstration") / "catalogue"
    departments = _read(data / "departments.toml", dict[str, list[Department]])["departments"]
    events = _read(data / "life_events.toml", dict[str, list[_Event]])["life_events"]
    parts = _Parts(
        papers=_read(data / "materials.toml", dict[str, dict[str, _Paper]])["materials"],
        fields=_read(data / "fields.toml", dict[str, dict[str, _Field]])["fields"],
        sections=_read(data / "sections.toml", dict[str, dict[str, _Section]])["sections"],
        questions=_read(data / "situations.toml", dict[str, dict[str, _Question]])["situations"],
    )
    return Offered(
        departments=departments,
        life_events=[
            LifeEvent(id=one.id, name_zh=one.name_zh, name_en=one.name_en, place=place)
            for place, one in enumerate(events, 1)
        ],
        items=[
            _item(one, department.id, parts)
            for department in departments
            for one in _read(data / "items" / f"{department.id}.toml", dict[str, list[_Item]])["items"]
        ],
        referrals=_read(data / "referrals.toml", dict[str, list[Referral]])["referrals"],
    )


def _read(file: Traversable, kind: type[F]) -> F:
    return msgspec.toml.decode(file.read_bytes(), type=kind)


def _item(one: _Item, department: str, parts: _Parts) -> ServiceItem:
    questions = [(key, parts.questions[key]) for key in one.situations]
    # What an answer adds stands in the list, too, and waits for the answer.
    added = [key for _, question in questions for answer in question.options for key in answer.adds]
    papers = dict.fromkeys([*one.materials, *added])
    return ServiceItem(
        id=one.id,
        department_id=department,
        name_zh=one.name_zh,
        name_en=one.name_en,
        expected_minutes=one.minutes,
        asked_for=one.asked_for,
        situations=[_situation(one.id, key, question) for key, question in questions],
        materials=[_material(one, key, parts.papers[key], department) for key in papers],
        life_event_id=one.life_event,
        aliases=one.aliases,
        fields=_fields(one, parts),
        any_matter=one.any_matter,
        supplement_days=one.supplement_days,
    )


def _material(one: _Item, key: str, paper: _Paper, department: str) -> RequiredMaterial:
    return RequiredMaterial(
        id=f"{one.id}-{key}",
        name_zh=paper.name_zh,
        name_en=paper.name_en,
        always=key in one.materials,
        # A department wants to see what it issued itself: a household register is written into.
        held_by=None if paper.held_by == department else paper.held_by,
    )


def _situation(item: str, key: str, question: _Question) -> Situation:
    return Situation(
        id=f"{item}-{key}",
        question_zh=question.question_zh,
        question_en=question.question_en,
        options=[
            Option(
                id=f"{item}-{key}-{number}",
                label_zh=answer.zh,
                label_en=answer.en,
                adds=[f"{item}-{paper}" for paper in answer.adds],
                removes=[f"{item}-{paper}" for paper in answer.removes],
            )
            for number, answer in enumerate(question.options, 1)
        ],
    )


def _fields(one: _Item, parts: _Parts) -> list[FormField]:
    """The item's fields, and those that only an answer asks for, in the order of their sections."""
    asked: dict[str, list[str]] = {key: [] for key in one.fields}
    for key in one.situations:
        for number, answer in enumerate(parts.questions[key].options, 1):
            for field in answer.fields:
                if field not in one.fields:
                    asked.setdefault(field, []).append(f"{one.id}-{key}-{number}")
    places = {key: place for place, section in enumerate(parts.sections.values()) for key in section.fields}
    ordered = sorted(asked, key=lambda key: places.get(key, len(parts.sections)))
    return [_field(one.id, key, parts, asked[key]) for key in ordered]


def _field(item: str, key: str, parts: _Parts, options: list[str]) -> FormField:
    field = parts.fields[key]
    found = next(((name, one) for name, one in parts.sections.items() if key in one.fields), None)
    return FormField(
        id=f"{item}-{key}",
        name_zh=field.name_zh,
        name_en=field.name_en,
        kind=field.kind,
        choices=field.choices,
        section=None if found is None else FormSection(id=found[0], **_titles(found[1])),
        personal=field.personal,
        required=field.required,
        options=options,
    )


def _titles(section: _Section) -> dict[str, str]:
    return {"title_zh": section.title_zh, "title_en": section.title_en}
