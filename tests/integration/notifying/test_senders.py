"""The senders before real servers: what they hand in, and how they tell what helps nobody from what may go later."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from foundation.clock import ManualClock
from foundation.notifying import NotSent, Sending
from foundation.notifying.sending import AT_ONCE
from foundation.notifying.smtp import Encryption, SmtpSender, SmtpServer
from signalling.cli.certificate import lan_tls
from signalling.transport.http.notice_senders import SmsGateway, Webhook
from tests.support.receiver import Receiver, receiver
from tests.support.smtp_server import smtp_server

SENDING = Sending(
    id="01notice",
    kind="appointment_booked",
    address="min@example.cn",
    language="zh-CN",
    subject="预约 1130-001",
    text="您已预约 1130-001。\nhttps://window.example.cn/visit#00",
    values={"number": "1130-001"},
)
SECRET = "s" * 32


def handing_in(port: int, encryption: Encryption = "none", user: str = "") -> SmtpServer:
    return SmtpServer(
        host="127.0.0.1",
        port=port,
        encryption=encryption,
        user=user,
        password="word",
        sender="云窗口 <window@example.cn>",
    )


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's side and a client's that trusts it."""
    tmp_path.mkdir(exist_ok=True)
    serving = lan_tls(tmp_path, ["127.0.0.1"], datetime.now(UTC))
    return serving, ssl.create_default_context(cafile=str(tmp_path / "lan.pem"))


async def refusal(sender: SmtpSender | SmsGateway | Webhook, sending: Sending = SENDING) -> tuple[str, bool]:
    with pytest.raises(NotSent) as refused:
        await sender.send(sending)
    return refused.value.code, refused.value.for_good


async def test_an_e_mail_is_handed_in_by_starttls_with_a_name_of_its_own(
    certificate: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    serving, trusting = certificate
    async with smtp_server(serving) as server:
        sender = SmtpSender(handing_in(server.port, "starttls", "window"), trusting)
        await sender.send(SENDING)
        await sender.close()
    (message,) = server.taken
    assert server.encrypted == [True]
    assert server.signed_in == [b"\0window\0word"]
    assert (message["To"], message["Subject"]) == ("min@example.cn", "预约 1130-001")
    assert message["From"] == "云窗口 <window@example.cn>"
    assert message["Message-ID"] == "<01notice@example.cn>"
    assert message.get_content().replace("\r\n", "\n") == SENDING.text + "\n"


async def test_nothing_goes_out_in_the_clear_or_to_a_stranger(
    certificate: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    async with smtp_server() as server:
        assert await refusal(SmtpSender(handing_in(server.port, "starttls"))) == ("smtp_not_fit", False)
    async with smtp_server(certificate[0]) as server:
        sender = SmtpSender(handing_in(server.port, "starttls"))
        with pytest.raises(ssl.SSLCertVerificationError):
            await sender.send(SENDING)
    assert server.taken == []


async def test_a_mail_server_says_what_may_go_later() -> None:
    async with smtp_server() as server:
        sender = SmtpSender(handing_in(server.port))
        server.refusals = {"RCPT": "550 nobody of this name"}
        assert await refusal(sender) == ("smtp_550", True)
        server.refusals = {"RCPT": "451 later"}
        assert await refusal(sender) == ("smtp_451", False)
        server.refusals = {"taken": "452 full"}
        assert await refusal(sender) == ("smtp_452", False)
        server.refusals = {"MAIL": "553 not from this address"}
        assert await refusal(sender) == ("smtp_553", False), "what we have set up wrong can be mended"
        signing_in = SmtpSender(handing_in(server.port, user="window"))
        server.refusals = {"AUTH": "535 wrong"}
        assert await refusal(signing_in) == ("sign_in_refused", False)
        forged = Sending(
            id="1", kind="k", address="a@b.cn\nBcc: all@b.cn", language="en", subject="", text="", values={}
        )
        assert await refusal(sender, forged) == ("address_refused", True)
        await sender.close()
        await signing_in.close()
    closed = SmtpSender(handing_in(server.port))
    with pytest.raises(OSError, match="refused"):
        await closed.send(SENDING)
    await closed.close()


async def test_a_whole_batch_is_handed_in_at_once() -> None:
    async with smtp_server() as server:
        server.answers_from = AT_ONCE
        sender = SmtpSender(handing_in(server.port))
        async with asyncio.timeout(10):
            await asyncio.gather(*(sender.send(SENDING) for _ in range(AT_ONCE)))
        await sender.close()
    assert len(server.taken) == AT_ONCE


@pytest.fixture
async def gateway() -> AsyncIterator[Receiver]:
    async with receiver() as made:
        yield made


async def test_a_gateway_gets_the_text_and_what_fills_its_own(gateway: Receiver) -> None:
    sender = SmsGateway(f"{gateway.url}/sms", "the key")
    await sender.send(SENDING)
    await sender.close()
    (one,) = gateway.received
    assert one.path == "/sms"
    assert (one.headers["Authorization"], one.headers["Idempotency-Key"]) == ("Bearer the key", "01notice")
    assert json.loads(one.body) == {
        "id": "01notice",
        "to": "min@example.cn",
        "language": "zh-CN",
        "template": "appointment_booked",
        "values": {"number": "1130-001"},
        "text": SENDING.text,
    }


async def test_a_webhook_is_signed_with_its_time_and_names_nobody(gateway: Receiver, clock: ManualClock) -> None:
    sender = Webhook(f"{gateway.url}/hook", SECRET, clock)
    await sender.send(SENDING)
    await sender.close()
    (one,) = gateway.received
    said = one.headers["X-Cloud-Window-Timestamp"]
    assert int(said) == int(clock.now().timestamp())
    expected = hmac.new(SECRET.encode(), f"{said}.".encode() + one.body, hashlib.sha256).hexdigest()
    assert one.headers["X-Cloud-Window-Signature"] == f"sha256={expected}"
    assert json.loads(one.body) == {
        "id": "01notice",
        "kind": "appointment_booked",
        "values": {"number": "1130-001"},
    }


async def test_no_redirect_is_followed_and_statuses_say_what_may_go_later(gateway: Receiver) -> None:
    sender = SmsGateway(gateway.url, "the key")
    for_good, later = [400, 413, 422], [307, 401, 403, 404, 429, 503]
    gateway.answers = [*for_good, *later]
    found = [await refusal(sender) for _ in range(len(gateway.answers))]
    assert found == [(f"http_{one}", True) for one in for_good] + [(f"http_{one}", False) for one in later]
    assert {one.path for one in gateway.received} == {"/"}, "nobody is sent elsewhere"
    gateway.answers = [0]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await sender.send(SENDING)
    await sender.close()
    closed = SmsGateway("http://127.0.0.1:1/", "the key")
    assert await refusal(closed) == ("unreachable", False)
    await closed.close()
