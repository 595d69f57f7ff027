"""Which form a case has, and what the case knows of it already."""

from __future__ import annotations

from collections.abc import Mapping

from directory.catalogue import Catalogue
from directory.errors import NoSuchItem
from directory.form_definitions import FormDefinition, applicant_field, define_form
from document_relay.form_errors import ItemWithoutForm
from document_relay.records import CaseRecord


def definition_of(catalogue: Catalogue, case: CaseRecord) -> FormDefinition | None:
    """The form of the case's item under the answers that were given; None where the item has none."""
    try:
        item = catalogue.item(case.item_id)
    except NoSuchItem:
        # The item was taken out of the catalogue since.
        return None
    return define_form(item, {(row[0], row[2]) for row in case.answers})


def require_definition(catalogue: Catalogue, case: CaseRecord) -> FormDefinition:
    """As `definition_of`; raises `ItemWithoutForm`."""
    found = definition_of(catalogue, case)
    if found is None:
        raise ItemWithoutForm
    return found


def known_of(catalogue: Catalogue, case: CaseRecord, definition: FormDefinition) -> Mapping[str, str]:
    """What the case knows, by field: the applicant's name, and what was filled in before the ticket was taken."""
    by_name = {row[0]: row[2] for row in case.fields}
    known = {one.id: by_name[one.name_zh] for one in definition.fields().values() if one.name_zh in by_name}
    return {applicant_field(case.item_id): case.applicant_name, **known}
