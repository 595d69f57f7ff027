"""The stem: a process that has loaded everything, and becomes each child by a fork. Runs in the child only.

Nothing of a stranger's comes to it. Before a child reads anything it is in its sandbox, and has one socket: its own.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket

from .frames import LONGEST_ORDER, Broken, Ended, Fork, Kill, Loaded, pack_news, unpack_order


class Forking:
    """Does what comes over the socket to the parent, and tells of children that have ended."""

    def __init__(self, parent: socket.socket) -> None:
        """`parent` keeps messages apart (SOCK_SEQPACKET)."""
        self._parent = parent
        self._pids: dict[int, int] = {}
        self._woken, self._waker = os.pipe()

    def tell(self, news: Loaded | Broken | Ended) -> None:
        """Sends it to the parent."""
        self._parent.send(pack_news(news))

    def run(self) -> int | None:
        """Returns in each child, with the descriptor of its socket.

        In the stem it returns None, when nobody asks any more and no child lives.
        """
        os.set_blocking(self._waker, False)
        signal.set_wakeup_fd(self._waker)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        # Shared with every child for as long as nobody writes to it, and a collection would.
        gc.collect()
        gc.freeze()
        asked, parent = True, self._parent.fileno()
        while asked or self._pids:
            heard, _, _ = select.select([self._woken, *([parent] if asked else [])], [], [])
            if self._woken in heard:
                os.read(self._woken, 4096)
                self._reap()
            if parent in heard:
                data, sockets, _, _ = socket.recv_fds(self._parent, LONGEST_ORDER, 1)
                asked = bool(data)
                own = self._obey(data, sockets) if asked else None
                if own is not None:
                    return own
        return None

    def _obey(self, data: bytes, sockets: list[int]) -> int | None:
        match unpack_order(data):
            case Fork(number=number):
                pid = os.fork()
                if pid == 0:
                    self._let_go()
                    return sockets[0]
                self._pids[number] = pid
                os.close(sockets[0])
            case Kill(number=number) if number in self._pids:
                os.kill(self._pids[number], signal.SIGKILL)
        return None

    def _let_go(self) -> None:
        """Closes in a child what is the stem's."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self._woken)
        os.close(self._waker)
        # Else the next file that is opened would be the standard input.
        os.dup2(1, self._parent.detach())

    def _reap(self) -> None:
        for number, pid in list(self._pids.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self._pids[number]
                self.tell(Ended(number, os.waitstatus_to_exitcode(status)))
