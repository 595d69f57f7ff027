"""The items that a resident may ask for."""

from __future__ import annotations

from directory.forms import Check
from directory.records import FieldKind
from signalling.wire.values import Bilingual, Value


class ItemSummary(Value, frozen=True, kw_only=True):
    """An item in a list of results."""

    item_id: str
    name: Bilingual
    department: Bilingual
    life_event_id: str | None
    expected_minutes: int


class ReferralBody(Value, frozen=True, kw_only=True):
    """A matter that is done elsewhere, and whom to turn to; `phone` may be empty."""

    referral_id: str
    name: Bilingual
    advice: Bilingual
    phone: str


class ItemsBody(Value, frozen=True, kw_only=True):
    """Items found, best first; without words, the items most asked for."""

    items: list[ItemSummary]
    near: bool
    """No item fits every word; these fit some."""
    referrals: list[ReferralBody]
    """What the words name and is done elsewhere."""
    any_matter: list[ItemSummary]
    """Where nothing fits every word: the items under which a clerk takes any matter."""


class LifeEventBody(Value, frozen=True, kw_only=True):
    """An occasion that groups items, and how many items it has."""

    life_event_id: str
    name: Bilingual
    items: int


class LifeEventsBody(Value, frozen=True, kw_only=True):
    """The groups of items, in the order of the home page."""

    life_events: list[LifeEventBody]


class DepartmentBody(Value, frozen=True, kw_only=True):
    """A department, and how many items it has."""

    department_id: str
    name: Bilingual
    items: int


class DepartmentsBody(Value, frozen=True, kw_only=True):
    """The departments that have items, those most asked for first."""

    departments: list[DepartmentBody]


class OptionBody(Value, frozen=True, kw_only=True):
    """One answer to a situation question."""

    option_id: str
    label: Bilingual


class SituationBody(Value, frozen=True, kw_only=True):
    """A question that decides which papers are needed."""

    situation_id: str
    question: Bilingual
    options: list[OptionBody]


class RequiredMaterialBody(Value, frozen=True, kw_only=True):
    """A paper of an item; one that a department holds already need not be brought."""

    material_id: str
    name: Bilingual
    held_by: Bilingual | None


class FieldRuleBody(Value, frozen=True, kw_only=True):
    """What a field takes: a pattern (ECMAScript), the most characters, and a check digit or the like.

    `compact` values are looked at without spaces and in capital letters.
    """

    pattern: str
    longest: int
    check: Check | None
    compact: bool


class FormFieldBody(Value, frozen=True, kw_only=True):
    """A field of an item's application form, which may stay empty; choices for the kind `choice` alone."""

    field_id: str
    name: Bilingual
    kind: FieldKind
    rule: FieldRuleBody
    choices: list[Bilingual]
    """The value of the field is the Chinese text."""


class ItemBody(Value, frozen=True, kw_only=True):
    """An item with its questions and form fields."""

    item_id: str
    name: Bilingual
    department: Bilingual
    life_event_id: str | None
    expected_minutes: int
    situations: list[SituationBody]
    fields: list[FormFieldBody]


class MaterialsBody(Value, frozen=True, kw_only=True):
    """The papers of an item under the chosen answers."""

    materials: list[RequiredMaterialBody]
