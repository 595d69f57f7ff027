"""How somebody who sends missing papers comes in, and how a worker finds what is missing for them."""

from __future__ import annotations

from directory.errors import NoSuchSite, SupplementLinkOver, SupplementLinkUnknown, TooManyCodes
from directory.principal import Permission
from document_relay.case_core.numbers import as_case_number, has_its_form
from document_relay.supplement_errors import (
    NoSuchSupplement,
    SupplementNotFound,
    SupplementNotOpen,
    SupplementTooLate,
    TooManySupplementSearches,
)
from foundation.addresses import one_client
from foundation.database.pool import DatabaseBusy
from signalling.slices.accounts.ports import signed_in_body
from signalling.slices.supplements.messages import SupplementEntranceBody, SupplementFoundBody, SupplementSearchBody
from signalling.slices.supplements.parts import Parts
from signalling.transport.declared_refusals import CASE_LOG
from signalling.transport.http.client_address import address_of
from signalling.transport.http.details import Details
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.wire.bodies import SignedInBody


async def enter_to_send(parts: Parts, call: Call) -> SignedInBody:
    """Lets the holder of a link in, again and again until the deadline."""
    body: SupplementEntranceBody = call.body
    parts.link_attempts.count(one_client(address_of(call.request)))
    entered = await parts.senders.enter(body.link)
    call.recognise(entered.sender)
    return signed_in_body(parts.catalogue, entered.sender, entered.access_token, entered.access_ends_at)


async def search(parts: Parts, call: Call) -> SupplementFoundBody:
    """Finds what is missing of a case by its number and its applicant's name."""
    body: SupplementSearchBody = call.body
    number, principal = as_case_number(body.number), call.principal
    # The audit log is not sealed: it has the number, and not the name, even where that was typed for a number.
    if has_its_form(number):
        call.touch(number=number)
    parts.searches.count(principal.person_id, one_client(address_of(call.request)), number)
    place = parts.catalogue.site(principal.site_id).name_zh
    supplement_id, case_id = await parts.found.open(principal, number, body.applicant_name, place)
    call.touch(case=case_id)
    parts.registry.invalidate([principal.person_id], "found_supplements")
    return SupplementFoundBody(supplement_id=supplement_id)


ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "POST",
        "/api/v1/supplement-entrance",
        "Come in by a link to send missing papers",
        enter_to_send,
        body=SupplementEntranceBody,
        answer=SignedInBody,
        open=True,
        audit="supplement_entered",
        details=Details(
            refusals=frozenset({DatabaseBusy, NoSuchSite, SupplementLinkOver, SupplementLinkUnknown, TooManyCodes})
        ),
    ),
    Endpoint(
        "POST",
        "/api/v1/supplement-search",
        "Find what is missing of a case by its number",
        search,
        body=SupplementSearchBody,
        answer=SupplementFoundBody,
        permission=Permission.FIND_SUPPLEMENTS,
        audit="supplement_found",
        details=Details(
            refusals=CASE_LOG
            | {NoSuchSite, NoSuchSupplement, SupplementNotFound, SupplementNotOpen, SupplementTooLate}
            | {TooManySupplementSearches}
        ),
    ),
)
