"""The numbers of cases, as they stand on slips: the day and six signs by chance, as 20260302-A1B2C3. Pure."""

from __future__ import annotations

import re
from datetime import datetime

_FORM = re.compile(r"[0-9]{8}-[0-9A-Z]{6}")


def case_number(opened_at: datetime, case_id: str) -> str:
    """The number of a new case."""
    return f"{opened_at:%Y%m%d}-{case_id[-6:].upper()}"


def as_case_number(typed: str) -> str:
    """What was typed as numbers of cases are kept."""
    return typed.strip().upper()


def has_its_form(number: str) -> bool:
    """Whether it could be the number of a case; anything else may be a name, or the number of a person."""
    return _FORM.fullmatch(number) is not None
