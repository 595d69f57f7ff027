"""2,000 media connections made and ended in every way there is: `make bench-leaks` writes build/bench/leaks.json.

Real ICE, DTLS and SRTP over UDP and TCP against a media server in its own process. After each round, when nobody is
connected any more, the server says what it still holds; a line through what it holds must be flat.
"""

from __future__ import annotations

import argparse
import json
import secrets
import select
import statistics
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.media_client import OPUS, VP8, Identity, MediaClient, MediaLine

OUT = Path("build/bench/leaks.json")
ROUND = 50
WARM_UP = 0.3
"""Share of the rounds that are left out of the line."""
MOST_BYTES_EACH = 512
"""Of resident memory, for each set-up: a megabyte after 2,000."""
SETTINGS = {"silence_seconds": 0.5, "consent_seconds": 3.0, "keep_seconds": 4.0}
_KEY = bytes.fromhex("9080802a10020000009d012a40010001") + bytes(200)


@dataclass(frozen=True)
class Way:
    """How a connection goes: over UDP or TCP, and how it ends."""

    over: str
    end: str


WAYS = (
    Way("udp", "client says goodbye"),
    Way("tcp", "client says goodbye"),
    Way("udp", "client is gone without a word"),
    Way("tcp", "client is gone without a word"),
    Way("udp", "server disconnects"),
    Way("udp", "connects anew in its place"),
    Way("tcp", "connects anew in its place"),
    Way("udp", "moves to TCP, then is disconnected"),
    Way("udp", "wrong fingerprint"),
    Way("udp", "offers and never comes"),
)


class Server:
    """The media server's process."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.support.media_server_process", "127.0.0.1", json.dumps(SETTINGS)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._read()

    def ask(self, **what: Any) -> dict[str, Any]:
        """The answer to one question."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return self._read()

    def empty(self, seconds: float = 30.0) -> dict[str, int]:
        """What it holds when nobody is connected any more."""
        end = time.monotonic() + seconds
        while (held := self.ask(held=True))["participants"]:
            if time.monotonic() > end:
                raise TimeoutError(f"{held['participants']} participants stay for ever")
            time.sleep(0.1)
        return held

    def close(self) -> None:
        """Ends it; raises when it did not end well."""
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()
        if self._process.returncode:
            raise RuntimeError("the media server failed")

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


class Party:
    """One connection of a round."""

    def __init__(self, server: Server, identity: Identity, way: Way, number: int) -> None:
        self.way = way
        self.name = f"party-{number}"
        self._server = server
        self._identity = identity
        self.client = self._join()

    @property
    def comes(self) -> bool:
        """Whether it is to be connected."""
        return self.way.end not in ("wrong fingerprint", "offers and never comes")

    def join_anew(self) -> None:
        """The same participant from a new peer connection."""
        self.client.socket.close()
        self.client = self._join()

    def send(self) -> None:
        """Half a second of sound and a picture, so that streams, caches and slots come into being."""
        for number in range(20):
            for kind, ssrc, body in ((OPUS, 11, bytes(60)), (VP8, 12, _KEY)):
                head = struct.pack(">BBHII", 0x80, kind, number, number * 960, ssrc)
                self.client.send(head + body)

    def finish(self) -> None:
        """Ends it in its way."""
        if self.way.end == "client says goodbye":
            self.client.close()
        elif self.way.end in ("server disconnects", "moves to TCP, then is disconnected"):
            self._server.ask(disconnect=self.name)
        self.client.socket.close()

    def _join(self) -> MediaClient:
        lines = [
            MediaLine("0", "audio", "sendonly", 11),
            MediaLine("1", "video", "sendonly", 12),
            MediaLine("2", "audio", "recvonly"),
            MediaLine("3", "video", "recvonly"),
        ]
        client = MediaClient(self._identity, "127.0.0.1", lines, self.way.over)  # type: ignore[arg-type]
        offer = client.offer()
        if self.way.end == "wrong fingerprint":
            offer = offer.replace(self._identity.fingerprint, secrets.token_bytes(32).hex(":").upper())
        kinds = {"sources": {"0": "microphone", "1": "camera"}, "slots": {"2": "voice", "3": "face"}}
        client.accept(self._server.ask(connect=self.name, sdp=offer, **kinds)["sdp"])
        return client


def drive(clients: Sequence[MediaClient], seconds: float, *, until_connected: bool = True) -> None:
    """Runs the clients; raises TimeoutError when one that should connect does not."""
    end = time.monotonic() + seconds
    while not until_connected or not all(client.connected for client in clients):
        now = time.monotonic()
        if now > end:
            if until_connected:
                raise TimeoutError(f"{sum(not client.connected for client in clients)} clients did not connect")
            return
        for client in clients:
            client.tick(now)
        readable, _, _ = select.select([client.socket for client in clients], [], [], 0.01)
        for client in clients:
            if client.socket in readable:
                client.receive()


def run_round(server: Server, identity: Identity, first: int, count: int) -> dict[str, int]:
    """So many connections at once, in sessions of five; what the server holds afterwards."""
    parties = [Party(server, identity, WAYS[number % len(WAYS)], number) for number in range(first, first + count)]
    drive([party.client for party in parties if party.comes], 20)
    drive([party.client for party in parties if party.way.end == "wrong fingerprint"], 0.2, until_connected=False)
    anew = [party for party in parties if party.way.end == "connects anew in its place"]
    for party in anew:
        party.join_anew()
    drive([party.client for party in anew], 20)
    moving = [party.client for party in parties if party.way.end.startswith("moves")]
    for client in moving:
        client.move("127.0.0.1", "tcp")
    present = [party for party in parties if party.comes]
    for number, party in enumerate(present):
        server.ask(admit=[f"session-{number // 5}", party.name])
        party.send()
    drive([party.client for party in present], 0.1, until_connected=False)
    for party in parties:
        party.finish()
    held = server.empty()
    for number in range(len(present) // 5 + 1):
        server.ask(close=f"session-{number}")
    return held | server.ask(held=True)


def slope(values: Sequence[float]) -> float:
    """Of the line through them, for each set-up."""
    return statistics.linear_regression([number * ROUND for number in range(len(values))], values).slope


def measure(setups: int) -> dict[str, Any]:
    """The figures after so many set-ups and tear-downs."""
    server, identity = Server(), Identity()
    began = time.monotonic()
    before = server.ask(held=True)
    rounds = [run_round(server, identity, first, ROUND) for first in range(0, setups, ROUND)]
    server.close()
    settled = rounds[int(len(rounds) * WARM_UP) :]
    return {
        "setups": setups,
        "ways": [f"{way.over}: {way.end}" for way in WAYS],
        "seconds": round(time.monotonic() - began, 1),
        "leaked_descriptors": rounds[-1]["descriptors"] - before["descriptors"],
        "leaked_tasks": rounds[-1]["tasks"] - before["tasks"],
        "leaked_names": rounds[-1]["kept_by_name"],
        "bytes_per_setup": round(slope([held["resident_bytes"] for held in settled]), 1),
        "objects_per_setup": round(slope([held["objects"] for held in settled]), 3),
        "resident_mebibytes": [round(held["resident_bytes"] / 2**20, 2) for held in rounds],
    }


def leaks(figures: dict[str, Any]) -> list[str]:
    """What is not as it must be."""
    bounds = {
        "leaked_descriptors": 0,
        "leaked_tasks": 0,
        "leaked_names": 0,
        "bytes_per_setup": MOST_BYTES_EACH,
        "objects_per_setup": 0.2,
    }
    return [f"{name} is {figures[name]}" for name, most in bounds.items() if figures[name] > most]


def main() -> int:
    """Measures, prints, and writes build/bench/leaks.json; 1 when something leaks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--setups", type=int, default=2000)
    figures = measure(parser.parse_args().setups)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))
    found = leaks(figures)
    print("\n".join(found) or "nothing leaks")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
