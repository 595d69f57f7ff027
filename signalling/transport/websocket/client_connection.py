"""The WebSocket of one page: its commands come in one after the other, its views go out newest first.

Answers wait in a short queue; views wait as a set of topics and are built when they are sent, so that a slow page
gets the newest state and not a backlog. Of a list it is sent what has changed since it was sent the list last. A page
that does not read for ten seconds is cut.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import msgspec
import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from directory.audit import DONE, Entry
from directory.audit_intake import AuditIntake
from directory.errors import AuditBusy
from directory.principal import Principal
from directory.sign_in import Access
from foundation.clock import Clock
from foundation.errors import InternalError, Invalid, Language, Refusal, Unauthenticated, Unavailable
from foundation.identifiers import Identifiers
from foundation.rate import TokenBucket
from foundation.tasks import Tasks
from signalling.identity.faces import Face, face_of
from signalling.identity.participant import ParticipantId
from signalling.transport.bound import BoundSlices
from signalling.transport.failures import internal_error
from signalling.transport.listing import Listing, Sent
from signalling.transport.slice import Result
from signalling.transport.websocket.errors import CommandsTooFast, TooManyWatched
from signalling.transport.websocket.outgoing import Outgoing
from signalling.transport.websocket.registry import Registry, case_topic, topic_with_case
from signalling.transport.websocket.touched import touched
from signalling.wire.commands import Authenticate, Command, Unwatch, Watch, snake_case
from signalling.wire.decoding import decode
from signalling.wire.envelopes import Done, Refused, ServerMessage, ViewEvent, ViewFailed
from signalling.wire.views import View

_log = structlog.get_logger("signalling.connection")

LARGEST_MESSAGE = 64 * 1024
HEARTBEAT_SECONDS = 10.0
_SEND_SECONDS = 10.0
_AUTHENTICATE_SECONDS = 10.0
_LAST_ANSWER_SECONDS = 2.0
_WATCHED_AT_MOST = 8
_COMMANDS_A_SECOND = 4.0
_COMMANDS_AT_ONCE = 60.0
_FLOWING_A_SECOND = 30.0
_FLOWING_AT_ONCE = 45.0

CLOSE_SIGNED_OUT = 4401
CLOSE_REPLACED = 4409
CLOSE_TOO_MANY = 4429


class _Head(msgspec.Struct):
    """What can be read of a command that is not valid, so that its refusal finds its way back."""

    id: int = 0


@dataclass(frozen=True, kw_only=True)
class ConnectionParts:
    """What every connection needs."""

    clock: Clock
    identifiers: Identifiers
    tasks: Tasks
    acts: Tasks
    """Commands under way: they end although the page that asked for them goes."""
    intake: AuditIntake
    authenticate: Callable[[str], Awaitable[Access]]
    """What an access token opens; raises `TokenInvalid`."""
    heartbeat: Callable[[str], Awaitable[None]]
    """Says that a page, by the text of its `ParticipantId`, is there now."""
    registry: Registry
    slices: BoundSlices


class ClientConnection:
    """The server's side of one WebSocket."""

    def __init__(self, parts: ConnectionParts, socket: web.WebSocketResponse, language: Language, address: str) -> None:
        self._parts = parts
        self._address = address
        self._socket = socket
        self._language: Language = language
        self._outgoing = Outgoing()
        self._sent: dict[str, Sent] = {}
        self._something = asyncio.Event()
        self._sequence = 0
        self.came_at = parts.clock.monotonic()
        self._bucket = TokenBucket(_COMMANDS_A_SECOND, _COMMANDS_AT_ONCE, self.came_at)
        self._flow = TokenBucket(_FLOWING_A_SECOND, _FLOWING_AT_ONCE, self.came_at)
        self._close_code: int | None = None
        self._answered = asyncio.Event()
        self._answered.set()
        self._cut: asyncio.TimerHandle | None = None
        self.session_id = ""
        self.principal: Principal
        self.person_id = ""
        self.face: Face = "point"
        self.watched_cases: set[str] = set()

    async def run(self) -> None:
        """Serves the page until either side ends it."""
        if not await self._authenticate():
            await self._socket.close(code=self._close_code or CLOSE_SIGNED_OUT)
            return
        if not self._parts.registry.join(self):
            self._cancel_cut()
            await self._socket.close(code=CLOSE_REPLACED)
            return
        # Its person counts as present at once.
        await self._parts.heartbeat(str(self.participant))
        # It is shown names from now on, without asking; on a weak link it comes back again and again.
        self._take("page_opened", DONE, {"face": self.face})
        writer = self._parts.tasks.spawn(self._write(), name=f"page writer {self.person_id}")
        try:
            for topic in self._parts.slices.topics_of(self.face, self.principal):
                self.invalidate(topic)
            await self._read()
        finally:
            writer.cancel()
            self._cancel_cut()
            self._parts.registry.leave(self)
            for case_id in self.watched_cases:
                self._parts.registry.unwatch(self, case_id)
            await self._socket.close(code=self._close_code or WSCloseCode.OK)

    @property
    def participant(self) -> ParticipantId:
        """Whose page it is, on the media plane."""
        return ParticipantId(self.person_id, self.face)

    def invalidate(self, topic: str) -> None:
        """Marks the topic to be sent again; one that is not for this page is not its person's to see."""
        if self._close_code is not None or not self._parts.slices.may_see(self.principal, topic):
            return
        self._outgoing.invalidate(topic, self._parts.slices.rest_seconds(topic))
        self._something.set()

    def replace(self) -> None:
        """Ends the page because its person has opened it elsewhere."""
        self.end(CLOSE_REPLACED)

    def sign_out(self) -> None:
        """Ends the page because its session, or the time of its access token, is over."""
        self.end(CLOSE_SIGNED_OUT)

    def end(self, code: int) -> None:
        """Ends the page with a close code; nothing more is taken from it, and nothing more shown to it."""
        self._close_code = code
        self._outgoing.forget_topics()
        self._parts.tasks.spawn(self._close(code), name=f"page end {self.person_id}")

    async def _close(self, code: int) -> None:
        # A command of its own may be what ends it: the page is told first that it was carried out.
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_ANSWER_SECONDS):
                await self._answered.wait()
        await self._socket.close(code=code)

    async def _authenticate(self) -> bool:
        try:
            message = await self._socket.receive(timeout=_AUTHENTICATE_SECONDS)
            if message.type is not WSMsgType.TEXT:
                return False
            command = decode(message.data, Authenticate)
            await self._sign_in(command)
        except Unavailable as busy:
            # Says nothing of who asks: the page comes back by itself.
            _log.warning("page_not_signed_in", reason=str(busy))
            self._close_code = WSCloseCode.TRY_AGAIN_LATER
            return False
        except (Refusal, TimeoutError) as refused:
            _log.debug("page_not_signed_in", reason=str(refused))
            return False
        except Exception as error:
            # The page comes back by itself, as after a broken link.
            self._internal_error(error, act="authenticate")
            self._close_code = WSCloseCode.INTERNAL_ERROR
            return False
        self._answer(Done(id=command.id, result=None))
        return True

    async def _sign_in(self, command: Authenticate) -> None:
        access = await self._parts.authenticate(command.token)
        principal = access.principal
        if self.person_id not in ("", principal.person_id):
            raise Unauthenticated
        self.principal = principal
        self.person_id = principal.person_id
        self.session_id = access.session_id
        self.face = face_of(principal)
        self._language = command.language
        self._cancel_cut()
        # A page that only listens is cut as well: it renews its token a minute before.
        left = (access.ends_at - self._parts.clock.now()).total_seconds()
        self._cut = asyncio.get_running_loop().call_later(left, self.sign_out)

    def _cancel_cut(self) -> None:
        if self._cut is not None:
            self._cut.cancel()

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                return
            command = self._decoded(message.data)
            now = self._parts.clock.monotonic()
            flows = isinstance(command, Command) and self._flows(command)
            flooded = flows and not self._flow.allow(now)
            if (flooded or not flows) and not self._bucket.allow(now):
                self._close_code = CLOSE_TOO_MANY
                return
            if self._close_code is not None:
                return
            if isinstance(command, Invalid):
                self._refuse(_identifier_of(message.data), command)
            elif flooded:
                self._refuse(command.id, CommandsTooFast())
                # Nothing was waited for: the others, and the refusals themselves, have their turn before the next one.
                await asyncio.sleep(0)
            else:
                self._answered.clear()
                # A page that goes meanwhile has asked for it all the same.
                await self._parts.acts.finish(self._handle(command), name=f"command of {self.person_id}")

    def _decoded(self, text: str) -> Command | Invalid:
        try:
            return self._parts.slices.decode(text)
        except Invalid as refusal:
            return refusal

    def _flows(self, command: Command) -> bool:
        match command:
            case Authenticate() | Watch() | Unwatch():
                return False
        return self._parts.slices.command(type(command)).row.flows

    async def _handle(self, command: Command) -> None:
        try:
            await self._answer_command(command)
        except Exception as error:
            self._refuse(command.id, self._internal_error(error, act=type(command).__name__))

    async def _answer_command(self, command: Command) -> None:
        access = self._access_of(command)
        try:
            if access:
                self._parts.intake.require_room()
            result = await self._carry_out(command)
            if access:
                what = touched(command) | touched(result)
                await self._parts.intake.write(self._entry(access, DONE, what))
        except Refusal as refusal:
            # What is not now says nothing of who asked.
            if not isinstance(refusal, Unavailable):
                self._take(access or snake_case(type(command).__name__), refusal.code, touched(command))
            self._refuse(command.id, refusal)
            return
        self._answer(Done(id=command.id, result=result))

    def _access_of(self, command: Command) -> str:
        """What the audit log calls the command; empty where it shows nothing personal."""
        match command:
            case Authenticate() | Unwatch():
                return ""
            case Watch(case_id=case_id):
                return self._parts.slices.topic(case_topic(case_id)).access
        return self._parts.slices.command(type(command)).row.access

    def _take(self, act: str, outcome: str, what: dict[str, str]) -> None:
        try:
            self._parts.intake.take(self._entry(act, outcome, what))
        except AuditBusy:
            _log.error("not_audited", who=self.person_id, act=act, outcome=outcome)

    def _entry(self, act: str, outcome: str, what: dict[str, str]) -> Entry:
        account = self.principal.account
        return Entry(who=self.person_id, account=account, act=act, outcome=outcome, address=self._address, what=what)

    def _internal_error(self, error: Exception, **where: str) -> InternalError:
        return internal_error(self._parts.identifiers, error, staff=self.person_id, **where)

    async def _carry_out(self, command: Command) -> Result:
        match command:
            case Authenticate():
                await self._sign_in(command)
            case Watch(case_id=case_id):
                await self._watch(case_id)
            case Unwatch(case_id=case_id):
                self.watched_cases.discard(case_id)
                self._parts.registry.unwatch(self, case_id)
                for topic in self._topics_of_case(case_id):
                    self._outgoing.forget(topic)
                    self._sent.pop(topic, None)
            case _:
                return await self._parts.slices.command(type(command)).carry_out(self.principal, command)
        return None

    async def _watch(self, case_id: str) -> None:
        if len(self.watched_cases) >= _WATCHED_AT_MOST:
            raise TooManyWatched
        await self._parts.slices.show(self.principal, case_topic(case_id))
        self.watched_cases.add(case_id)
        self._parts.registry.watch(self, case_id)
        for topic in self._topics_of_case(case_id):
            # One that was under way when the page turned away has been noted as sent.
            self._sent.pop(topic, None)
            self.invalidate(topic)

    def _topics_of_case(self, case_id: str) -> list[str]:
        """The case, and what comes with it."""
        beside = self._parts.slices.topics_with_case(self.face, self.principal)
        return [case_topic(case_id), *(topic_with_case(name, case_id) for name in beside)]

    def _refuse(self, identifier: int, refusal: Refusal) -> None:
        message = refusal.sentence(self._language)
        self._answer(Refused(id=identifier, code=refusal.code, message=message, reference=refusal.reference))

    def _answer(self, message: ServerMessage) -> None:
        if not self._outgoing.answer(message):
            self.end(CLOSE_TOO_MANY)
            return
        self._something.set()

    async def _write(self) -> None:
        try:
            while True:
                await self._wait()
                while (answer := self._outgoing.take_answer()) is not None:
                    await self._send(answer)
                    self._answered.set()
                topic = self._outgoing.take_topic(self._parts.clock.monotonic())
                if topic is not None:
                    await self._send_view(topic)
        except (TimeoutError, ConnectionError):
            # A page that does not read is cut; it comes back by itself and gets everything anew.
            _log.warning("page_too_slow", staff=self.person_id)
            self.end(WSCloseCode.TRY_AGAIN_LATER)
        except Exception:
            self.end(WSCloseCode.INTERNAL_ERROR)
            raise

    async def _wait(self) -> None:
        """Waits until there is something to send."""
        seconds = self._outgoing.seconds_to_topic(self._parts.clock.monotonic())
        if seconds != 0.0:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._something.wait()
        self._something.clear()

    async def _send_view(self, topic: str) -> None:
        try:
            shown = await self._parts.slices.show(self.principal, topic)
        except Refusal as refusal:
            _log.warning("view_refused", topic=topic, staff=self.person_id, code=refusal.code)
        except Exception as error:
            failed = self._internal_error(error, topic=topic)
            message = failed.sentence(self._language)
            await self._send(ViewFailed(topic=topic, code=failed.code, message=message, reference=failed.reference))
        else:
            await self._send_event(topic, shown)

    async def _send_event(self, topic: str, shown: View | Listing) -> None:
        if isinstance(shown, Listing):
            change = self._sent.setdefault(topic, Sent()).change_to(shown)
            if change is None:
                return
            shown = change
        self._sequence += 1
        await self._send(ViewEvent(topic=topic, sequence=self._sequence, data=shown))

    async def _send(self, message: ServerMessage) -> None:
        async with asyncio.timeout(_SEND_SECONDS):
            await self._socket.send_str(msgspec.json.encode(message).decode())


def _identifier_of(text: str) -> int:
    try:
        return msgspec.json.decode(text, type=_Head).id
    except (msgspec.MsgspecError, RecursionError):
        return 0
