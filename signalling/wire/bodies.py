"""Bodies of HTTP that every slice may need."""

from __future__ import annotations

from signalling.wire.values import Value


class Nothing(Value, frozen=True, kw_only=True):
    """An empty body."""


class ProblemBody(Value, frozen=True, kw_only=True):
    """A refusal: a stable code and a sentence in the language of `Accept-Language`.

    With the code `internal_error`, `reference` finds what happened in the log.
    """

    code: str
    message: str
    reference: str | None = None
