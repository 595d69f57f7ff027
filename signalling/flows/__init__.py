"""Where features meet: each flow reacts to one feature's event and calls another's service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalling.flows import (
    clerk_looks_into_room,
    link_lost_interrupts_ticket,
    page_delivered_ends_still_request,
    pages_follow_events,
    recording_follows_session,
    recording_paused_is_shown,
    session_end_cuts_pages,
    session_follows_ticket,
    supervisor_listens,
    ticket_opens_case,
)

if TYPE_CHECKING:
    from signalling.house import House

_FLOWS = (
    session_follows_ticket,
    recording_follows_session,
    recording_paused_is_shown,
    ticket_opens_case,
    supervisor_listens,
    clerk_looks_into_room,
    link_lost_interrupts_ticket,
    page_delivered_ends_still_request,
    pages_follow_events,
    session_end_cuts_pages,
)


def install(house: House) -> None:
    """Installs every flow, the media's before the pages', so that a page hears of a session that is there."""
    for flow in _FLOWS:
        flow.install(house)
