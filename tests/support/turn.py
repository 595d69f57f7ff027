"""A real coturn with the configuration of `docker/`, and a TURN client that asks it for what it must refuse."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import ipaddress
import secrets
import shutil
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from foundation.clock import SystemClock
from rtc_server.turn import Relays

CONFIGURATION = Path(__file__).parents[2] / "docker" / "turnserver.conf"
SECRET = "a-secret-for-the-tests"
_COOKIE = 0x2112A442
_ALLOCATE, _REFRESH, _PERMIT = 0x0003, 0x0004, 0x0008
_USERNAME, _INTEGRITY, _ERROR, _PEER, _REALM, _NONCE = 0x0006, 0x0008, 0x0009, 0x0012, 0x0014, 0x0015
_FAMILY, _TRANSPORT, _LIFETIME = 0x0017, 0x0019, 0x000D
_UDP = b"\x11\0\0\0"


@dataclass(frozen=True)
class Coturn:
    """A running relay."""

    host: str
    port: int

    def url(self, transport: str = "udp") -> str:
        """As browsers are told."""
        return f"turn:{self.host}:{self.port}?transport={transport}"


@contextmanager
def coturn(host: str, media_host: str, *more: str) -> Iterator[Coturn]:
    """Relays to the media host alone until the block ends; `more` options of the command line."""
    program = shutil.which("turnserver")
    assert program is not None, "coturn is missing: run tests/support/install_machine.sh"
    port = _free(host)
    relay = Coturn(host, port)
    command = [program, "-c", str(CONFIGURATION), f"--static-auth-secret={SECRET}", f"--listening-port={port}"]
    command += [f"--listening-ip={host}", f"--relay-ip={host}", f"--allowed-peer-ip={media_host}", "--no-tls"]
    folder = tempfile.mkdtemp(prefix="coturn-")
    command += ["--no-dtls", f"--pidfile={folder}/pid", f"--userdb={folder}/users", *more]
    if ipaddress.ip_address(media_host).is_loopback:
        command.append("--allow-loopback-peers")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(relay, process)
        yield relay
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


class TurnClient:
    """Asks over UDP, as one user (RFC 8656); each makes an allocation of its own."""

    def __init__(self, relay: Coturn, username: str, password: str) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(3)
        self._socket.connect((relay.host, relay.port))
        self._username = username
        self._password = password
        self._realm = self._nonce = b""
        self._allocated = False

    def allocate(self, family: int = 1) -> int:
        """Asks for an address to be relayed from, of IPv4 (1) or IPv6 (2); 0, or the error's number."""
        body = _attribute(_TRANSPORT, _UDP)
        if family != 1:
            body += _attribute(_FAMILY, bytes((family, 0, 0, 0)))
        answered = self._ask(_ALLOCATE, body)
        self._allocated = self._allocated or not answered
        return answered

    def permit(self, peer: str) -> int:
        """Asks to reach this address; 0, or the error's number."""
        address = ipaddress.ip_address(peer)
        transaction = secrets.token_bytes(12)
        key = _COOKIE.to_bytes(4, "big") + transaction
        hidden = bytes(a ^ b for a, b in zip(address.packed, key, strict=False))
        family = 1 if address.version == 4 else 2
        value = bytes((0, family)) + (9 ^ _COOKIE >> 16).to_bytes(2, "big") + hidden
        return self._ask(_PERMIT, _attribute(_PEER, value), transaction)

    def close(self) -> None:
        """Gives its allocation back: the next client may have the same port, and would be taken for this one."""
        with contextlib.suppress(OSError):
            # The relay may be gone already.
            if self._allocated:
                self._ask(_REFRESH, _attribute(_LIFETIME, bytes(4)))
        self._socket.close()

    def _ask(self, kind: int, body: bytes, transaction: bytes = b"") -> int:
        transaction = transaction or secrets.token_bytes(12)
        answered = self._send(kind, transaction, body)
        if answered == 401 and self._nonce:
            answered = self._send(kind, transaction, body)
        return answered

    def _send(self, kind: int, transaction: bytes, body: bytes) -> int:
        if self._nonce:
            body += _attribute(_USERNAME, self._username.encode())
            body += _attribute(_REALM, self._realm) + _attribute(_NONCE, self._nonce)
            key = hashlib.md5(b":".join((self._username.encode(), self._realm, self._password.encode()))).digest()
            covered = struct.pack(">HHI", kind, len(body) + 24, _COOKIE) + transaction + body
            body += _attribute(_INTEGRITY, hmac.digest(key, covered, "sha1"))
        self._socket.send(struct.pack(">HHI", kind, len(body), _COOKIE) + transaction + body)
        found = _attributes(self._socket.recv(2048))
        self._realm, self._nonce = found.get(_REALM, self._realm), found.get(_NONCE, self._nonce)
        error = found.get(_ERROR)
        return error[2] * 100 + error[3] if error else 0


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack(">HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _attributes(message: bytes) -> dict[int, bytes]:
    found, at = {}, 20
    while at + 4 <= len(message):
        kind, length = struct.unpack_from(">HH", message, at)
        found[kind] = message[at + 4 : at + 4 + length]
        at += 4 + length + (-length % 4)
    return found


def _free(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _wait_for(relay: Coturn, process: subprocess.Popen[bytes]) -> None:
    """Until it gives a port: it listens before it has its secrets."""
    given = Relays((relay.url(),), SECRET, SystemClock()).for_user("nobody")
    assert given is not None
    end = time.monotonic() + 15
    while time.monotonic() < end:
        assert process.poll() is None, "coturn has ended"
        asking = TurnClient(relay, given.username, given.credential)
        try:
            if asking.allocate() == 0:
                return
        except OSError:
            # Not there yet.
            pass
        finally:
            asking.close()
        time.sleep(0.1)
    raise TimeoutError("coturn gives no port")
