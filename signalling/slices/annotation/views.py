"""What the page shows of what is drawn in its call."""

from __future__ import annotations

from typing import Any, Literal, cast

from directory.principal import Principal
from scheduler.views import TicketView
from signalling.slices.annotation.annotations import Annotations, Shown
from signalling.slices.annotation.commands import picture_url
from signalling.slices.annotation.drawing_members import apart, draws, found
from signalling.slices.annotation.messages import AnnotationsView, Drawer, Freezing, Photograph, Pointer, Together
from signalling.slices.annotation.parts import Parts
from signalling.slices.calls.ports import Member, member_name
from signalling.transport.listing import Listing

_NOTHING: dict[str, Any] = {
    "session_id": None,
    "may_draw": False,
    "you": None,
    "clerk": False,
    "own": "",
    "people": [],
    "pointers": [],
    "together": None,
    "photograph": None,
    "freezing": None,
    "keeping": None,
}


async def show_annotations(parts: Parts, principal: Principal, _key: str) -> Listing:
    """The strokes and pointers of the session that the person's page is in, and what is looked at together."""
    drawer = found(parts, principal)
    if drawer is None or apart(*drawer):
        return Listing(rows={}, make=AnnotationsView, beside=_NOTHING)
    ticket, member = drawer
    drawn = parts.drawn.get(ticket.id) or Annotations()
    return Listing(rows=drawn.strokes(), make=AnnotationsView, beside=_beside(parts, ticket, member, drawn))


def _beside(parts: Parts, ticket: TicketView, member: Member, drawn: Annotations) -> dict[str, Any]:
    face = cast(Literal["point", "window"], member.face)
    return {
        "session_id": ticket.id,
        "may_draw": draws(member),
        "you": drawn.who_is(member.person_id),
        "clerk": face == "window" and member.person_id == ticket.clerk_id,
        "own": member_name(ticket, member.participant),
        "people": [Drawer(name=one.name, face=cast(Any, one.face)) for one in drawn.people],
        "pointers": [
            Pointer(who=who, surface=surface, x=x, y=y)
            for person, (surface, x, y) in drawn.pointers.items()
            if (who := drawn.who_is(person)) is not None
        ],
        "together": None if drawn.shown is None else _together(parts, ticket, member, drawn.shown),
        "photograph": _photograph(parts, ticket, member),
        "freezing": _freezing(parts, ticket, member),
        "keeping": drawn.keeping if face == "point" else None,
    }


def _together(parts: Parts, ticket: TicketView, member: Member, shown: Shown) -> Together:
    of_page = shown.kind == "page"
    return Together(
        kind=shown.kind,
        surface=shown.surface,
        picture_url=f"/api/v1/pages/{shown.id}/image" if of_page else picture_url(shown.id),
        page_id=shown.id if of_page else None,
        by=shown.by.name,
        leading=shown.by.id == member.person_id,
        x=shown.x,
        y=shown.y,
        scale=shown.scale,
    )


def _photograph(parts: Parts, ticket: TicketView, member: Member) -> Photograph | None:
    asked = parts.frozen.asked(ticket.id)
    if asked is None or asked.failed or asked.owner != member.participant:
        return None
    return Photograph(picture_id=asked.id, source=asked.source)


def _freezing(parts: Parts, ticket: TicketView, member: Member) -> Freezing | None:
    asked = parts.frozen.asked(ticket.id)
    if asked is None or asked.by.id != member.person_id:
        return None
    return Freezing(picture_id=asked.id, failed=asked.failed)
