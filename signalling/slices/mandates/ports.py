"""The draft of a mandate, from who acts for an applicant: said when a ticket is taken, or in the call."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from directory.forms import is_identity_number, normal
from document_relay.mandate_errors import MandateIncomplete
from document_relay.mandate_records import Draft
from foundation.errors import Words
from signalling.wire.values import Acting

LASTS = timedelta(days=30)
"""Where nobody says until when."""
LASTS_AT_MOST = timedelta(days=365)


def draft_of(acting: Acting, principal_name: str, now: datetime, zone: ZoneInfo) -> Draft:
    """The mandate to be made; it holds to the end of its last day on the wall. Raises `MandateIncomplete`."""
    number = normal("identity_number", acting.principal_number)
    if not is_identity_number(number):
        raise MandateIncomplete(path="principal_number", problem=_NO_NUMBER)
    today = now.astimezone(zone).date()
    until = _day(acting.until) if acting.until else today + LASTS
    if until is None or not today <= until <= today + LASTS_AT_MOST:
        raise MandateIncomplete(path="until", problem=_NO_PERIOD)
    if acting.actor_name.strip() == principal_name.strip():
        raise MandateIncomplete(path="actor_name", problem=_THE_SAME)
    return Draft(
        principal_name=principal_name.strip(),
        principal_number=number,
        actor_name=acting.actor_name.strip(),
        relation=acting.relation,
        scope=tuple(acting.scope),
        until=until,
        ends_at=datetime.combine(until + timedelta(days=1), time(), zone),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


_NO_NUMBER = Words("委托人的身份证号有误", "the principal's identity number is not valid")
_NO_PERIOD = Words("有效期须在今天起一年之内", "it must end within a year from today")
_THE_SAME = Words("受托人与委托人是同一人", "who acts is the principal")
