"""Bodies of HTTP that every slice may need."""

from __future__ import annotations

from signalling.identity.faces import Face
from signalling.wire.values import Moment, StaffView, Value


class Nothing(Value, frozen=True, kw_only=True):
    """An empty body."""


class ProblemBody(Value, frozen=True, kw_only=True):
    """A refusal: a stable code and a sentence in the language of `Accept-Language`.

    With the code `internal_error`, `reference` finds what happened in the log.
    """

    code: str
    message: str
    reference: str | None = None


class SignedInBody(Value, frozen=True, kw_only=True):
    """Who is signed in, and the access token; the renewal token of staff travels in a cookie."""

    access_token: str
    expires_at: Moment
    staff: StaffView
    face: Face
