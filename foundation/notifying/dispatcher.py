"""Sends what is due, each channel by itself in bounded batches, and tries again what did not go.

A notice is claimed in a transaction, for the time of a lease: two processes never send the same one at once. A process
that is killed between sending and noting it leaves its notice to the next one, which sends it again: at least once. The
receiver gets the notice's identifier, and does nothing twice. A process that is ended brings what is under way to its
end for a moment, and lets go of the rest: the next start does not wait for a lease.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import msgspec
import structlog

from foundation.clock import Clock
from foundation.database import Database, DatabaseBusy
from foundation.notifying import store
from foundation.notifying.figures import NoticeFigures
from foundation.notifying.notice_life import ATTEMPT_SECONDS, pause_after
from foundation.notifying.notifier import Content, sealed_as
from foundation.notifying.sending import AT_ONCE, Channel, NotSent, Sender, Sending
from foundation.notifying.store import StoredNotice
from foundation.notifying.texts import TextLibrary
from foundation.tasks import uninterrupted, with_grace
from foundation.vault import SealBroken, Vault

_log = structlog.get_logger("foundation.notifying")
_LOOK_SECONDS = 1.0
_FORGET_SECONDS = 3600.0
_KEPT = timedelta(days=90)
"""How long it can be seen what became of a notice."""
TOO_LATE = "too_late"
GRACE_SECONDS = 2.0
"""How long a batch may go on when its dispatcher is ended: as long as a receiver usually takes to answer."""


@dataclass(frozen=True, kw_only=True)
class DispatcherParts:
    """What a dispatcher works with."""

    database: Database
    vault: Vault
    clock: Clock
    senders: Mapping[Channel, Sender]
    texts: TextLibrary
    figures: NoticeFigures


class Dispatcher:
    """Takes what is due to its senders."""

    def __init__(
        self,
        parts: DispatcherParts,
        attempt_seconds: float = ATTEMPT_SECONDS,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        self._parts = parts
        self._attempt_seconds = attempt_seconds
        self._grace_seconds = grace_seconds
        self._forgot_at = float("-inf")

    async def run(self) -> None:
        """Sends for ever; what a busy database kept back is done at a later look."""
        async with asyncio.TaskGroup() as running:
            for lane in self._lanes:
                running.create_task(self._run(lane), name=f"notices by {lane or 'no channel'}")

    async def dispatch(self) -> int:
        """Sends one batch of what is due of each channel; returns how many were tried."""
        return sum(await asyncio.gather(*(self._dispatch(lane) for lane in self._lanes)))

    @property
    def _lanes(self) -> list[Channel | None]:
        """The channels, none of which waits for another, and None for what is due on one that is not set up."""
        return [*self._parts.senders, None]

    async def _run(self, lane: Channel | None) -> None:
        while True:
            try:
                found = await self._dispatch(lane)
                if lane is None:
                    await self._forget()
            except DatabaseBusy:
                found = 0
                _log.warning("notices_kept_back")
            if not found:
                await asyncio.sleep(_LOOK_SECONDS)

    async def _dispatch(self, lane: Channel | None) -> int:
        return await with_grace(self._batch(lane), self._grace_seconds)

    async def _batch(self, lane: Channel | None) -> int:
        claimed = await self._claim(lane)
        done = await asyncio.gather(*(self._deal_with(one) for one in claimed), return_exceptions=True)
        for problem in done:
            if isinstance(problem, BaseException):
                raise problem
        return len(claimed)

    async def close(self) -> None:
        """Ends the senders."""
        for sender in self._parts.senders.values():
            await sender.close()

    async def _forget(self) -> None:
        now = self._parts.clock.monotonic()
        if now - self._forgot_at < _FORGET_SECONDS:
            return
        async with self._parts.database.write_quietly() as session:
            await store.forget(session, self._parts.clock.now() - _KEPT)
        self._forgot_at = now

    async def _claim(self, lane: Channel | None) -> list[StoredNotice]:
        now, database = self._parts.clock.now(), self._parts.database
        async with database.read() as session:
            if lane is None:
                due = await store.due_elsewhere(session, self._parts.senders.keys(), now, AT_ONCE)
            else:
                due = await store.due(session, lane, now, AT_ONCE)
        if not due:
            return []
        async with database.write_quietly() as session:
            return await store.claim(session, due, secrets.token_hex(8), now)

    async def _deal_with(self, notice: StoredNotice) -> None:
        if notice.useful_until <= self._parts.clock.now():
            return await self._give_up(notice, TOO_LATE)
        try:
            sending = self._opened(notice)
        except (SealBroken, KeyError, msgspec.MsgspecError) as error:
            self._parts.database.damaged("notices", notice.id, error)
            return await self._give_up(notice, store.DAMAGED)
        try:
            await self._attempt(notice, sending)
        except NotSent as refused:
            return await self._not_sent(notice, refused.code, for_good=refused.for_good)
        except asyncio.CancelledError:
            await uninterrupted(self._let_go(notice))
            raise
        await self._sent(notice)

    async def _attempt(self, notice: StoredNotice, sending: Sending) -> None:
        sender = self._parts.senders.get(notice.channel)
        if sender is None:
            # Written when the channel was still set up.
            raise NotSent("no_channel", for_good=True)
        try:
            async with asyncio.timeout(self._attempt_seconds):
                await sender.send(sending)
        except TimeoutError as late:
            raise NotSent("time_out") from late
        except OSError as error:
            raise NotSent("unreachable") from error
        except NotSent:
            raise
        except Exception as error:
            # A fault of ours in one sender keeps back neither the others nor what the other notices tell.
            _log.exception("notice_sender_failed", id=notice.id, channel=notice.channel)
            raise NotSent("internal_error") from error

    def _opened(self, notice: StoredNotice) -> Sending:
        if notice.data_key is None or notice.content is None:
            raise SealBroken
        opened = self._parts.vault.unseal(notice.data_key, notice.content, sealed_as(notice.id))
        content = msgspec.json.decode(opened, type=Content)
        subject, text = self._parts.texts.template(notice.kind, notice.language).filled(content.values)
        return Sending(
            id=notice.id,
            kind=notice.kind,
            address=content.address,
            language=notice.language,
            subject=subject,
            text=text,
            values=content.values,
            calendar=content.calendar,
        )

    async def _let_go(self, notice: StoredNotice) -> None:
        async with self._parts.database.write_quietly() as session:
            await store.let_go(session, notice, self._parts.clock.now())

    async def _sent(self, notice: StoredNotice) -> None:
        async with self._parts.database.write_quietly() as session:
            await store.sent(session, notice)
        self._parts.figures.count(notice.channel, "sent")
        _log.info("notice_sent", id=notice.id, kind=notice.kind, channel=notice.channel, attempts=notice.attempts)

    async def _not_sent(self, notice: StoredNotice, code: str, *, for_good: bool) -> None:
        pause = None if for_good else pause_after(notice.attempts)
        if pause is None:
            return await self._give_up(notice, code)
        until = self._parts.clock.now() + timedelta(seconds=pause)
        async with self._parts.database.write_quietly() as session:
            await store.postponed(session, notice, code, until)
        self._parts.figures.count(notice.channel, "tried_again")
        _log.info("notice_not_sent", id=notice.id, kind=notice.kind, channel=notice.channel, code=code)

    async def _give_up(self, notice: StoredNotice, code: str) -> None:
        async with self._parts.database.write_quietly() as session:
            await store.failed(session, notice, code)
        self._parts.figures.count(notice.channel, "failed")
        _log.warning("notice_failed", id=notice.id, kind=notice.kind, channel=notice.channel, code=code)
