"""People without an account who send what is missing of one case: a link lets them in until the deadline.

The secret is a code of 20 of 25 signs, 92.9 bits, and serves as the link and to be typed; the database holds its hash
alone (SHA-256). An access token is good for a quarter of an hour, and the page asks for the next one with the link.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from directory.errors import SupplementLinkOver, SupplementLinkUnknown, TooManySupplementLinks
from directory.principal import Answerer, Role, Sender
from directory.records import SenderLink
from directory.sign_in import Access
from directory.store import senders as store
from directory.tokens import AccessClaims, NotAToken
from directory.visit_codes import new_code, normal
from directory.visits import VisitParts, hashed
from foundation.database import WriteSession

LENGTH = 20
_ACCESS_LASTS = timedelta(minutes=15)
MOST_LINKS = 20
"""Of one supplement or list of findings: each slip that is printed adds one."""
MOST_TOLD = 2 * MOST_LINKS
"""With those that applicants are told when it is asked again: slips that are used up must not keep it from them."""
_ACCOUNT = "sender"
"""What the audit log has for an account."""
_NAME = "申请人（凭补正链接）"
"""What the case's history has for a name: the link tells who was given it, and not who opened it."""


@dataclass(frozen=True)
class EnteredSender:
    """A sender, and what to show at the next requests."""

    sender: Sender
    access_token: str
    access_ends_at: datetime


class SenderLinks:
    """Makes, prolongs and ends links in the transaction of the supplement that they are for."""

    def __init__(self, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._random_bytes = random_bytes

    async def add(
        self,
        session: WriteSession,
        sender_id: str,
        case: tuple[str, str],
        ends_at: datetime,
        most: int = MOST_LINKS,
    ) -> str:
        """One more link of a sender to the `case`, its id and its site's; the secret, which is told once.

        Raises `TooManySupplementLinks` where there are `most`.
        """
        case_id, site_id = case
        if await store.count(session, sender_id) >= most:
            raise TooManySupplementLinks(limit=most)
        secret = new_code(self._random_bytes, LENGTH)
        link = SenderLink(
            link_hash=hashed(secret),
            sender_id=sender_id,
            case_id=case_id,
            site_id=site_id,
            ends_at=ends_at,
            ended=False,
        )
        await store.add(session, link)
        return secret

    async def prolong(self, session: WriteSession, sender_id: str, ends_at: datetime) -> None:
        """Has all links of the sender end then."""
        await store.change(session, sender_id, ends_at=ends_at)

    async def end(self, session: WriteSession, sender_id: str) -> None:
        """Ends all links of the sender; who is there is out within two seconds."""
        await store.change(session, sender_id, ended=True)


class Senders:
    """Lets senders in."""

    def __init__(self, parts: VisitParts) -> None:
        self._parts = parts
        self._live: dict[str, Sender] = {}
        self._listeners: list[Callable[[Sender], None]] = []

    def on_end(self, listener: Callable[[Sender], None]) -> None:
        """Calls `listener` with each sender who was here and whose links have ended."""
        self._listeners.append(listener)

    async def enter(self, typed: str) -> EnteredSender:
        """Lets in whoever shows the link's secret, as it was copied or typed.

        Raises `SupplementLinkUnknown`, `SupplementLinkOver`.
        """
        async with self._parts.database.read() as session:
            found = await store.of_link(session, hashed(normal(typed)))
        # The table holds the links to results, too, which let nobody in.
        if found is None or not found.sender_id.startswith(Sender.PREFIX):
            raise SupplementLinkUnknown
        if self._is_over(found):
            raise SupplementLinkOver
        sender = self._live[found.sender_id] = self._sender(found)
        now = self._parts.clock.now()
        ends_at = min(now + _ACCESS_LASTS, found.ends_at).replace(microsecond=0)
        claims = AccessClaims(found.sender_id, found.sender_id, ends_at)
        return EnteredSender(sender, self._parts.tokens.sender(claims, now, self._parts.identifiers.new()), ends_at)

    async def verify(self, access_token: str) -> Access | None:
        """What a sender's token opens; None when it is none, or opens nothing any more."""
        try:
            claims = self._parts.tokens.read_sender(access_token)
        except NotAToken:
            return None
        sender = await self._of(claims.person_id) if claims.ends_at > self._parts.clock.now() else None
        return None if sender is None else Access(sender, sender.person_id, claims.ends_at)

    def of_case(self, case_id: str) -> list[str]:
        """The senders who came in here for the case."""
        return [one.person_id for one in self._live.values() if one.case_id == case_id]

    async def follow(self) -> None:
        """Ends the pages of those whose links are over, by the clock or by what another process did."""
        if not self._live:
            return
        async with self._parts.database.read() as session:
            living = await store.living(session, list(self._live), self._parts.clock.now())
        for sender_id in set(self._live) - living:
            sender = self._live.pop(sender_id)
            for listener in self._listeners:
                listener(sender)

    async def _of(self, sender_id: str) -> Sender | None:
        if (known := self._live.get(sender_id)) is not None:
            return known
        async with self._parts.database.read() as session:
            found = await store.of_sender(session, sender_id)
        if found is None or self._is_over(found):
            return None
        return self._live.setdefault(sender_id, self._sender(found))

    def _is_over(self, found: SenderLink) -> bool:
        return found.ended or found.ends_at <= self._parts.clock.now()

    def _sender(self, found: SenderLink) -> Sender:
        kind = Answerer if found.sender_id.startswith(Answerer.PREFIX) else Sender
        return kind(
            person_id=found.sender_id,
            account=_ACCOUNT,
            name=_NAME,
            roles=frozenset({Role.SENDER}),
            site_id=found.site_id,
            site_path=self._parts.catalogue.site(found.site_id).path,
            department_ids=frozenset(),
            case_id=found.case_id,
            asked_id=found.sender_id.removeprefix(kind.PREFIX),
            ends_at=found.ends_at,
        )


def sender_of(supplement_id: str) -> str:
    """The one sender that all links of a supplement let in."""
    return f"{Sender.PREFIX}{supplement_id}"


def answerer_of(joint_id: str) -> str:
    """The one sender that all links to the findings of a joint acceptance let in."""
    return f"{Answerer.PREFIX}{joint_id}"
