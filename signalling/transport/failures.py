"""Faults of our own, met where somebody waits for an answer: logged whole, and told with a reference to that entry."""

from __future__ import annotations

import structlog

from foundation.errors import InternalError
from foundation.identifiers import Identifiers

_log = structlog.get_logger("signalling.failures")
_LENGTH = 6
"""Characters that a person reads out over the telephone; the time of the log's entry tells equal ones apart."""


def internal_error(identifiers: Identifiers, error: Exception, **where: str) -> InternalError:
    """Logs the error with its traceback, and gives the refusal that names the entry; `where` is logged with it."""
    reference = identifiers.new()[-_LENGTH:]
    _log.error("internal_error", reference=reference, exc_info=error, **where)
    return InternalError(reference)
