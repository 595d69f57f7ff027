"""The booking page of a centre: what can be booked, the code for a telephone, and the booking itself.

Strangers ask here. They are told matters and free times, and nothing of anybody; only who has proven a telephone is
told what is booked with it.
"""

from __future__ import annotations

import unicodedata

from directory.errors import FieldInvalid, NoSuchItem, NoSuchSite, NoSuchStaff, VisitEnded, VisitLinkUnknown
from directory.principal import Permission
from directory.records import ServiceItem
from foundation.addresses import one_client
from foundation.database import DatabaseBusy
from foundation.errors import TooMany
from foundation.vault import SealBroken
from scheduler.errors import (
    BookedThatDay,
    BookedTooOften,
    BookingNotOpen,
    MovedMeanwhile,
    NotBookable,
    NotInThisState,
    PhoneCodeWrong,
    SlotTaken,
    TooManyPhoneCodes,
)
from scheduler.views import BookAppointment
from signalling.identity.faces import VISIT_LINK
from signalling.slices.appointments.ports import AppointmentSlotsBody, day_or, mobile_of, on_the_wall, slots_body
from signalling.slices.public_booking.messages import (
    AskPhoneCodeBody,
    BookAloneBody,
    BookedAloneBody,
    PhoneCodeSentBody,
    PublicBookingBody,
    PublicItemBody,
    PublicSiteBody,
    PublicSitesBody,
)
from signalling.slices.public_booking.parts import Parts
from signalling.slices.tickets.ports import Said
from signalling.transport.http.client_address import address_of
from signalling.transport.http.details import Details, Parameter
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.wire.values import Bilingual

_DAYS = 7
_ENTRANCE = f"{VISIT_LINK}/book/"
"""Where the page of a centre opens; its identifier follows."""


async def read_sites(parts: Parts, call: Call) -> PublicSitesBody:
    """The centres that the caller may open."""
    return PublicSitesBody(
        sites=[
            PublicSiteBody(
                site_id=site.id,
                name=Bilingual.name(site),
                opened=opened,
                link=f"{parts.public_url}{_ENTRANCE}{site.id}",
            )
            for site, opened in await parts.keeping.kept_by(call.principal)
        ],
        possible="sms" in parts.channels,
    )


async def read_items(parts: Parts, call: Call) -> PublicBookingBody:
    """What can be booked at the centre."""
    parts.limits.look(_client(call))
    site_id = (await _entrance(parts, call))[0]
    return PublicBookingBody(
        site_name=Bilingual.name(parts.catalogue.site(site_id)),
        items=[
            PublicItemBody(
                item_id=one.id,
                name=Bilingual.name(one),
                department_name=Bilingual.name(parts.catalogue.department(one.department_id)),
                minutes=one.expected_minutes,
            )
            for department in parts.catalogue.departments
            for one in parts.catalogue.items_by(department.id)
            if _is_bookable(parts, site_id, one)
        ],
    )


async def read_public_slots(parts: Parts, call: Call) -> AppointmentSlotsBody:
    """The free times of a week for an item at the centre, from a day on."""
    parts.limits.look(_client(call))
    site_id = (await _entrance(parts, call))[0]
    item = parts.catalogue.item(call.query("item"))
    first = day_or(call.query("from"), parts.today)
    days = await parts.appointments.slots(site_id, item.id, first, _DAYS)
    return slots_body(parts.channels, item.expected_minutes, days)


async def send_code(parts: Parts, call: Call) -> PhoneCodeSentBody:
    """Sends a code, without a word of whether the telephone is known."""
    body: AskPhoneCodeBody = call.body
    parts.limits.ask_code(_client(call))
    await _entrance(parts, call)
    return PhoneCodeSentBody(ends_at=await parts.appointments.phone_codes.send(mobile_of(body.phone), body.language))


async def book(parts: Parts, call: Call) -> BookedAloneBody:
    """Books for who has proven a telephone; the answer alone, and a text message there, hold the link."""
    body: BookAloneBody = call.body
    parts.limits.book(_client(call))
    site_id, host_id = await _entrance(parts, call)
    phone, starts = mobile_of(body.phone), on_the_wall(body.starts)
    name = unicodedata.normalize("NFC", body.name).strip()
    code_id = await parts.appointments.phone_codes.prove(phone, body.phone_code)
    request = BookAppointment(
        item_id=body.item_id,
        starts=starts,
        phone=phone,
        name=name,
        # Whether the call may be recorded is asked when it is kept.
        answers=Said(name, (), consent=False).as_answers(),
        text_messages=True,
        language=body.language,
        by_link=True,
    )
    booked, link = await parts.appointments.book_alone(site_id, host_id, request, code_id)
    call.recognise((await parts.visits.enter(link.rpartition("#")[2])).visitor)
    call.touch(appointment=booked.id)
    return BookedAloneBody(number=booked.number, link=link)


def _client(call: Call) -> str:
    return one_client(address_of(call.request))


async def _entrance(parts: Parts, call: Call) -> tuple[str, str]:
    """The centre of the page and who opened it; raises `BookingNotOpen`."""
    site_id = call.path("site_id")
    host_id = await parts.keeping.host_of(site_id)
    if host_id is None or "sms" not in parts.channels:
        raise BookingNotOpen
    return site_id, host_id


def _is_bookable(parts: Parts, site_id: str, item: ServiceItem) -> bool:
    department = parts.catalogue.department(item.department_id)
    return department.booked_percent > 0 and bool(parts.catalogue.windows_for(site_id, {department.id}))


_SITE = "/api/v1/public-booking/{site_id}"
_OPEN = frozenset({BookingNotOpen, DatabaseBusy, NoSuchSite, TooMany})

ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "GET",
        "/api/v1/public-booking",
        "Read where people book without a worker",
        read_sites,
        answer=PublicSitesBody,
        permission=Permission.KEEP_ROTA,
        details=Details(refusals=frozenset({DatabaseBusy})),
    ),
    Endpoint(
        "GET",
        _SITE,
        "Read what can be booked without a worker",
        read_items,
        answer=PublicBookingBody,
        open=True,
        details=Details(refusals=_OPEN),
    ),
    Endpoint(
        "GET",
        f"{_SITE}/slots",
        "Read the times that can be booked without a worker",
        read_public_slots,
        answer=AppointmentSlotsBody,
        open=True,
        details=Details(
            parameters=(
                Parameter("item", "query", "The item's identifier", required=True),
                Parameter("from", "query", "The first day, as 2026-03-02; today where it names none"),
            ),
            refusals=_OPEN | {NoSuchItem, NoSuchStaff},
        ),
    ),
    Endpoint(
        "POST",
        f"{_SITE}/phone-code",
        "Send a code to a telephone",
        send_code,
        body=AskPhoneCodeBody,
        answer=PhoneCodeSentBody,
        open=True,
        details=Details(refusals=_OPEN | {FieldInvalid, TooManyPhoneCodes}),
    ),
    Endpoint(
        "POST",
        _SITE,
        "Book a time without a worker",
        book,
        body=BookAloneBody,
        answer=BookedAloneBody,
        open=True,
        audit="appointment_booked_alone",
        details=Details(
            refusals=_OPEN
            | {
                BookedThatDay,
                BookedTooOften,
                FieldInvalid,
                MovedMeanwhile,
                NoSuchItem,
                NoSuchStaff,
                NotBookable,
                NotInThisState,
                PhoneCodeWrong,
                SealBroken,
                SlotTaken,
                VisitEnded,
                VisitLinkUnknown,
            }
        ),
    ),
)
