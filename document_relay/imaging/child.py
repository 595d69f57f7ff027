"""The parent's hold on one sandboxed child process."""

from __future__ import annotations

import asyncio
import signal

import msgspec
import structlog

from .errors import REFUSALS, FileTooCostly, ImagingInterrupted, ImagingTimeout
from .frames import HEADER, Answer, Broken, Done, Job, Ready, Refused, pack, unpack_answer
from .limits import Limits
from .stem import Forked, Stem

_log = structlog.get_logger("document_relay.imaging")
_refusal_of = {refusal.code: refusal for refusal in REFUSALS}
_DYING_SECONDS = 1.0
# Its processor time or memory ran out, or a library fell over the file: it would do so again.
_ITS_OWN_FAULT = {
    -number for number in (signal.SIGXCPU, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP)
}


class ChildBroken(RuntimeError):
    """Our own code failed in the child, or it spoke another language; the message holds its traceback."""


class Child:
    """A warm child process that does one job at a time."""

    def __init__(self, process: Forked, limits: Limits) -> None:
        self._process = process
        self._limits = limits
        self._jobs_done = 0
        self.pid = 0
        self.mechanisms: tuple[str, ...] = ()

    @classmethod
    async def start(cls, stem: Stem, limits: Limits) -> Child:
        """Has the stem become a child, and waits until it is in its sandbox; ChildBroken when it does not come up."""
        child = cls(await stem.fork(), limits)
        try:
            answer = await asyncio.wait_for(child._answer(), limits.start_seconds)
        except BaseException:
            await child.kill()
            raise
        if not isinstance(answer, Ready):
            await child.kill()
            raise ChildBroken(f"instead of Ready came {answer!r}")
        child.pid, child.mechanisms = answer.pid, answer.mechanisms
        return child

    @property
    def usable(self) -> bool:
        """True while it lives and has not done its share of jobs."""
        return self._process.returncode is None and self._jobs_done < self._limits.jobs_per_child

    async def run(self, job: Job) -> Done:
        """What the job yields; whatever ends it early (a cancelled caller too) ends the process."""
        try:
            answer = await asyncio.wait_for(self._exchange(job), self._limits.wall_seconds)
        except TimeoutError:
            await self.kill()
            raise ImagingTimeout from None
        except (asyncio.IncompleteReadError, ConnectionError):
            raise await self._post_mortem() from None
        except BaseException:
            await self.kill()
            raise
        self._jobs_done += 1
        if isinstance(answer, Refused):
            raise _refusal_of[answer.code](**answer.parameters)
        if isinstance(answer, Broken):
            raise ChildBroken(answer.trace)
        assert not isinstance(answer, Ready)
        return answer

    def interrupt(self) -> None:
        """Ends the process, so that the job under way ends; `kill` reaps it afterwards."""
        if self._process.returncode is None:
            self._process.kill()

    async def kill(self) -> None:
        """Ends the process at once and reaps it."""
        await self._process.end()

    async def _exchange(self, job: Job) -> Answer:
        self._process.stdin.write(pack(job))
        await self._process.stdin.drain()
        return await self._answer()

    async def _answer(self) -> Answer:
        stdout = self._process.stdout
        (length,) = HEADER.unpack(await stdout.readexactly(HEADER.size))
        if length > self._limits.result_bytes:
            raise ChildBroken(f"a frame of {length} bytes")
        body = await stdout.readexactly(length)
        try:
            return unpack_answer(body)
        except msgspec.DecodeError as error:
            raise ChildBroken(str(error)) from error

    async def _post_mortem(self) -> FileTooCostly | ImagingInterrupted:
        try:
            # Its socket has ended, so it is dying. To signal it now could come first, and lose what it died of.
            await asyncio.wait_for(self._process.wait(), _DYING_SECONDS)
        except TimeoutError:
            await self.kill()
        code = self._process.returncode
        _log.warning("imaging_child_died", pid=self.pid, returncode=code)
        return FileTooCostly() if code in _ITS_OWN_FAULT else ImagingInterrupted()
