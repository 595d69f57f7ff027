"""The items that a resident may ask for."""

from __future__ import annotations

from signalling.wire.values import Bilingual, Value


class ItemSummary(Value, frozen=True, kw_only=True):
    """An item in a list of results."""

    item_id: str
    name: Bilingual
    department: Bilingual
    expected_minutes: int


class ItemsBody(Value, frozen=True, kw_only=True):
    """Items found, best first; without words, the items most asked for."""

    items: list[ItemSummary]


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


class ItemBody(Value, frozen=True, kw_only=True):
    """An item with its questions."""

    item_id: str
    name: Bilingual
    department: Bilingual
    expected_minutes: int
    situations: list[SituationBody]


class MaterialsBody(Value, frozen=True, kw_only=True):
    """The papers of an item under the chosen answers."""

    materials: list[RequiredMaterialBody]
