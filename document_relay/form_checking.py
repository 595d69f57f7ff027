"""What is wrong with the values of a form, by its JSON Schema (draft 2020-12)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any, get_args

import msgspec
from jsonschema import Draft202012Validator, FormatChecker

from directory.form_definitions import FormDefinition, LaidField
from directory.forms import RULES, Check, holds, normal

_FORMATS = FormatChecker(formats=())
_SCHEMAS_AT_MOST = 64


def _passes(check: Check, value: object) -> bool:
    # What does not fit its pattern cannot be counted out; the pattern says so.
    try:
        return not isinstance(value, str) or holds(check, value)
    except (ValueError, IndexError):
        return False


for _check in get_args(Check):
    _FORMATS.checks(_check)(partial(_passes, _check))


def wrong_fields(definition: FormDefinition, values: Mapping[str, str]) -> list[str]:
    """The fields that are missing or not as the schema wants them, in the form's order."""
    errors = _validator(definition.version, msgspec.json.encode(definition.schema)).iter_errors(dict(values))
    found = {field for error in errors for field in _concerned(error)}
    return [one for one in definition.fields() if one in found]


def misfit(definition: FormDefinition, field_id: str, value: str) -> bool:
    """Whether a value that stands in the field is not as the schema wants it; an empty one is none."""
    return bool(value) and field_id in wrong_fields(definition, {field_id: value}) and field_id in definition.fields()


def writable(field: LaidField, value: str, longest: int) -> str | None:
    """The value as it is kept while it is being written; None for what the field cannot hold at all.

    Space around it stays but for compact kinds: who types comes to the next word. `FormRecord.values` leaves it out.
    """
    if field.kind == "choice":
        kept = normal(field.kind, value)
        return kept if not kept or any(kept == one.zh for one in field.choices) else None
    kept = normal(field.kind, value) if RULES[field.kind].compact else value
    return kept if len(kept) <= longest else None


def _concerned(error: Any) -> list[str]:
    if error.absolute_path:
        return [str(error.absolute_path[0])]
    return (
        [name for name in error.validator_value if name not in error.instance] if error.validator == "required" else []
    )


@lru_cache(maxsize=_SCHEMAS_AT_MOST)
def _validator(_version: str, schema: bytes) -> Draft202012Validator:
    return Draft202012Validator(msgspec.json.decode(schema), format_checker=_FORMATS)
