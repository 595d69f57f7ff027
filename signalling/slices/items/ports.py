"""How a field of a form is shown, for slices that show forms."""

from __future__ import annotations

from directory.form_definitions import LaidField
from directory.forms import RULES
from directory.records import FormField
from signalling.slices.items.messages import FieldRuleBody, FormFieldBody
from signalling.wire.values import Bilingual

__all__ = ("FormFieldBody", "field_body")


def field_body(field: FormField | LaidField) -> FormFieldBody:
    """The field with the rule of its kind."""
    return FormFieldBody(
        field_id=field.id,
        name=Bilingual.name(field),
        kind=field.kind,
        rule=FieldRuleBody(**RULES[field.kind]._asdict()),
        choices=[Bilingual(zh=one.zh, en=one.en) for one in field.choices],
    )
