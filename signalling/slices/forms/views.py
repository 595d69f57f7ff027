"""A case's form as each side sees it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, cast

from directory.form_definitions import FormDefinition
from directory.principal import Principal
from document_relay.case_core.form_life import Entered, FormState, masked
from document_relay.case_core.lives import CaseState
from document_relay.errors import NotYourCase, WrongCaseState
from document_relay.form_checking import wrong_fields
from document_relay.form_records import FormRecord
from document_relay.records import CaseRecord
from document_relay.shared_forms import hidden, side_of
from signalling.slices.forms.definitions import definition_of
from signalling.slices.forms.messages import (
    FieldSchema,
    FormFocusView,
    FormLayoutView,
    FormValueView,
    FormView,
    LaidFieldView,
    LaidSectionView,
)
from signalling.slices.forms.parts import Parts
from signalling.slices.items.ports import field_body
from signalling.transport.listing import Listing
from signalling.wire.values import Bilingual

Writes = Literal["applicant", "clerk"] | None


async def show_layout(parts: Parts, principal: Principal, case_id: str) -> FormLayoutView:
    """How the case's form is laid out; raises as reading the case does."""
    case = await parts.case_files.readable(principal, case_id)
    form = await parts.forms.newest(case)
    opened = case.state is CaseState.OPEN
    return FormLayoutView(
        case_id=case_id,
        available=opened and definition_of(parts.catalogue, case) is not None,
        form_id=form.id if form else None,
        state=form.state.value if form else None,
        version=form.definition.version if form else "",
        sections=_sections(form.definition, form) if form else [],
        side=_side(principal, case),
        document_id=form.document_id if form else None,
    )


async def show_form(parts: Parts, principal: Principal, case_id: str) -> Listing:
    """What stands in the form that is being filled in; raises as reading the case does."""
    case = await parts.case_files.readable(principal, case_id)
    form = await parts.forms.newest(case)
    if form is None or form.state is not FormState.DRAFT:
        return Listing(rows={}, make=FormView, beside={"case_id": case_id, "form_id": None, "focus": []})
    others = parts.presence.others(form.id, principal.person_id, parts.clock.monotonic())
    focus = [FormFocusView(field_id=one.field_id, side=one.side, name=one.name) for one in others]
    return Listing(
        rows=_values(parts, principal, _side(principal, case), form),
        make=FormView,
        beside={"case_id": case_id, "form_id": form.id, "focus": focus},
    )


def _side(principal: Principal, case: CaseRecord) -> Writes:
    if case.state is not CaseState.OPEN:
        return None
    try:
        return cast(Writes, side_of(principal, case))
    except (NotYourCase, WrongCaseState):
        return None


def _sections(definition: FormDefinition, form: FormRecord) -> list[LaidSectionView]:
    return [
        LaidSectionView(
            title=Bilingual(zh=section.title_zh, en=section.title_en),
            fields=[
                LaidFieldView(
                    field=field_body(one),
                    schema=_schema(definition, one.id),
                    personal=one.personal,
                    required=one.required,
                    added=one.id in form.added,
                )
                for one in section.fields
            ],
        )
        for section in definition.sections
    ]


def _schema(definition: FormDefinition, field_id: str) -> FieldSchema:
    said = definition.schema["properties"][field_id]
    return FieldSchema(
        enum=said.get("enum"),
        pattern=said.get("pattern"),
        min_length=said.get("minLength"),
        max_length=said.get("maxLength"),
        format=said.get("format"),
    )


def _values(parts: Parts, principal: Principal, side: Writes, form: FormRecord) -> dict[str, FormValueView]:
    wrong = frozenset(wrong_fields(form.definition, form.values()))
    asked = form.definition.fields()
    rows: dict[str, FormValueView] = {}
    for one in form.entered:
        if one.field_id in asked:
            hides = _hides(parts, principal, side, (form, one))
            rows[one.field_id] = _value(one, principal, hides=hides, wrong=one.field_id in wrong)
    return rows


def _hides(parts: Parts, principal: Principal, side: Writes, what: tuple[FormRecord, Entered]) -> bool:
    """The applicant's side sees its own; everybody else what they wrote, and the clerk what they asked to see."""
    form, entered = what
    seen = side == "clerk" and parts.presence.sees(form.id, principal.person_id, entered.field_id)
    if side == "applicant" or seen:
        return False
    return hidden(form.definition.fields()[entered.field_id], entered, principal.person_id)


def _value(entered: Entered, principal: Principal, *, hides: bool, wrong: bool) -> FormValueView:
    return FormValueView(
        field_id=entered.field_id,
        value=masked(entered.value) if hides else entered.value,
        hidden=hides,
        wrong=wrong and bool(entered.value),
        sequence=entered.sequence,
        side=entered.side,
        by=entered.by_name,
        yours=entered.by_id == principal.person_id,
        at=datetime.fromisoformat(entered.at),
    )
