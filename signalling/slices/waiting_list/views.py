"""The waiting list as a point shows it."""

from __future__ import annotations

from typing import cast

from directory.errors import NoSuchItem
from directory.principal import Principal
from foundation.vault import SealBroken
from scheduler.waiting_list import Listed
from signalling.slices.appointments.ports import hidden_phone, wall_text
from signalling.slices.tickets.ports import Said
from signalling.slices.waiting_list.messages import WaitingListView, WishedState, WishView
from signalling.slices.waiting_list.parts import Parts
from signalling.wire.values import Bilingual


async def show_waiting_list(parts: Parts, principal: Principal, _key: str) -> WaitingListView:
    """Those who wait at the worker's point."""
    parts.readers.note(principal.person_id, await parts.waiting_list.home_of(principal.site_id))
    return WaitingListView(wishes=[_view(parts, one) for one in await parts.waiting_list.of_site(principal.site_id)])


def _view(parts: Parts, listed: Listed) -> WishView:
    one, held = listed.wish, listed.held
    applicant, phone, by_link = _who(parts, listed)
    return WishView(
        wish_id=one.id,
        state=cast(WishedState, one.state.value),
        item_id=one.item_id,
        item_name=_item_name(parts, one.item_id),
        applicant_name=applicant,
        phone=phone,
        days=one.days,
        part=one.part.value,
        place=listed.place,
        asked_at=one.asked_at,
        starts=None if held is None else wall_text(held.starts),
        at=None if held is None else held.at,
        answer_by=one.answer_by,
        last_offer=parts.waiting_list.is_last_offer(one),
        by_link=by_link,
    )


def _item_name(parts: Parts, item_id: str) -> Bilingual:
    try:
        return Bilingual.name(parts.catalogue.item(item_id))
    except NoSuchItem:
        # What is offered no longer does not take the list away from everybody.
        return Bilingual(zh="", en="")


def _who(parts: Parts, listed: Listed) -> tuple[str, str, bool]:
    try:
        opened = parts.waiting_list.opened(listed.wish)
    except SealBroken:
        # One damaged wish does not take the list away from everybody; it can still be ended.
        return "", "", False
    return Said.of(opened.answers).applicant, hidden_phone(opened.phone), opened.by_link
