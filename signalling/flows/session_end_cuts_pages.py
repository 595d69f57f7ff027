"""A sign-in session that ends takes its pages with it at once, and the media of who is signed in nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from directory.principal import Principal
from signalling.faces import face_of
from signalling.flows.session_follows_ticket import participant

if TYPE_CHECKING:
    from signalling.house import House


def install(house: House) -> None:
    """Follows the ends of sessions."""

    def ended(session_id: str, principal: Principal) -> None:
        house.registry.end_session(session_id)
        if not house.directory.sessions.is_signed_in(principal.staff_id):
            house.media.disconnect(participant(principal.staff_id, face_of(principal)))
            house.whip.delete_all(principal.staff_id)

    house.directory.sessions.on_end(ended)
