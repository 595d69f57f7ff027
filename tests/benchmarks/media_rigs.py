"""The two servers under load, each a process of its own: ours, and Janus 1.1.2 as Debian has it."""

from __future__ import annotations

import asyncio
import itertools
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import aiohttp

from tests.benchmarks.media_load import Camera, Publisher, Subscriber
from tests.support.media_client import Identity, MediaClient, MediaLine, connect_all

JANUS = "janus"
_NO_SUCH_FEED = 428
_CONFIGURATION = """
general: {{
    configs_folder = "{folder}"
    plugins_folder = "{libraries}/plugins"
    transports_folder = "{libraries}/transports"
    debug_level = 2
    session_timeout = 0
}}
media: {{
    rtp_port_range = "{first_port}-{last_port}"
}}
nat: {{
    ice_lite = true
    ice_enforce_list = "{host}"
}}
plugins: {{
    disable = "libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,libjanus_nosip.so,\
libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so,libjanus_textroom.so,libjanus_videocall.so,\
libjanus_voicemail.so"
}}
transports: {{
    disable = "libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_rabbitmq.so"
}}
"""
_WEBSOCKETS = """
general: {{
    ws = true
    ws_port = {port}
    ws_ip = "127.0.0.1"
    wss = false
}}
"""

Room = tuple[Publisher, Sequence[Subscriber]]


class Rig(Protocol):
    """A server under load."""

    pid: int

    def rooms(self, subscribers: int, count: int, camera: Camera) -> list[Room]:
        """So many more rooms of one publisher and so many subscribers, all connected."""
        ...

    def close(self) -> None:
        """Ends the server."""
        ...


def own_address() -> str:
    """An address of this machine that is not its loopback, which Janus does not use; loopback when there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: connecting only chooses a route.
            probe.connect(("192.0.2.200", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def memory_kib(pid: int) -> int:
    """What a process has of the memory, its share of shared pages included."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


class OurRig:
    """Our media server, fed with offers over a pipe."""

    def __init__(self, host: str, identity: Identity) -> None:
        self._host, self._identity = host, identity
        command = [sys.executable, "-m", "tests.support.media_server_process", host]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pid = self._process.pid
        self._clients: list[MediaClient] = []
        self._numbers = itertools.count()
        self._read()

    def rooms(self, subscribers: int, count: int, camera: Camera) -> list[Room]:
        """So many more rooms of one publisher and so many subscribers, all connected."""
        before = len(self._clients)
        rooms = [self._room(next(self._numbers), subscribers, camera) for _ in range(count)]
        connect_all(self._clients[before:])
        return rooms

    def record(self, count: int, into: Path) -> None:
        """Records so many rooms from now on."""
        self._ask({"record": [f"room-{index}" for index in range(count)], "into": str(into)})

    def rest(self, count: int) -> None:
        """Ends the recordings of so many rooms, and waits for their files."""
        self._ask({"rest": [f"room-{index}" for index in range(count)]})

    def viewers(self, count: int) -> list[MediaClient]:
        """So many more clients with a slot for a camera's pictures, connected, numbered from the first on."""
        made = []
        for _ in range(count):
            client = self._client((MediaLine("0", "video", "recvonly", codec="H264"),))
            self._connect(f"viewer-{next(self._numbers)}", client, {}, {"0": "face"})
            made.append(client)
        connect_all(made)
        return made

    def watch(self, viewer: int, address: str | None) -> None:
        """Shows a viewer the camera at this address, or none."""
        self._ask({"watch": f"viewer-{viewer}", "camera": address})

    def close(self) -> None:
        """Ends the server."""
        for client in self._clients:
            client.close()
        self._process.communicate(timeout=10)

    def _room(self, index: int, subscribers: int, camera: Camera) -> Room:
        publisher = Publisher(self._client, index, camera)
        self._connect(f"publisher-{index}", publisher.client, {"0": "microphone", "1": "camera"}, {})
        self._ask({"admit": [f"room-{index}", f"publisher-{index}"]})
        watching = []
        for number in range(subscribers):
            client = self._client((MediaLine("0", "audio", "recvonly"), MediaLine("1", "video", "recvonly")))
            name = f"subscriber-{index}-{number}"
            self._connect(name, client, {}, {"0": "voice", "1": "face"})
            self._ask({"admit": [f"room-{index}", name]})
            watching.append(Subscriber(client))
        return publisher, watching

    def _client(self, lines: Sequence[MediaLine]) -> MediaClient:
        client = MediaClient(self._identity, self._host, lines)
        self._clients.append(client)
        return client

    def _connect(self, name: str, client: MediaClient, sources: dict[str, str], slots: dict[str, str]) -> None:
        answer = self._ask({"connect": name, "sdp": client.offer(), "sources": sources, "slots": slots})
        client.accept(answer["sdp"])

    def _ask(self, what: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "our media server has ended"
        answer: dict[str, Any] = json.loads(line)
        return answer


class JanusRig:
    """Janus with its VideoRoom plugin, over its WebSocket interface."""

    def __init__(self, host: str, identity: Identity) -> None:
        self._host, self._identity = host, identity
        self._loop = asyncio.new_event_loop()
        self._folder = tempfile.TemporaryDirectory(prefix="janus-")
        self._numbers, self._rooms = itertools.count(1), itertools.count(1)
        self._clients: list[MediaClient] = []
        port = _free_port()
        folder = Path(self._folder.name)
        ports = {"first_port": 46000, "last_port": 46999}
        configuration = _CONFIGURATION.format(folder=folder, libraries=_libraries(), host=host, **ports)
        (folder / "janus.jcfg").write_text(configuration)
        (folder / "janus.transport.websockets.jcfg").write_text(_WEBSOCKETS.format(port=port))
        (folder / "janus.plugin.videoroom.jcfg").write_text("general: {\n}\n")
        with (folder / "log").open("w") as log:
            command = [JANUS, "-C", str(folder / "janus.jcfg"), "-F", str(folder)]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        self.pid = self._process.pid
        self._run(self._open(port))

    def rooms(self, subscribers: int, count: int, camera: Camera) -> list[Room]:
        """So many more rooms of one publisher and so many subscribers, all connected."""
        return [self._run(self._room(next(self._rooms), subscribers, camera)) for _ in range(count)]

    def close(self) -> None:
        """Ends the server."""
        for client in self._clients:
            client.close()
        self._run(self._http.close())
        self._loop.close()
        self._process.terminate()
        self._process.wait(timeout=10)
        self._folder.cleanup()

    async def _open(self, port: int) -> None:
        self._http = aiohttp.ClientSession()
        end = time.monotonic() + 10
        while True:
            try:
                self._socket = await self._http.ws_connect(f"ws://127.0.0.1:{port}", protocols=("janus-protocol",))
                break
            except aiohttp.ClientError:
                if time.monotonic() > end or self._process.poll() is not None:
                    log = (Path(self._folder.name) / "log").read_text()
                    raise SystemExit(f"Janus does not start:\n{log}") from None
                await asyncio.sleep(0.1)
        self._session = (await self._ask({"janus": "create"}))["data"]["id"]

    async def _room(self, room: int, subscribers: int, camera: Camera) -> Room:
        manager = await self._attach()
        made = {"request": "create", "room": room, "publishers": 1, "videocodec": "vp8", "audiocodec": "opus"}
        await self._message(manager, made | {"notify_joining": False, "bitrate": 0})
        publisher = Publisher(self._client, room, camera)
        join = {"request": "joinandconfigure", "room": room, "ptype": "publisher", "audio": True, "video": True}
        answer = await self._message(await self._attach(), join, {"type": "offer", "sdp": publisher.client.offer()})
        publisher.client.accept(answer["jsep"]["sdp"])
        feed = answer["plugindata"]["data"]["id"]
        connect_all([publisher.client])
        watching = []
        for _ in range(subscribers):
            handle, client = await self._attach(), self._client(())
            join = {"request": "join", "room": room, "ptype": "subscriber", "streams": [{"feed": feed}]}
            offered = await self._joined(handle, join)
            reply = {"type": "answer", "sdp": client.answer(offered["jsep"]["sdp"])}
            await self._message(handle, {"request": "start"}, reply)
            # At once: Janus waits only some seconds for a client.
            connect_all([client])
            watching.append(Subscriber(client))
        return publisher, watching

    def _client(self, lines: Sequence[MediaLine]) -> MediaClient:
        client = MediaClient(self._identity, self._host, lines)
        self._clients.append(client)
        return client

    async def _attach(self) -> int:
        asked = {"janus": "attach", "session_id": self._session, "plugin": "janus.plugin.videoroom"}
        return int((await self._ask(asked))["data"]["id"])

    async def _message(self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None) -> dict[str, Any]:
        asked = {"janus": "message", "session_id": self._session, "handle_id": handle, "body": body}
        answer = await self._ask(asked | ({"jsep": jsep} if jsep else {}))
        data = answer["plugindata"]["data"]
        assert "error" not in data, data
        return answer

    async def _joined(self, handle: int, join: dict[str, Any]) -> dict[str, Any]:
        """Joins as a subscriber; Janus knows a feed only a moment after its publisher is connected."""
        for _ in range(50):
            asked = {"janus": "message", "session_id": self._session, "handle_id": handle, "body": join}
            answer = await self._ask(asked)
            if answer["plugindata"]["data"].get("error_code") != _NO_SUCH_FEED:
                return answer
            await asyncio.sleep(0.1)
        raise TimeoutError("Janus does not see the publisher")

    async def _ask(self, what: dict[str, Any]) -> dict[str, Any]:
        """Sends a request; the answer to it that is not merely an acknowledgement."""
        transaction = str(next(self._numbers))
        await self._socket.send_json(what | {"transaction": transaction})
        while True:
            answer: dict[str, Any] = await self._socket.receive_json(timeout=10)
            if answer.get("transaction") == transaction and answer["janus"] != "ack":
                assert answer["janus"] != "error", answer
                return answer

    def _run(self, coroutine: Any) -> Any:
        return self._loop.run_until_complete(coroutine)


def janus_version() -> str | None:
    """What Janus says of itself; None when it is not installed."""
    if shutil.which(JANUS) is None:
        return None
    said = subprocess.run([JANUS, "--version"], capture_output=True, text=True, check=False)
    return (said.stdout + said.stderr).strip().splitlines()[0] if said.stdout + said.stderr else "unknown"


def _libraries() -> Path:
    """Where Debian puts Janus's plugins."""
    found = sorted(Path("/usr/lib").glob("*/janus/plugins"))
    if not found:
        raise SystemExit("Janus is installed, but its plugins are not where Debian's package puts them.")
    return found[0].parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
