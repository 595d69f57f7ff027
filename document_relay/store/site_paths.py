"""Sites in queries."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute


def at_or_below(column: ColumnElement[str] | InstrumentedAttribute[str], path: str) -> ColumnElement[bool]:
    """Whether the path in the column is that of the site or of one below it, as `directory.principal.within` says."""
    return or_(column == path, column.startswith(path.rstrip("/") + "/", autoescape=True))
