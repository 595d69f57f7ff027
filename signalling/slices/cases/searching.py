"""Looking for the cases of one's site over HTTP."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from directory.errors import NoSuchSite
from directory.principal import Permission
from document_relay.case_core.lives import CaseState
from document_relay.store.searching import CaseFilter
from foundation.database.pool import DatabaseBusy
from foundation.errors import Invalid, Words
from foundation.vault import SealBroken
from signalling.slices.cases.messages import FoundCaseBody, FoundCasesBody
from signalling.slices.cases.parts import Parts
from signalling.slices.cases.views import case_summary
from signalling.transport.http.details import Details, Parameter
from signalling.transport.http.endpoint import Call, Endpoint

_CASE_NUMBER = re.compile(r"[0-9]{8}-[0-9A-Za-z]{6}")
_TICKET_NUMBER = re.compile(r"[A-Za-z][0-9]{3,4}")


async def find_cases(parts: Parts, call: Call) -> FoundCasesBody:
    """The cases of the person's site and below it, by what is asked for."""
    asked = {name: call.query(name).strip() for name in ("words", "item", "since", "until", "state", "after")}
    words = asked["words"]
    number = words if _CASE_NUMBER.fullmatch(words) else ""
    ticket = words.upper() if _TICKET_NUMBER.fullmatch(words) else ""
    # The audit log is not sealed: it says that a name was asked for, and not which.
    told = asked | {"words": words if number or ticket else words and "name"}
    call.touch(**{name: value for name, value in told.items() if value})
    wanted = CaseFilter(
        site_path=call.principal.site_path,
        number=number,
        ticket_ids=await parts.reception.numbered(call.principal.site_id, ticket) if ticket else None,
        item=asked["item"],
        since=_day(parts, "since", asked["since"]),
        until=_day(parts, "until", asked["until"], timedelta(days=1)),
        state=_state(asked["state"]),
    )
    name = "" if number or ticket else words
    found = await parts.search.find(call.principal, wanted, name, asked["after"] or None)
    return FoundCasesBody(
        cases=[
            FoundCaseBody(case=case_summary(one.file, None), state=one.file.state.value, needs_reason=one.needs_reason)
            for one in found.cases
        ],
        next=found.last_id,
    )


def _day(parts: Parts, path: str, text: str, more: timedelta = timedelta()) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), parts.zone) + more
    except (ValueError, OverflowError):
        raise Invalid(path=path, problem=_NO_DAY) from None


def _state(text: str) -> CaseState | None:
    if not text:
        return None
    try:
        return CaseState(text)
    except ValueError:
        raise Invalid(path="state", problem=_NO_STATE) from None


_NO_DAY = Words("不是日期", "is no date")
_NO_STATE = Words("没有这种状态", "is no state")

ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "GET",
        "/api/v1/case-search",
        "Look for cases of one's site",
        find_cases,
        answer=FoundCasesBody,
        permission=Permission.SERVE,
        audit="cases_searched",
        details=Details(
            parameters=(
                Parameter("words", "query", "The number of a case or of a ticket, or a part of the applicant's name"),
                Parameter("item", "query", "A part of the item's name"),
                Parameter("since", "query", "The first day, such as 2026-11-01"),
                Parameter("until", "query", "The last day"),
                Parameter("state", "query", "open, decided, closed or held"),
                Parameter("after", "query", "`next` of the page before"),
            ),
            refusals=frozenset({DatabaseBusy, Invalid, NoSuchSite, SealBroken}),
        ),
    ),
)
