"""The sessions of people who signed in, held by the server: what ends here ends everywhere at once.

The database holds them; this process keeps in memory those that were asked for, so that a request costs no read.
Whoever ends a session here forgets it in memory too; what another process or the clock ends is noticed by `follow`.

A renewal moves a session to its next generation, and each new token is a branch of its own. The token that was used
may be used again for half a minute: two pages of a browser renew at once, and an answer is lost on a bad network. After
that it was copied, and the session ends (RFC 9700 §4.14.2). Who copies a token and uses it within the half minute gets
a branch, too, and is found out at the next renewal: one of the two branches is used, and the other ends the session.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta

import msgspec
import structlog

from directory.catalogue import Catalogue
from directory.errors import NoSuchSite, SessionEnded
from directory.principal import Role, Staff
from directory.records import SignInSession, StaffMember
from directory.store import sessions as store
from directory.store.sessions import Live
from directory.tokens import RenewalClaims
from foundation.clock import Clock
from foundation.database import Database, WriteSession
from foundation.identifiers import Identifiers

IDLE_LASTS = timedelta(hours=1)
"""Without a renewal; an open page renews four times in it."""
LASTS = timedelta(hours=14)
"""A shift with its evening; then everybody signs in anew."""
OLD_TOKEN_LASTS = timedelta(seconds=30)
"""A page gives a request fifteen seconds and tries again five seconds later."""
_FOR_EACH_PERSON = 20

_log = structlog.get_logger("directory.sessions")


class Sessions:
    """Opens, renews, ends and finds sessions; `demonstration` says whether invented people may have one."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        clock: Clock,
        identifiers: Identifiers,
        *,
        demonstration: bool,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        self._identifiers = identifiers
        self._demonstration = demonstration
        self._live: dict[str, Staff] = {}
        self._marks: dict[str, store.Mark] = {}
        self._ended = 0
        self._listeners: list[Callable[[str, Staff], None]] = []

    async def start(self) -> None:
        """Ends the sessions of the demonstration where there is none any more."""
        if not self._demonstration:
            async with self._database.write() as session:
                await store.end_demonstration(session)

    def on_end(self, listener: Callable[[str, Staff], None]) -> None:
        """Calls `listener` with each session that ends, and whose it was."""
        self._listeners.append(listener)

    async def open(self, session: WriteSession, staff: StaffMember) -> SignInSession:
        """A new session within the caller's transaction; the oldest beyond twenty end, as `follow` notices."""
        now = self._clock.now()
        await store.forget_sessions(session, now)
        if others := (await store.sessions_of(session, staff.id))[: 1 - _FOR_EACH_PERSON]:
            await store.end_sessions(session, others)
        opened = SignInSession(
            id=self._identifiers.new(),
            staff_id=staff.id,
            generation=0,
            used_branch="",
            began_at=now,
            renewed_at=now,
            idle_ends_at=now + IDLE_LASTS,
            ends_at=now + LASTS,
        )
        await store.add_session(session, opened)
        return opened

    def branch(self, held: SignInSession) -> RenewalClaims:
        """What the next renewal token says."""
        return RenewalClaims(held.id, held.generation, self._identifiers.new())

    async def renew(self, claims: RenewalClaims) -> tuple[SignInSession, Staff]:
        """The session in its next generation; raises `SessionEnded`, and ends it when the token was copied."""
        async with self._database.write() as session:
            now = self._clock.now()
            row = await store.hold(session, claims.session_id, now, demonstration=self._demonstration)
            found = self._known(row)
            renewed = None if found is None else self._next(found[0], claims)
            if renewed is not None:
                await store.renew_session(session, renewed)
            elif found is not None:
                await store.end_sessions(session, [claims.session_id])
        if found is None or renewed is None:
            self._forget(claims.session_id)
            raise SessionEnded
        return renewed, found[1]

    async def of_renewal(self, claims: RenewalClaims) -> Staff:
        """Whose renewal token this is, which is neither used nor changed by asking; raises `SessionEnded`."""
        found = await self._find(claims.session_id)
        if found is None or self._next(found[0], claims) is None:
            raise SessionEnded
        return found[1]

    async def end(self, session_id: str) -> Staff | None:
        """Ends a session; whose it was, None when it had ended before."""
        found = await self._find(session_id)
        async with self._database.write() as session:
            await store.end_sessions(session, [session_id])
        self._forget(session_id)
        return None if found is None else found[1]

    async def end_all(self, session: WriteSession, staff_id: str) -> list[str]:
        """Ends all sessions of a person within the caller's transaction; `forget` them once it is committed."""
        ended = await store.sessions_of(session, staff_id)
        await store.end_sessions(session, ended)
        return ended

    def forget(self, session_ids: list[str]) -> None:
        """Ends in this process what `end_all` ended in the database."""
        for session_id in session_ids:
            self._forget(session_id)

    async def principal(self, session_id: str) -> Staff | None:
        """Whose session this is; None when it has ended."""
        while (known := self._live.get(session_id)) is None:
            ended = self._ended
            if (found := await self._find(session_id)) is None:
                return None
            # One that ended while it was read must not come to life again.
            if ended == self._ended:
                self._live[session_id] = found[1]
        return known

    def is_signed_in(self, staff_id: str) -> bool:
        """Whether a session of the person was asked for here and goes on."""
        return any(principal.person_id == staff_id for principal in self._live.values())

    async def signed_in(self, staff_ids: Collection[str]) -> frozenset[str]:
        """Those of the people who are signed in anywhere; whoever is disabled is not."""
        async with self._database.read() as session:
            return await store.signed_in(session, staff_ids, self._clock.now())

    async def follow(self) -> None:
        """Takes over what other processes and the clock changed: sessions that ended, people who have other roles."""
        known = list(self._live)
        async with self._database.read() as session:
            marks = await store.marks(session, self._clock.now(), demonstration=self._demonstration)
        former, self._marks = self._marks, marks
        for session_id in known:
            if session_id in marks and former.get(session_id) == marks[session_id]:
                continue
            if (now := await self._find(session_id)) is None:
                self._forget(session_id)
            elif session_id in self._live:
                self._live[session_id] = now[1]

    def _next(self, held: SignInSession, claims: RenewalClaims) -> SignInSession | None:
        """The session as the token makes it; None when the token may not be used any more."""
        now = self._clock.now()
        if claims.generation == held.generation:
            return msgspec.structs.replace(
                held,
                generation=held.generation + 1,
                used_branch=claims.branch,
                renewed_at=now,
                idle_ends_at=min(now + IDLE_LASTS, held.ends_at),
            )
        again = (claims.generation, claims.branch) == (held.generation - 1, held.used_branch)
        return held if again and now - held.renewed_at <= OLD_TOKEN_LASTS else None

    async def _find(self, session_id: str) -> tuple[SignInSession, Staff] | None:
        async with self._database.read() as session:
            now = self._clock.now()
            return self._known(await store.live(session, session_id, now, demonstration=self._demonstration))

    def _known(self, live: Live | None) -> tuple[SignInSession, Staff] | None:
        if live is None:
            return None
        held, staff = live
        try:
            return held, principal_of(staff, self._catalogue)
        except (NoSuchSite, ValueError):
            # A row that was changed by hand, or a site that is gone: nobody acts with half of a right.
            _log.warning("person_not_understood", staff=staff.id)
            return None

    def _forget(self, session_id: str) -> None:
        self._ended += 1
        principal = self._live.pop(session_id, None)
        if principal is None:
            return
        _log.info("session_ended", session=session_id, staff=principal.person_id)
        for listener in self._listeners:
            listener(session_id, principal)


def principal_of(staff: StaffMember, catalogue: Catalogue) -> Staff:
    """What a person may do where; raises `NoSuchSite`, and `ValueError` for a role that is none."""
    return Staff(
        person_id=staff.id,
        account=staff.account,
        name=staff.name,
        roles=frozenset(Role(role) for role in staff.roles),
        site_id=staff.site_id,
        site_path=catalogue.site(staff.site_id).path,
        department_ids=frozenset(staff.skills),
    )
