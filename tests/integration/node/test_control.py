"""Who may control a node, what it takes from its controller, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from foundation.clock import SystemClock
from foundation.settings import Settings
from foundation.tasks import Tasks
from rtc_server.node.nodes import MediaNodes
from rtc_server.node.protocol import CLOSE_REPLACED, CONTROL_PATH, LARGEST_COMMAND, TokenMissing
from rtc_server.node.service import MediaNode
from rtc_server.sessions.errors import MediaUnavailable
from tests.integration.node.conftest import Make
from tests.support.caller import until
from tests.support.node_process import TOKEN, NodeProcess
from tests.support.served import free_port


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeProcess]:
    """A node that the tests leave as they found it."""
    running = NodeProcess.start(tmp_path_factory.mktemp("standing"))
    yield running
    running.close()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("token", ["", "short", "x" * 31])
def test_a_node_does_not_start_with_a_secret_that_can_be_guessed(token: str) -> None:
    with pytest.raises(TokenMissing):
        MediaNode(Settings(node_token=token), SystemClock(), Tasks(), "0")


def test_the_command_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Set NODE_TOKEN to at least 32 characters"):
        NodeProcess.start(tmp_path, NODE_TOKEN="short")


async def test_a_house_waits_at_its_start_only_for_a_node_that_does_not_answer(standing: NodeProcess) -> None:
    tasks = Tasks()
    nodes = MediaNodes([standing.address, f"http://127.0.0.1:{free_port()}"], TOKEN, SystemClock(), tasks)
    async with asyncio.timeout(2):
        await nodes.start()
    assert nodes.serving
    await nodes.close()
    await tasks.close()


async def test_only_who_knows_the_token_controls_it(standing: NodeProcess, http: aiohttp.ClientSession) -> None:
    for headers in ({}, bearer(""), bearer(TOKEN[:-1]), bearer(TOKEN + "x"), {"Authorization": f"Basic {TOKEN}"}):
        async with http.get(standing.address + CONTROL_PATH, headers=headers) as answer:
            assert (answer.status, (await answer.json())["code"]) == (401, "unauthenticated")
    socket = await http.ws_connect(standing.address + CONTROL_PATH, headers=bearer(TOKEN))
    assert (await socket.receive_json(timeout=5))["type"] == "Welcome"
    async with http.get(standing.address + "/elsewhere") as answer:
        assert (answer.status, (await answer.json())["code"]) == (404, "not_found")


async def test_a_token_of_any_octets_is_only_a_wrong_one(standing: NodeProcess) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", standing.control_port)
    writer.write(b"GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xfe\r\n\r\n" % CONTROL_PATH.encode())
    assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 401 ")
    writer.close()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 5000,
        "{}",
        '{"type":"Explode","id":7}',
        '{"type":"Admit","id":7,"session_id":"","participant_id":"x"}',
        '{"type":"Admit","id":7,"session_id":"s","participant_id":"x","more":1}',
        '{"type":"Admit","id":7,"session_id":"s","participant_id":"' + "x" * 201 + '"}',
        '{"type":"Connect","id":7,"participant_id":"x","sdp":"' + "x" * 140_000 + '","sources":{},"slots":{}}',
        '{"type":"Connect","id":7,"participant_id":"x","sdp":"","sources":{"0":"smell"},"slots":{}}',
    ],
)
async def test_what_is_not_a_command_is_refused(standing: NodeProcess, http: aiohttp.ClientSession, text: str) -> None:
    socket = await http.ws_connect(standing.address + CONTROL_PATH, headers=bearer(TOKEN))
    await socket.receive_json(timeout=5)
    await socket.send_str(text)
    answer = await socket.receive_json(timeout=5)
    assert (answer["type"], answer["code"]) == ("Refused", "invalid")
    assert answer["id"] == (7 if '"id":7' in text else 0)
    await socket.send_str('{"type":"OpenSession","id":8,"session_id":"still there"}')
    assert await socket.receive_json(timeout=5) == {"type": "Done", "id": 8, "result": None}


async def test_a_command_beyond_the_limit_ends_the_connection_alone(
    standing: NodeProcess, http: aiohttp.ClientSession
) -> None:
    socket = await http.ws_connect(standing.address + CONTROL_PATH, headers=bearer(TOKEN))
    await socket.receive_json(timeout=5)
    await socket.send_str("x" * (LARGEST_COMMAND + 1))
    message = await socket.receive(timeout=5)
    assert (message.type, socket.close_code) == (aiohttp.WSMsgType.CLOSE, aiohttp.WSCloseCode.MESSAGE_TOO_BIG)
    again = await http.ws_connect(standing.address + CONTROL_PATH, headers=bearer(TOKEN))
    assert (await again.receive_json(timeout=5))["type"] == "Welcome"


async def test_a_newer_controller_replaces_the_older(standing: NodeProcess, http: aiohttp.ClientSession) -> None:
    older = await http.ws_connect(standing.address + CONTROL_PATH, headers=bearer(TOKEN))
    await older.receive_json(timeout=5)
    await http.ws_connect(standing.address + CONTROL_PATH, headers=bearer(TOKEN))
    while (message := await older.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
        pass
    assert (message.type, older.close_code) == (aiohttp.WSMsgType.CLOSE, CLOSE_REPLACED)


async def test_it_holds_the_media_plane_and_nothing_else(standing: NodeProcess) -> None:
    mapped = Path(f"/proc/{standing.process.pid}/maps").read_text()
    assert not any(name in mapped for name in ("sqlalchemy", "sqlite3", "cv2", "asyncpg"))


async def test_health_and_metrics_say_how_busy_it_is(
    node: NodeProcess, media: MediaNodes, http: aiohttp.ClientSession, make: Make
) -> None:
    caller = make(7)
    await caller.connect(media, "ada")
    media.admit("call", "ada")
    await until(lambda: media.statistics().sessions)
    async with http.get(node.address + "/healthz") as answer:
        health = await answer.json()
    assert (health["status"], health["controlled"], health["sessions"], health["participants"]) == ("ok", True, 1, 1)
    async with http.get(node.address + "/metrics") as answer:
        lines = (await answer.text()).splitlines()
    assert "cloud_window_media_participants 1.0" in lines
    assert "cloud_window_media_draining 0.0" in lines


async def test_a_call_goes_on_without_its_controller_and_the_next_finds_it(
    node: NodeProcess, media: MediaNodes, make: Make
) -> None:
    callers = [make(1), make(2)]
    for caller, name in zip(callers, ("ada", "ben"), strict=True):
        await caller.connect(media, name)
        media.admit("call", name)
    await callers[0].hears()
    await media.close()
    await callers[0].hears(50)
    tasks = Tasks()
    next_house = MediaNodes([node.address], TOKEN, SystemClock(), tasks)
    await next_house.start()
    assert [slot.participant_id for slot in next_house.slots("ada")] == ["ben"]
    next_house.close_session("call")
    await until(lambda: next_house.slots("ada")[0].participant_id is None)
    await callers[0].hears_nothing()
    await next_house.close()
    await tasks.close()


async def test_the_first_sigterm_waits_for_the_last_session(
    node: NodeProcess, media: MediaNodes, http: aiohttp.ClientSession, make: Make
) -> None:
    callers = [make(1), make(2)]
    for caller, name in zip(callers, ("ada", "ben"), strict=True):
        await caller.connect(media, name)
        media.admit("call", name)
    await callers[0].hears()
    node.ask_to_end()
    await until(lambda: not media.serving)
    async with http.get(node.address + "/healthz") as answer:
        assert (await answer.json())["status"] == "draining"
    with pytest.raises(MediaUnavailable):
        await make(3).connect(media, "cyd")
    await callers[0].hears(50)
    # Whoever is in the session may come back to it.
    await callers[1].connect(media, "ben")
    await callers[0].hears()
    media.close_session("call")
    for caller in callers:
        caller.close()
    assert await asyncio.to_thread(node.process.wait, 10) == 0


async def test_the_second_sigterm_ends_it_in_the_middle_of_a_call(
    node: NodeProcess, media: MediaNodes, make: Make
) -> None:
    caller = make(1)
    await caller.connect(media, "ada")
    media.admit("call", "ada")
    node.ask_to_end()
    await until(lambda: not media.serving)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.to_thread(node.process.wait), 0.5)
    node.ask_to_end()
    assert await asyncio.to_thread(node.process.wait, 10) == 0


async def test_a_drain_has_a_limit(tmp_path: Path) -> None:
    node = NodeProcess.start(tmp_path, DRAIN_SECONDS="0.5")
    tasks = Tasks()
    media = MediaNodes([node.address], TOKEN, SystemClock(), tasks)
    await media.start()
    media.admit("call", "ada")
    await until(lambda: media.statistics().sessions)
    node.ask_to_end()
    assert await asyncio.to_thread(node.process.wait, 10) == 0
    await media.close()
    await tasks.close()
    node.close()


def test_every_event_of_the_media_server_is_in_the_protocol() -> None:
    from rtc_server.node.protocol import AnyMediaEvent
    from rtc_server.sessions.interface import MediaEvent

    assert set(AnyMediaEvent.__args__) == set(MediaEvent.__subclasses__())
