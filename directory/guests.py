"""Guests of a call without an account: a clerk makes a link, which lets one browser into one call until it is over.

In memory, since a link ends with its call and with the service. The secret is 128 random bits (RFC 6749 §10.10), of
which the hash alone is held. An access token is good for a quarter of an hour, and the page asks for the next one with
the link and with the key of its browser.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from directory.catalogue import Catalogue
from directory.errors import GuestLinkOver, GuestLinkTaken
from directory.principal import OutsideGuest, Permission, Principal, Role, require
from directory.sign_in import Access
from directory.tokens import AccessClaims, NotAToken, Tokens
from foundation.clock import Clock
from foundation.identifiers import Identifiers

LASTS = timedelta(hours=2)
_ACCESS_LASTS = timedelta(minutes=15)
_LINK_BYTES = 16
_ACCOUNT = "guest"
"""What the audit log has for an account."""


@dataclass(frozen=True)
class GuestLink:
    """A link into a call; `browser` is empty until somebody has asked to be let in by it."""

    id: str
    link_hash: str
    call_id: str
    name: str
    site_id: str
    ends_at: datetime
    browser: str = ""


@dataclass(frozen=True)
class EnteredGuest:
    """A guest, and what to show at the next requests."""

    guest: OutsideGuest
    access_token: str
    access_ends_at: datetime


class Guests:
    """Makes links into calls and recognises who comes by them."""

    def __init__(
        self,
        catalogue: Catalogue,
        clock: Clock,
        identifiers: Identifiers,
        tokens: Tokens,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._identifiers = identifiers
        self._tokens = tokens
        self._random_bytes = random_bytes
        self._links: dict[str, GuestLink] = {}
        self._by_hash: dict[str, str] = {}
        self._listeners: list[Callable[[OutsideGuest], None]] = []

    def on_end(self, listener: Callable[[OutsideGuest], None]) -> None:
        """Calls `listener` with each guest whose link has ended."""
        self._listeners.append(listener)

    def invite(self, host: Principal, call_id: str, name: str) -> tuple[GuestLink, str]:
        """A new link into a call at the host's site, and its secret, which is told once; raises `Forbidden`."""
        require(host, Permission.SERVE)
        secret = self._random_bytes(_LINK_BYTES).hex()
        made = GuestLink(
            id=f"{OutsideGuest.PREFIX}{self._identifiers.new()}",
            link_hash=_hashed(secret),
            call_id=call_id,
            name=name,
            site_id=host.site_id,
            ends_at=self._clock.now() + LASTS,
        )
        self._links[made.id] = made
        self._by_hash[made.link_hash] = made.id
        return made, secret

    def enter(self, secret: str, browser_key: str) -> EnteredGuest:
        """Recognises the holder of the link in this browser; raises `GuestLinkOver`, `GuestLinkTaken`."""
        link = self.find(self._by_hash.get(_hashed(secret), ""))
        browser = _hashed(browser_key)
        if link is None:
            raise GuestLinkOver
        if link.browser not in ("", browser):
            raise GuestLinkTaken
        now = self._clock.now()
        ends_at = min(now + _ACCESS_LASTS, link.ends_at).replace(microsecond=0)
        token = self._tokens.guest(AccessClaims(link.id, browser, ends_at), now, self._identifiers.new())
        return EnteredGuest(self._guest(link, browser), token, ends_at)

    def bind(self, guest: OutsideGuest) -> None:
        """Keeps the link to the guest's browser from now on; raises `GuestLinkOver`, `GuestLinkTaken`."""
        link = self.find(guest.person_id)
        if link is None:
            raise GuestLinkOver
        if link.browser not in ("", guest.browser):
            raise GuestLinkTaken
        self._links[link.id] = replace(link, browser=guest.browser)

    def verify(self, access_token: str) -> Access | None:
        """What a guest's token opens; None when it is none, or opens nothing any more."""
        try:
            claims = self._tokens.read_guest(access_token)
        except NotAToken:
            return None
        link = self.find(claims.person_id)
        if link is None or claims.ends_at <= self._clock.now() or link.browser not in ("", claims.session_id):
            return None
        return Access(self._guest(link, claims.session_id), link.id, claims.ends_at)

    def find(self, guest_id: str) -> GuestLink | None:
        """The link of a guest; None when it has ended."""
        link = self._links.get(guest_id)
        return link if link is not None and link.ends_at > self._clock.now() else None

    def end(self, guest_id: str) -> None:
        """Ends a link; does nothing when it has ended."""
        link = self._links.pop(guest_id, None)
        if link is None:
            return
        del self._by_hash[link.link_hash]
        for listener in self._listeners:
            listener(self._guest(link, link.browser))

    def _guest(self, link: GuestLink, browser: str) -> OutsideGuest:
        return OutsideGuest(
            person_id=link.id,
            account=_ACCOUNT,
            name=link.name,
            roles=frozenset({Role.GUEST}),
            site_id=link.site_id,
            site_path=self._catalogue.site(link.site_id).path,
            department_ids=frozenset(),
            call_id=link.call_id,
            browser=browser,
            ends_at=link.ends_at,
        )


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
