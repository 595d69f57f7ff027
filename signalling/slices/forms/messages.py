"""Application forms that the applicant's side and the clerk fill in together."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from directory.forms import Check
from signalling.slices.items.ports import FormFieldBody
from signalling.wire.commands import Command
from signalling.wire.values import Bilingual, FieldText, Identifier, Moment, Value
from signalling.wire.views import View

FormState = Literal["draft", "finished", "discarded"]
Side = Literal["applicant", "clerk", "case"]
ChangeId = Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9:_\-]+$")]
"""The page's own name for a change, never given twice."""


class OpenForm(Command, frozen=True, kw_only=True):
    """Opens the application form of a case for both sides, or goes on with it; answers `FormOpened`."""

    case_id: Identifier


class FormOpened(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `open_form`."""

    form_id: str


class ChangeField(Command, frozen=True, kw_only=True):
    """Writes a value into a field; sent again with the same `change_id` it changes nothing. Answers `FieldChanged`.

    A value may be half written: what its kind wants is asked when the form is finished.
    """

    form_id: Identifier
    change_id: ChangeId
    field_id: Identifier
    value: FieldText


class FieldChanged(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `change_field`: it is stored, as this change of the form, with this value."""

    sequence: int
    value: str


class FocusField(Command, frozen=True, kw_only=True):
    """Says in which field the person is, or in none; the others see it for a minute."""

    form_id: Identifier
    field_id: Identifier | None


class SeeField(Command, frozen=True, kw_only=True):
    """Shows the clerk a hidden personal value; the case's history says so."""

    form_id: Identifier
    field_id: Identifier


class DiscardForm(Command, frozen=True, kw_only=True):
    """Discards the unfinished form; a new one begins with what was written."""

    form_id: Identifier


class FinishForm(Command, frozen=True, kw_only=True):
    """Sets the form as a document to be signed; answers `FormFinished`."""

    form_id: Identifier


class FormFinished(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `finish_form`."""

    document_id: str


class FieldSchema(Value, frozen=True, kw_only=True):
    """What the form's JSON Schema (draft 2020-12) says of one field's text; null where it says nothing."""

    enum: list[str] | None
    pattern: str | None
    min_length: int | None
    max_length: int | None
    format: Check | None


class LaidFieldView(Value, frozen=True, kw_only=True):
    """A field of the form; `added` while it is new since the form was opened."""

    field: FormFieldBody
    schema: FieldSchema
    """The page asks it while somebody writes, the service when the form is finished."""
    personal: bool
    required: bool
    added: bool


class LaidSectionView(Value, frozen=True, kw_only=True):
    """Fields under one title."""

    title: Bilingual
    fields: list[LaidFieldView]


class FormLayoutView(View, frozen=True, kw_only=True):
    """The case's form as it is laid out; without one `form_id` is null, and `available` says whether there can be one.

    `version` is the hash of its definition.
    """

    case_id: str
    available: bool
    form_id: str | None
    state: FormState | None
    version: str
    sections: list[LaidSectionView]
    side: Literal["applicant", "clerk"] | None
    """On which side who looks writes; null for who only reads."""
    document_id: str | None


class FormValueView(Value, frozen=True, kw_only=True):
    """What stands in a field, and who wrote it.

    `hidden` values are personal and shown by their end alone; `wrong` ones are not as the field's kind wants them.
    """

    field_id: str
    value: str
    hidden: bool
    wrong: bool
    sequence: int
    side: Side
    by: str
    yours: bool
    at: Moment


class FormFocusView(Value, frozen=True, kw_only=True):
    """In which field somebody else is."""

    field_id: str
    side: Literal["applicant", "clerk"]
    name: str


class FormView(View, frozen=True, kw_only=True):
    """A change of what stands in the case's form, sent as `QueueView` is, with `gone` by `field_id`."""

    version: int
    whole: bool
    changed: list[FormValueView]
    gone: list[str]
    case_id: str
    form_id: str | None
    focus: list[FormFocusView]
