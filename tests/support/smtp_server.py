"""A mail server of a few commands (RFC 5321) on this machine, with STARTTLS (RFC 3207), to hand real messages in."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


class SmtpServer:
    """Keeps what it takes; `refusals` answer the commands that they begin with, each once.

    Nobody is answered before `answers_from` connections are open.
    """

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        self.port = 0
        self.taken: list[EmailMessage] = []
        self.signed_in: list[bytes] = []
        self.encrypted: list[bool] = []
        self.refusals: dict[str, str] = {}
        self.answers_from = 0
        self._connections = 0
        self._enough = asyncio.Event()
        self._tls = tls

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        encrypted = False
        self._connections += 1
        if self._connections >= self.answers_from:
            self._enough.set()
        await self._enough.wait()
        writer.write(b"220 here\r\n")
        while line := (await reader.readline()).decode().strip():
            command = line.split(" ")[0].upper()
            if (refusal := self.refusals.pop(command, None)) is not None:
                answer = refusal
            elif command == "EHLO":
                more = [] if encrypted or self._tls is None else ["250-STARTTLS"]
                answer = "\r\n".join(["250-here", *more, "250 AUTH PLAIN"])
            elif command == "STARTTLS" and self._tls is not None:
                writer.write(b"220 go on\r\n")
                await writer.start_tls(self._tls)
                encrypted = True
                continue
            elif command == "DATA":
                writer.write(b"354 go on\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                answer = self._take(body, encrypted=encrypted)
            elif command == "AUTH":
                self.signed_in.append(base64.b64decode(line.split(" ")[2]))
                answer = "235 welcome"
            else:
                answer = "221 bye" if command == "QUIT" else "250 well"
            writer.write(f"{answer}\r\n".encode())
            if command == "QUIT":
                return

    def _take(self, body: bytes, *, encrypted: bool) -> str:
        self.taken.append(message_from_bytes(body.removesuffix(b".\r\n"), policy=default))  # type: ignore[arg-type]
        self.encrypted.append(encrypted)
        return self.refusals.pop("taken", "250 taken")


@asynccontextmanager
async def smtp_server(tls: ssl.SSLContext | None = None) -> AsyncIterator[SmtpServer]:
    """A server on a port of its own."""
    made = SmtpServer(tls)
    listening = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield made
