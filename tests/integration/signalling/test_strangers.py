"""What somebody without an account can do to the HTTP ports."""

from __future__ import annotations

import asyncio
import re
import ssl
import time
import zlib
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import func, select

from directory.store.tables import AuditRow
from signalling.transport.http.connections import ConnectionLimits
from tests.support.served import Page, Served, free_port, served

SHORT = ConnectionLimits(headers=1.0, body_silence=1.0, handshake=1.0, least_body_a_second=100, unwanted_body=0.5)
SIGN_IN = b"POST /api/v1/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path / "data", public_names=("window.example",)) as running:
        yield running


def bomb(wbits: int) -> bytes:
    """A megabyte that inflates to a gigabyte."""
    packer = zlib.compressobj(9, wbits=wbits)
    head = packer.compress(b"\0" * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush nothing refers to what came before, so the same block may follow again and again.
    block = packer.compress(b"\0" * 2**20) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * 1023


def request(start: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [start, "Host: 127.0.0.1", f"Content-Length: {len(body)}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def talk(site: Served, said: bytes, port: int | None = None) -> bytes:
    """All that is answered until the connection ends, within ten seconds."""
    async with asyncio.timeout(10):
        reader, writer = await asyncio.open_connection("127.0.0.1", port or site.features.settings.port)
        answer = b""
        try:
            writer.write(said)
            while piece := await reader.read(2**16):
                answer += piece
        except ConnectionError:
            pass  # What was said last met a closed connection, which is one way of being turned away.
        finally:
            writer.close()
        return answer


BODIES_GO_TO = (
    "POST /api/v1/sign-in HTTP/1.1",
    "PATCH /api/v1/uploads/one HTTP/1.1",
    "POST /api/v1/sessions/one/whip HTTP/1.1",
    "POST /nowhere HTTP/1.1",
)


async def test_nothing_is_inflated(site: Served) -> None:
    bombs = {"gzip": bomb(31), "deflate": bomb(15), "br": bomb(15), "GZIP, deflate": bomb(31)}
    for start in BODIES_GO_TO:
        for encoding, body in bombs.items():
            before = time.process_time()
            answer = await talk(site, request(start, {"Content-Encoding": encoding}, body))
            assert time.process_time() - before < 0.5, "a gigabyte takes more than a second"
            if answer:
                assert answer.startswith(b"HTTP/1.1 415 ")
                assert b"Connection: close" in answer
                assert b"encoded_body" in answer


async def test_a_bomb_in_pieces_is_refused_by_its_first_one(site: Served) -> None:
    head = (
        "POST /api/v1/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"
    )
    answer = await talk(site, f"{head}\r\n10\r\n".encode() + b"\x1f\x8b" + b"\0" * 14 + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 415 ")


async def test_no_transfer_coding_is_inflated_either(site: Served) -> None:
    for coding in ("gzip, chunked", "gzip", "chunked, gzip", "deflate,chunked"):
        answer = await talk(site, SIGN_IN + f"Transfer-Encoding: {coding}\r\n\r\n0\r\n\r\n".encode())
        assert re.match(rb"HTTP/1\.[01] (400|415|501) ", answer), answer


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: 127",
        SIGN_IN + b"Content-Length: 100\r\n\r\n{",
        SIGN_IN + b"Transfer-Encoding: chunked\r\n\r\n",
    ],
    ids=["silent", "half headers", "half body", "half chunks"],
)
async def test_who_does_not_go_on_is_cut(tmp_path: Path, said: bytes) -> None:
    async with served(tmp_path / "data", SHORT) as site, aiohttp.ClientSession() as session:
        idle = [asyncio.create_task(talk(site, said)) for _ in range(50)]
        await asyncio.sleep(0.2)
        async with session.get(f"{site.address}/healthz") as answer:
            assert answer.status == 200
        answers = await asyncio.gather(*idle)
        assert all(one == b"" or one.startswith(b"HTTP/1.1 408 ") for one in answers)


async def test_a_connection_that_was_used_is_not_kept_for_ever(tmp_path: Path) -> None:
    async with served(tmp_path / "data", SHORT) as site:
        answer = await talk(site, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(("a_second", "status"), [(300, b"400"), (20, b"408")])
async def test_a_slow_body_is_read_and_a_slower_one_is_not(tmp_path: Path, a_second: int, status: bytes) -> None:
    body = b'{"account": "nobody", "password": "' + b"x" * 600 + b'"}'
    async with served(tmp_path / "data", SHORT) as site, asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", site.features.settings.port)
        writer.write(SIGN_IN + f"Content-Length: {len(body)}\r\n\r\n".encode())
        step = a_second // 10
        for begin in range(0, len(body), step):
            writer.write(body[begin : begin + step])
            await asyncio.sleep(0.1)
            if reader.at_eof() or reader._buffer:
                break
        assert (await reader.readline()).split()[1] == status
        writer.close()


async def test_who_does_not_read_is_cut(tmp_path: Path) -> None:
    limits = ConnectionLimits(sweep=0.5)
    async with served(tmp_path / "data", limits) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.features.settings.port, limit=1024)
        writer.write(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 300)
        await asyncio.sleep(4)
        read = 0
        with pytest.raises(ConnectionError):
            while piece := await reader.read(2**16):
                read += len(piece)
            raise ConnectionError("ended in the middle")
        assert read < 40e6, "everything came"
        writer.close()


async def test_a_handshake_that_does_not_begin_is_cut(tmp_path: Path) -> None:
    port = free_port()
    async with served(tmp_path / "data", SHORT, tls_port=port, tls_host="127.0.0.1") as site:
        silent = [talk(site, b"", port) for _ in range(20)]
        assert await asyncio.gather(*silent) == [b""] * 20
        assert not (await talk(site, b"GET / HTTP/1.1\r\n\r\n", port)).startswith(b"HTTP")


async def test_one_client_leaves_places_to_others(tmp_path: Path) -> None:
    limits = ConnectionLimits(at_most=8, of_one_client=4, wait=0.5)
    async with served(tmp_path / "data", limits) as site:
        port = site.features.settings.port
        kept = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4)]
        assert await talk(site, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") == b""
        from_elsewhere = aiohttp.TCPConnector(local_addr=("127.0.0.2", 0))
        async with aiohttp.ClientSession(connector=from_elsewhere) as session:
            async with session.get(f"{site.address}/healthz") as answer:
                assert answer.status == 200
            for _, writer in kept:
                writer.close()
            await asyncio.sleep(0.2)
        async with aiohttp.ClientSession() as session, session.get(f"{site.address}/healthz") as answer:
            assert answer.status == 200


async def test_who_finds_no_place_waits_for_one(tmp_path: Path) -> None:
    limits = ConnectionLimits(of_one_client=4, waiting_of_one_client=4)
    async with served(tmp_path / "data", limits) as site:
        port, said = (
            site.features.settings.port,
            b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        )
        kept = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4)]
        waiting = [asyncio.create_task(talk(site, said)) for _ in range(4)]
        await asyncio.sleep(0.2)
        assert await talk(site, said) == b""
        assert not any(one.done() for one in waiting)
        kept.pop()[1].close()
        assert all(answer.startswith(b"HTTP/1.1 200") for answer in await asyncio.gather(*waiting))
        # Who still waits when the service ends is let go, without a socket that nobody closed.
        kept += [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        await asyncio.sleep(0.2)
    for _, writer in kept:
        writer.close()


class Insistent:
    """A stranger who asks without end on so many connections, each anew when it is closed."""

    def __init__(self, port: int, connections: int) -> None:
        self._port = port
        self._tasks = [asyncio.create_task(self._ask()) for _ in range(connections)]
        self.opened = 0
        self.answered = 0

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _ask(self) -> None:
        said = b"GET /api/v1/cases HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        while True:
            self.opened += 1
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                try:
                    writer.write(said)
                    while await reader.read(2**16):
                        self.answered += 1
                        writer.write(said)
                finally:
                    writer.close()
            except OSError:
                await asyncio.sleep(0.1)


async def test_what_fifteen_hundred_connections_cost_has_a_bound(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, aiohttp.ClientSession() as session:
        token = await site.sign_in(session, "clerk001")
        page = await Page.open(session, site, token)
        stranger = Insistent(site.features.settings.port, 1500)
        # The first refusals are free.
        async with asyncio.timeout(60):
            while stranger.answered < 300:
                await asyncio.sleep(0.1)
        opened, answered = stranger.opened, stranger.answered
        await asyncio.sleep(4)
        # Each connection is closed with its answer, of which there are 20 a second and, of the first, 2 beside.
        assert stranger.answered - answered < 4 * 40
        assert stranger.opened - opened < 4 * 40
        assert await page.ask("watch", case_id="none") is not None
        from_elsewhere = aiohttp.TCPConnector(local_addr=("127.0.0.2", 0))
        async with aiohttp.ClientSession(connector=from_elsewhere) as another:
            await site.sign_in(another, "point001")
        await stranger.end()


async def audited(site: Served) -> int:
    await site.features.directory.intake.flush()
    async with site.features.ground.database.read() as session:
        return int((await session.execute(select(func.count()).select_from(AuditRow))).scalar_one())


async def test_refusals_of_strangers_are_counted_and_then_held_back(tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site, aiohttp.ClientSession() as session:
        token = await site.sign_in(session, "clerk001")
        page = await Page.open(session, site, token)
        before = await audited(site)
        statuses: Counter[int] = Counter()
        for _ in range(300):
            async with session.get(f"{site.address}/api/v1/cases") as answer:
                statuses[answer.status] += 1
        began = time.monotonic()
        async with asyncio.timeout(30):
            for path in ("api/v1/cases", "api/v1/nowhere", "nowhere", "api/v1/pages/%ff/image") * 3:
                async with session.get(f"{site.address}/{path}") as answer:
                    statuses[answer.status] += 1
                    if answer.status == 429:
                        assert answer.headers["Retry-After"] == "5"
                        assert answer.headers["Connection"] == "close"
                        break
        assert statuses[401] >= 300
        assert statuses[429] == 1
        assert time.monotonic() - began > 4
        assert await audited(site) == before
        # At the same address a page works, and so do those that sign in.
        assert await page.ask("watch", case_id="none") is not None
        async with session.get(f"{site.address}/api/v1/cases", headers={"Authorization": f"Bearer {token}"}) as answer:
            assert answer.status == 200
        await site.sign_in(session, "point001")
        async with session.get(f"{site.address}/metrics") as answer:
            assert 'cloud_window_strangers_refused{code="unauthenticated"} 30' in await answer.text()


async def test_each_client_behind_a_proxy_has_a_limit_of_its_own(tmp_path: Path) -> None:
    async with served(tmp_path / "data", trusted_proxies=("127.0.0.1",)) as site, aiohttp.ClientSession() as session:

        async def status(client: str) -> int:
            headers = {"X-Forwarded-For": f"192.0.2.99, {client}"}
            async with session.get(f"{site.address}/api/v1/cases", headers=headers) as answer:
                return answer.status

        assert [await status("198.51.100.1") for _ in range(300)] == [401] * 300
        assert 429 in [await status("198.51.100.1") for _ in range(3)]
        assert await status("198.51.100.2") == 401


async def test_a_person_who_asks_too_often_waits(site: Served) -> None:
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {await site.sign_in(session, 'clerk001')}"}

        async def ask() -> int:
            # Not the right version of tus, which is answered at once.
            async with session.head(f"{site.address}/api/v1/uploads/one", headers=headers) as answer:
                assert answer.status != 429 or answer.headers["Retry-After"] == "5"
                return answer.status

        statuses = Counter([status for _ in range(15) for status in await asyncio.gather(*(ask() for _ in range(60)))])
        assert set(statuses) == {412, 429}
        assert statuses[412] >= 600


async def test_the_log_names_a_client_once_a_minute(site: Served) -> None:
    from structlog.testing import capture_logs

    from signalling.transport.http.strangers import Strangers

    strangers = Strangers(site.features.ground.clock)
    for number in range(50):
        for _ in range(number + 1):
            strangers.count_refusal(f"198.51.100.{number}", "not_found")
    with capture_logs() as logs:
        strangers.summarise()
        strangers.summarise()
    assert logs[0]["client"] == "198.51.100.49"
    assert logs[0]["refusals"] == 50
    assert len(logs) == 21
    assert logs[-1]["clients"] == 30


async def test_nonsense_is_answered_without_a_word_about_us(site: Served) -> None:
    for said in (
        b"\x16\x03\x01\0\0\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"BREW / HTCPCP/1.0\r\n\r\n",
    ):
        answer = await talk(site, said)
        assert answer.startswith(b"HTTP/1."), said
        assert b"Server: Cloud Window\r\n" in answer
        assert b"aiohttp" not in answer.lower()
        assert b"Python" not in answer


async def test_headers_say_https_only_and_name_no_versions(tmp_path: Path) -> None:
    port = free_port()
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    async with (
        served(tmp_path / "data", tls_port=port, tls_host="127.0.0.1") as site,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusting)) as session,
    ):
        for path in ("/", "/healthz", "/nowhere", "/api/v1/cases", "/api/v1/socket"):
            async with session.get(f"https://127.0.0.1:{port}{path}") as answer:
                assert answer.headers["Server"] == "Cloud Window"
                assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
                policy = answer.headers["Content-Security-Policy"]
                assert f"connect-src 'self' ws://127.0.0.1:{port} wss://127.0.0.1:{port};" in policy
        async with session.get(f"https://localhost:{port}/") as answer:
            assert "Strict-Transport-Security" not in answer.headers
        async with session.get(f"{site.address}/") as answer:
            assert "Strict-Transport-Security" not in answer.headers


FROM = (
    ("127.0.0.1:{port}", "http://127.0.0.1:{port}", b"101"),
    ("localhost:{port}", "http://localhost:{port}", b"101"),
    ("window.example", "https://window.example", b"101"),
    ("evil.example", "https://evil.example", b"421"),
    ("evil.example:{port}", "http://evil.example:{port}", b"421"),
    ("203.0.113.9", "http://203.0.113.9", b"421"),
    ("127.0.0.1:{port}", "https://evil.example", b"403"),
    ("127.0.0.1.evil.example", "http://127.0.0.1.evil.example", b"421"),
    ("", "http://", b"421"),
)


async def test_a_page_of_another_name_opens_nothing(site: Served) -> None:
    port = site.features.settings.port
    for host, origin, status in FROM:
        upgrade = {
            "Host": host.format(port=port),
            "Origin": origin.format(port=port),
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        lines = ["GET /api/v1/socket HTTP/1.1", *(f"{name}: {value}" for name, value in upgrade.items()), "", ""]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write("\r\n".join(lines).encode())
        assert (await reader.readline()).split()[1] == status, host
        writer.close()


async def test_no_page_is_shown_under_another_name(site: Served) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/healthz", "/api/v1/openapi.json"):
            async with session.get(f"{site.address}{path}", headers={"Host": "evil.example"}) as answer:
                assert answer.status == 421
                assert "evil" not in answer.headers["Content-Security-Policy"]


async def test_numbers_are_for_the_operator(tmp_path: Path) -> None:
    port, token = free_port(), "m" * 32
    insecure = aiohttp.TCPConnector(ssl=False)
    async with (
        served(tmp_path / "data", tls_port=port, tls_host="127.0.0.1", metrics_token=token) as site,
        aiohttp.ClientSession(connector=insecure) as session,
    ):

        async def status(address: str, **headers: str) -> int:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            async with session.get(f"{address}/metrics", headers=sent) as answer:
                return answer.status

        lan = f"https://127.0.0.1:{port}"
        assert await status(site.address) == 200
        assert await status(site.address, X_Forwarded_For="198.51.100.1") == 401
        assert await status(lan) == 401
        assert await status(lan, Authorization="Bearer wrong") == 401
        assert await status(lan, Authorization=f"Bearer {token}") == 200


async def test_without_a_token_there_are_no_numbers_on_the_lan(tmp_path: Path) -> None:
    port = free_port()
    insecure = aiohttp.TCPConnector(ssl=False)
    async with (
        served(tmp_path / "data", tls_port=port, tls_host="127.0.0.1"),
        aiohttp.ClientSession(connector=insecure) as session,
        session.get(f"https://127.0.0.1:{port}/metrics", headers={"Authorization": "Bearer "}) as answer,
    ):
        assert answer.status == 404
