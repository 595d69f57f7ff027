"""What a field of an application form takes: one declared rule for each kind, which the pages get and apply as well."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, NamedTuple

from directory.errors import FieldInvalid
from directory.records import FieldKind, FormField, ServiceItem

Check = Literal["gb_11643", "gb_32100", "luhn", "date"]
"""What holds beyond the pattern: the check digit of a standard, or that there is such a day."""


class FieldRule(NamedTuple):
    """A pattern that Python and ECMAScript read alike, the most characters, and a check.

    `compact` values are compared without spaces and with capital letters: people write them in groups.
    """

    pattern: str
    longest: int
    check: Check | None = None
    compact: bool = False


_DAY = r"(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
RULES: Mapping[FieldKind, FieldRule] = MappingProxyType(
    {
        "text": FieldRule(r"^[^\n]+$", 100),
        "long_text": FieldRule(r"^[\s\S]+$", 500),
        "identity_number": FieldRule(
            rf"^[1-9][0-9]{{5}}(19|20)[0-9]{{2}}{_DAY}[0-9]{{3}}[0-9X]$", 18, "gb_11643", True
        ),
        "credit_code": FieldRule(r"^[0-9A-HJ-NP-RTUWXY]{18}$", 18, "gb_32100", True),
        # A mobile number, or a landline with its area code.
        "phone": FieldRule(r"^(1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})$", 13, None, True),
        "bank_account": FieldRule(r"^[0-9]{16,19}$", 19, "luhn", True),
        "address": FieldRule(r"^[^\n]{4,}$", 200),
        "date": FieldRule(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", 10, "date"),
        "money": FieldRule(r"^[0-9]{1,10}(\.[0-9]{1,2})?$", 13),
        "whole_number": FieldRule(r"^[0-9]{1,9}$", 9),
        "decimal_number": FieldRule(r"^[0-9]{1,9}(\.[0-9]{1,4})?$", 14),
        "choice": FieldRule(r"^[\s\S]+$", 100),
    }
)


class Filled(NamedTuple):
    """A field and what was written into it, in both languages where it was chosen."""

    name_zh: str
    name_en: str
    value_zh: str
    value_en: str

    def as_row(self) -> list[str]:
        """As a case file keeps it."""
        return list(self)


def written(item: ServiceItem, values: Mapping[str, str]) -> dict[str, str]:
    """What was written into the item's form, by field, in the form that is kept; empty fields are left out.

    Raises `FieldInvalid` for a value that breaks its field's rule, or a field that the item does not have.
    """
    fields = {one.id: one for one in item.fields}
    kept = {}
    for field_id, value in values.items():
        if (field := fields.get(field_id)) is None:
            raise FieldInvalid(field_zh=field_id, field_en=field_id)
        if text := normal(field.kind, value):
            if not fits(field, text):
                raise FieldInvalid(field_zh=field.name_zh, field_en=field.name_en)
            kept[field_id] = text
    return kept


def filled(item: ServiceItem, values: Mapping[str, str]) -> list[Filled]:
    """The fields that hold something, in the form's order."""
    return [_filled(one, values[one.id]) for one in item.fields if one.id in values]


def normal(kind: FieldKind, text: str) -> str:
    """The value without space around it, or none in it and in capitals where the kind is compact."""
    return re.sub(r"\s", "", text).upper() if RULES[kind].compact else text.strip()


def fits(field: FormField, text: str) -> bool:
    """Whether a value in its normal form keeps the field's rule."""
    if field.kind == "choice":
        return any(text == one.zh for one in field.choices)
    rule = RULES[field.kind]
    if len(text) > rule.longest or re.fullmatch(rule.pattern, text, re.ASCII) is None:
        return False
    return rule.check is None or holds(rule.check, text)


def holds(check: Check, text: str) -> bool:
    """Whether a value that fits its pattern passes the check."""
    return _CHECKS[check](text)


def is_identity_number(text: str) -> bool:
    """Whether a value in its normal form is a resident's identity number (GB 11643-1999)."""
    rule = RULES["identity_number"]
    return re.fullmatch(rule.pattern, text, re.ASCII) is not None and _gb_11643(text)


def _filled(field: FormField, value: str) -> Filled:
    chosen = next((one for one in field.choices if one.zh == value), None)
    return Filled(field.name_zh, field.name_en, value, chosen.en if chosen else value)


def _weighted(values: Iterable[int], weights: Iterable[int]) -> int:
    return sum(value * weight for value, weight in zip(values, weights, strict=True))


def _gb_11643(text: str) -> bool:
    """GB 11643-1999, 4.4: ISO 7064 MOD 11-2 over 17 digits; and its eight digits of birth are a day."""
    total = _weighted(map(int, text[:17]), (pow(2, 17 - place, 11) for place in range(17)))
    return text[17] == "10X98765432"[total % 11] and _date(f"{text[6:10]}-{text[10:12]}-{text[12:14]}")


def _gb_32100(text: str) -> bool:
    """GB 32100-2015, 4.4: weights 3^i modulo 31 over 17 characters."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = _weighted((signs.index(one) for one in text[:17]), (pow(3, place, 31) for place in range(17)))
    return signs[(31 - total % 31) % 31] == text[17]


def _luhn(text: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    doubled = [int(one) * (1 + place % 2) for place, one in enumerate(reversed(text))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_CHECKS: Mapping[Check, Callable[[str], bool]] = MappingProxyType(
    {"gb_11643": _gb_11643, "gb_32100": _gb_32100, "luhn": _luhn, "date": _date}
)
