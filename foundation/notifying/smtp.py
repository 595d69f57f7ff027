"""E-mail over SMTP (RFC 5321), by TLS or STARTTLS (RFC 3207), each message on a connection of its own."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import Literal

from foundation.notifying.sending import AT_ONCE, NotSent, Sending

_WAIT_SECONDS = 15.0
"""For each answer of the server."""
_THREADS = 2 * AT_ONCE
"""None waits for a thread while its time limit runs, even where a slow server still holds those of the batch before."""

Encryption = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, kw_only=True)
class SmtpServer:
    """Where e-mail is handed in, and as whom; without a user nobody signs in."""

    host: str
    port: int
    encryption: Encryption
    user: str
    password: str
    sender: str
    """The address that a message comes from, perhaps with a name before it."""


class SmtpSender:
    """Sends e-mail in threads of its own: smtplib waits."""

    def __init__(self, server: SmtpServer, trust: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._trust = trust or ssl.create_default_context()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="smtp")

    async def send(self, sending: Sending) -> None:
        """Hands the message in; raises `NotSent`, OSError. A cancelled one may be on its way."""
        message = self._message(sending)
        await asyncio.get_running_loop().run_in_executor(self._threads, self._hand_in, message)

    async def close(self) -> None:
        """Lets go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _message(self, sending: Sending) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        domain = parseaddr(self._server.sender)[1].partition("@")[2] or self._server.host
        try:
            message["From"] = self._server.sender
            message["To"] = sending.address
            message["Subject"] = sending.subject
            # The same at each attempt: a mailbox that has it shows it once.
            message["Message-ID"] = f"<{sending.id}@{domain}>"
        except ValueError as error:
            # A line break, with which an address would write headers of its own.
            raise NotSent("address_refused", for_good=True) from error
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = sending.language
        message.set_content(sending.text)
        if (calendar := sending.calendar) is not None:
            # With its method in the type a mailbox knows an invitation from a file (RFC 6047, 2.4).
            message.add_attachment(
                calendar.text, subtype="calendar", params={"method": calendar.method}, filename="appointment.ics"
            )
        return message

    def _hand_in(self, message: EmailMessage) -> None:
        server = self._server
        try:
            with self._connected() as connection:
                if server.user:
                    connection.login(server.user, server.password)
                connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            (code, _), *_others = refused.recipients.values()
            # RFC 5321, 4.2.1: 4yz may go another time, 5yz never.
            raise NotSent(f"smtp_{code}", for_good=code >= 500) from refused
        except smtplib.SMTPAuthenticationError as error:
            raise NotSent("sign_in_refused") from error
        except smtplib.SMTPResponseException as error:
            # Not of who gets it: such as our own address, which the server does not take until somebody mends it.
            raise NotSent(f"smtp_{error.smtp_code}") from error
        except smtplib.SMTPServerDisconnected as error:
            raise NotSent("unreachable") from error
        except smtplib.SMTPException as error:
            # Such as no STARTTLS: nothing goes out unencrypted instead.
            raise NotSent("smtp_not_fit") from error

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.encryption == "tls":
            return smtplib.SMTP_SSL(server.host, server.port, timeout=_WAIT_SECONDS, context=self._trust)
        connection = smtplib.SMTP(server.host, server.port, timeout=_WAIT_SECONDS)
        if server.encryption == "starttls":
            try:
                connection.starttls(context=self._trust)
            except BaseException:
                connection.close()
                raise
        return connection
