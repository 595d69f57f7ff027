"""Everybody who works with a page: staff with an account, visitors, guests of a call and senders with a link."""

from __future__ import annotations

from collections.abc import Callable

from directory.catalogue import Catalogue
from directory.errors import TokenInvalid
from directory.guests import Guests
from directory.principal import Principal, is_visitor
from directory.senders import Senders
from directory.sessions import Sessions
from directory.sign_in import Access, SignIn
from directory.visits import Visits


class People:
    """Finds people by what their pages show, and by identifier."""

    def __init__(
        self, catalogue: Catalogue, sessions: Sessions, sign_in: SignIn, by_link: tuple[Visits, Guests, Senders]
    ) -> None:
        self._catalogue = catalogue
        self._sessions = sessions
        self._sign_in = sign_in
        self._visits, self._guests, self._senders = by_link

    async def verify(self, access_token: str) -> Access:
        """What the token opens; raises `TokenInvalid`."""
        try:
            return await self._sign_in.verify(access_token)
        except TokenInvalid:
            guest = self._guests.verify(access_token)
            if guest is not None:
                return guest
            sender = await self._senders.verify(access_token)
            return sender if sender is not None else await self._visits.verify(access_token)

    async def name(self, person_id: str) -> str:
        """The person's name; raises `NoSuchStaff`, `NoSuchVisitor`."""
        if is_visitor(person_id):
            return (await self._visits.invited(person_id)).name
        return await self._catalogue.staff_name(person_id)

    def on_gone(self, listener: Callable[[Principal], None]) -> None:
        """Calls `listener` with each who is signed in nowhere any more, or whose link has ended."""

        def session_ended(_session_id: str, principal: Principal) -> None:
            if not self._sessions.is_signed_in(principal.person_id):
                listener(principal)

        self._sessions.on_end(session_ended)
        self._visits.on_end(listener)
        self._guests.on_end(listener)
        self._senders.on_end(listener)
