"""The parent's hold on the stem, which has loaded everything and becomes each child by a fork."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator

from foundation.child import end_child, start_child

from .frames import LONGEST_ORDER, Broken, Ended, Fork, Kill, Loaded, Order, Setup, pack_order, unpack_news
from .limits import Limits

# One thread: only such a process can be forked. The pool is the parallelism, and every thread costs address space.
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_ORDER_SECONDS = 5.0
_CRASHES = {-number for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP)}


class StemBroken(RuntimeError):
    """The stem did not come up; the message holds its traceback."""


class Forked:
    """A child of the stem, spoken to over a socket."""

    def __init__(self, stem: Stem, number: int, ended: asyncio.Future[int]) -> None:
        self._stem = stem
        self._number = number
        self._ended = ended
        self.stdout: asyncio.StreamReader
        self.stdin: asyncio.StreamWriter

    async def connect(self, own: socket.socket) -> None:
        """Takes our end of the socket."""
        self.stdout, self.stdin = await asyncio.open_unix_connection(sock=own)

    @property
    def returncode(self) -> int | None:
        """Minus the signal that it died of; None while it lives."""
        return self._ended.result() if self._ended.done() else None

    def kill(self) -> None:
        """Ends it at once."""
        self._stem.tell(Kill(self._number))

    async def wait(self) -> int:
        """Returns when it has ended, with what it died of."""
        return await asyncio.shield(self._ended)

    async def end(self) -> None:
        """Ends it at once, with what nobody has read, and returns when it has."""
        self.kill()
        self.stdin.transport.abort()
        try:
            async with asyncio.timeout(_ORDER_SECONDS):
                await self.wait()
        except TimeoutError:
            # A stem that does nothing any more would keep whoever waits here for ever.
            await self._stem.end()


class Stem:
    """A process that has loaded everything; it reads nothing of a stranger's."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket) -> None:
        self._process = process
        self._control = control
        self._loop = asyncio.get_running_loop()
        self._loaded: asyncio.Future[None] = self._loop.create_future()
        self._retired = False
        self._living: dict[int, asyncio.Future[int]] = {}
        self._forked = 0
        self.fresh = True
        """Whether it is there, and no child has crashed: all have the same addresses, which nobody shall try out."""
        self._loop.add_reader(control.fileno(), self._heard)

    @classmethod
    async def start(cls, limits: Limits) -> Stem:
        """Returns when everything is loaded; raises OSError, TimeoutError or StemBroken when it does not come up."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        with theirs, _closed_if_it_fails(ours):
            module, stdin = "document_relay.imaging.worker", theirs.fileno()
            process = await start_child(module, _ENVIRONMENT, stdin=stdin, stdout=asyncio.subprocess.DEVNULL)
        stem = cls(process, ours)
        try:
            stem.tell(Setup(limits))
            async with asyncio.timeout(limits.start_seconds):
                await stem._loaded
        except BaseException:
            await stem.end()
            raise
        return stem

    async def fork(self) -> Forked:
        """A new child; raises OSError when this machine cannot."""
        self._forked += 1
        number = self._forked
        ours, theirs = socket.socketpair()
        with theirs, _closed_if_it_fails(ours):
            socket.send_fds(self._control, [pack_order(Fork(number))], [theirs.fileno()])
            self._living[number] = self._loop.create_future()
            forked = Forked(self, number, self._living[number])
            # A child whose socket is closed ends by itself.
            await forked.connect(ours)
        return forked

    def tell(self, order: Order) -> None:
        """Sends an order; nothing when it has ended, and its children with it."""
        with contextlib.suppress(ConnectionError):
            if self._control.fileno() >= 0:
                self._control.send(pack_order(order))

    def retire(self) -> None:
        """Has it end with the last of its children."""
        self._retired = True
        self._leave()

    async def end(self) -> None:
        """Ends it and, by the kernel, its children."""
        await end_child(self._process)
        self._over()

    def _heard(self) -> None:
        try:
            data = self._control.recv(LONGEST_ORDER)
        except ConnectionError:
            data = b""
        if not data:
            self._over()
            return
        match unpack_news(data):
            case Loaded() if not self._loaded.done():
                self._loaded.set_result(None)
            case Broken(trace=trace) if not self._loaded.done():
                self._loaded.set_exception(StemBroken(trace))
            case Ended(number=number, returncode=returncode):
                self._living.pop(number).set_result(returncode)
                self.fresh = self.fresh and returncode not in _CRASHES
                self._leave()

    def _leave(self) -> None:
        if self._retired and not self._living:
            self._over()

    def _over(self) -> None:
        """Closes the socket, which ends a stem that is still there."""
        if self._control.fileno() < 0:
            return
        self._loop.remove_reader(self._control.fileno())
        self._control.close()
        self.fresh = False
        if not self._loaded.done():
            self._loaded.set_exception(StemBroken("it has ended"))
        for ended in self._living.values():
            ended.set_result(-signal.SIGKILL)
        self._living.clear()


@contextlib.contextmanager
def _closed_if_it_fails(ours: socket.socket) -> Iterator[None]:
    try:
        yield
    except BaseException:
        ours.close()
        raise
