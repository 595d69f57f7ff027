"""What both sides do with a form, and what the clerk alone does."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, cast

from directory.principal import Permission, Principal
from document_relay.case_core.form_life import Side
from document_relay.errors import CharactersNotPrintable
from document_relay.form_errors import (
    FieldMasked,
    FormChanged,
    FormFull,
    FormIncomplete,
    FormNameDiffers,
    FormOver,
    FormTooFast,
    FormValueInvalid,
    ItemWithoutForm,
    NoSuchForm,
    TooManyForms,
)
from document_relay.shared_forms import FieldChange, side_of
from signalling.slices.forms.definitions import definition_of, known_of, require_definition
from signalling.slices.forms.messages import (
    ChangeField,
    DiscardForm,
    FieldChanged,
    FinishForm,
    FocusField,
    FormFinished,
    FormOpened,
    OpenForm,
    SeeField,
)
from signalling.slices.forms.parts import Parts
from signalling.slices.forms.presence import Focus
from signalling.slices.forms.showing import show_values
from signalling.transport.declared_refusals import CASE_CHANGED, PAPER_KEPT, Refusals
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def open_form(parts: Parts, principal: Principal, command: OpenForm) -> FormOpened:
    """Opens the form of a case."""
    case = await parts.case_files.file(command.case_id)
    definition = require_definition(parts.catalogue, case)
    known = known_of(parts.catalogue, case, definition)
    form_id = await parts.forms.open(principal, case.id, definition, known)
    return FormOpened(form_id=form_id)


async def change_field(parts: Parts, principal: Principal, command: ChangeField) -> FieldChanged:
    """Writes a value into a field; who writes is seen there."""
    if not parts.pace.allow(principal.person_id, parts.clock.monotonic()):
        raise FormTooFast
    case = await parts.forms.case_of(command.form_id)
    unseen = not parts.presence.sees(command.form_id, principal.person_id, command.field_id)
    change = FieldChange(command.change_id, command.field_id, command.value, unseen)
    definition = definition_of(parts.catalogue, case)
    stored = await parts.forms.change(principal, command.form_id, definition, change)
    if stored.side is not None:
        _enter(parts, principal, stored.side, (command.form_id, command.field_id))
        show_values(parts, case.id)
    return FieldChanged(sequence=stored.sequence, value=stored.value)


async def focus_field(parts: Parts, principal: Principal, command: FocusField) -> None:
    """Shows the others in which field somebody is."""
    case = await parts.forms.case_of(command.form_id)
    side = side_of(principal, case)
    if command.field_id is None:
        news = parts.presence.leave(command.form_id, principal.person_id)
    else:
        news = _enter(parts, principal, side, (command.form_id, command.field_id))
    if news:
        show_values(parts, case.id)


async def see_field(parts: Parts, principal: Principal, command: SeeField) -> None:
    """Shows the clerk what is hidden in a field."""
    case = await parts.forms.case_of(command.form_id)
    await parts.forms.see(principal, command.form_id, command.field_id)
    parts.presence.see((case.id, command.form_id), principal.person_id, command.field_id)
    show_values(parts, case.id)


async def discard_form(parts: Parts, principal: Principal, command: DiscardForm) -> None:
    """Discards the form."""
    await parts.forms.discard(principal, command.form_id)
    parts.presence.end(command.form_id)


async def finish_form(parts: Parts, principal: Principal, command: FinishForm) -> FormFinished:
    """Sets the form as a document, unless the catalogue asks for something else since."""
    case = await parts.forms.case_of(command.form_id)
    definition = definition_of(parts.catalogue, case)
    if definition is not None and await parts.forms.follow(principal, command.form_id, definition):
        raise FormChanged
    document_id = await parts.forms.finish(principal, command.form_id)
    parts.presence.end(command.form_id)
    return FormFinished(document_id=document_id)


def _enter(parts: Parts, principal: Principal, side: Side, place: tuple[str, str]) -> bool:
    form_id, field_id = place
    writes = cast(Literal["applicant", "clerk"], side)
    focus = Focus(principal.name, writes, field_id, parts.clock.monotonic())
    return parts.presence.enter(form_id, principal.person_id, focus)


_OPENED: Refusals = CASE_CHANGED | {ItemWithoutForm, TooManyForms}
_FORM: Refusals = CASE_CHANGED | {NoSuchForm}
_DRAFT: Refusals = _FORM | {FormOver}
_WRITTEN = _DRAFT | {
    CharactersNotPrintable,
    FieldMasked,
    FormFull,
    FormTooFast,
    FormValueInvalid,
    ItemWithoutForm,
}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        OpenForm: CommandRow(Permission.READ_CASE, open_form, _OPENED, result=FormOpened),
        ChangeField: CommandRow(Permission.READ_CASE, change_field, _WRITTEN, result=FieldChanged, flows=True),
        FocusField: CommandRow(Permission.READ_CASE, focus_field, _FORM, flows=True),
        SeeField: CommandRow(Permission.SERVE, see_field, _DRAFT | {FormValueInvalid}, access="form_field_seen"),
        DiscardForm: CommandRow(Permission.SERVE, discard_form, _DRAFT),
        FinishForm: CommandRow(
            Permission.SERVE,
            finish_form,
            _DRAFT | PAPER_KEPT | {FormChanged, FormIncomplete, FormNameDiffers},
            result=FormFinished,
        ),
    }
)
