"""One participant's transport: ICE-lite, DTLS and SRTP over the media port (RFC 8445 §2.5, RFC 5764, RFC 7675)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from rtc_server.transport.addresses import Address, unpack_address
from rtc_server.transport.batch import SendBatch
from rtc_server.transport.dtls import Dtls, DtlsState
from rtc_server.transport.srtp import PacketBuffer, SrtpSession
from rtc_server.transport.stun import BindingRequest, build_success

_PATHS: Final = 8
_CHECKS_PER_SECOND: Final = 100
"""Of all paths that none has passed yet, so that a flood of forged ones does not use up those of the path in use."""
_TRANSACTIONS: Final = 256
_HANDSHAKE_SECONDS: Final = 20.0
_PAUSE: Final = 0.7


class StreamPath(Protocol):
    """A TCP connection that packets can go out on."""

    @property
    def peer(self) -> tuple[str, int]:
        """The other end's address and port."""
        ...

    def send(self, datagram: memoryview | bytes) -> None:
        """Frames and sends it; drops it when the connection is behind."""
        ...


Path = Address | StreamPath
"""Where packets come from and go to."""


@dataclass(frozen=True)
class LinkLimits:
    """What one peer may take, and how long it may be silent, in packets a second and seconds."""

    packets_per_second: int
    silence: float
    consent: float
    keep: float
    """From the last check until the transport is given up; nothing is sent once consent has run out."""


DownReason = Literal["silent", "expired", "closed", "handshake_failed"]


class LinkOwner(Protocol):
    """Whoever the link works for; called on the loop."""

    def take(self, packets: list[PacketBuffer], now: float) -> None:
        """Plain RTP and RTCP packets came; those that are not kept last until the port's bursts are sent on."""
        ...

    def link_up(self) -> None:
        """Packets can be sent: the first time, or again after silence."""
        ...

    def link_resumed(self, since: float) -> None:
        """Something came again after a pause of 0.7 s or more that began at `since`, too short to count as down."""
        ...

    def link_down(self, reason: DownReason) -> None:
        """Nothing arrives; for good unless the reason is `silent`."""
        ...


class LinkPort(Protocol):
    """What a link needs of the port it lives on."""

    batch: SendBatch
    by_ufrag: dict[str, Link]
    datagrams_dropped: int

    def claim(self, path: Path, link: Link) -> None:
        """Gives what comes over this path to the link from now on."""
        ...

    def disclaim(self, path: Path, link: Link) -> None:
        """Takes it away again, if it is still the link's."""
        ...

    def transmit(self, datagram: bytes, path: Path) -> None:
        """Sends at once, or drops and counts when the system will not take it."""
        ...

    def send(self, lengths: list[int], path: Path) -> None:
        """Sends the packets in the batch's free buffers, with the others of their burst."""
        ...


class Link:
    """The transport of one peer connection, from its first check to its end."""

    def __init__(self, port: LinkPort, handshake: Dtls, limits: LinkLimits, now: float) -> None:
        self.owner: LinkOwner | None = None
        self.srtp: SrtpSession | None = None
        self.path: Path | None = None
        self.up = False
        self.ended = False
        self.packets_sent = 0
        self.packets_received = 0
        self.bytes_received = 0
        self._passwords: dict[str, str] = {}
        self._port = port
        self.dtls = handshake
        self._limits = limits
        self._allowance = limits.packets_per_second
        self._checks = _CHECKS_PER_SECOND
        self._paths: dict[Path, None] = {}
        self._transactions: dict[bytes, Path] = {}
        self._heard = now
        self._checked = now
        self._created = now
        self._second = now
        self._batch = port.batch
        self._send = port.send
        self._transmit = port.transmit

    def add_credentials(self, ufrag: str, password: str) -> None:
        """Takes checks with these from now on (RFC 8445 §9); those in use stay good until the new ones are used."""
        while len(self._passwords) > 1:
            self._forget_credentials()
        self._passwords[ufrag] = password
        self._port.by_ufrag[ufrag] = self

    def check(self, request: BindingRequest, path: Path, now: float) -> None:
        """Answers a connectivity check made with our password, and follows the peer to where it nominates."""
        password = self._passwords.get(request.ufrag)
        if password is None or self.ended or not self._believes(request, path, password):
            self._port.datagrams_dropped += 1
            return
        self._checked = now
        self._hear(now)
        self._learn(path)
        if request.nominates or self.path is None:
            self.path = path
            while next(iter(self._passwords)) != request.ufrag:
                self._forget_credentials()
        host, port = unpack_address(path)[:2] if isinstance(path, bytes) else path.peer
        self._transmit(build_success(request.transaction, host, port, password), path)
        if self.srtp is not None and not self.up:
            self._set_up()
        elif self.srtp is None:
            self._send_all(self.dtls.start(), path)

    def media(self, packets: list[PacketBuffer], now: float) -> None:
        """Takes SRTP and SRTCP packets that came together."""
        srtp = self.srtp
        self._allowance -= len(packets)
        if srtp is None or self._allowance < 0:
            self._port.datagrams_dropped += len(packets)
            return
        opened = srtp.unprotect(packets)
        if len(opened) < len(packets):
            self._port.datagrams_dropped += len(packets) - len(opened)
        if not opened:
            return
        if now - self._heard > _PAUSE:
            self._hear(now)
        else:
            self._heard = now
        if not self.up and self.path is not None:
            self._set_up()
        self.packets_received += len(opened)
        received = 0
        for packet in opened:
            received += packet.length
        self.bytes_received += received
        assert self.owner is not None, "a link has an owner before it has a path"
        self.owner.take(opened, now)

    def handshake(self, datagram: bytes, path: Path) -> None:
        """Takes a DTLS datagram from a path that passed a check."""
        self._send_all(self.dtls.receive(datagram), path)
        state = self.dtls.state
        if state is DtlsState.CONNECTED and self.srtp is None:
            assert self.dtls.keys is not None, "a finished handshake has keys"
            self.srtp = SrtpSession(self.dtls.keys)
            self._set_up()
        elif state is DtlsState.FAILED:
            self.end("handshake_failed")
        elif state is DtlsState.CLOSED:
            self.end("closed")

    def send_rtp(self, lengths: list[int]) -> None:
        """Protects and sends the RTP packets in the batch's free buffers; drops them while nobody can be reached."""
        srtp, path = self.srtp, self.path
        if srtp is None or path is None or not lengths:
            return
        batch = self._batch
        sizes = srtp.protect(batch.addresses, batch.used, lengths)
        self.packets_sent += len(sizes)
        self._send(sizes, path)

    def send_rtcp(self, packet: bytes) -> None:
        """Protects and sends an RTCP compound; uses the batch's buffer."""
        srtp, path = self.srtp, self.path
        if srtp is None or path is None:
            return
        batch = self._batch
        batch.views[batch.used][: len(packet)] = packet
        size = srtp.protect_control(batch.addresses[batch.used], len(packet))
        if size:
            self._send([size], path)

    def tick(self, now: float) -> None:
        """Runs the timers; to be called ten times a second or oftener."""
        if now - self._second >= 1.0:
            self._second = now
            self._allowance = self._limits.packets_per_second
            self._checks = _CHECKS_PER_SECOND
        if self.srtp is None:
            self._drive_handshake(now)
        if now - self._checked > (self._limits.consent if self.srtp is None else self._limits.keep):
            self.end("expired")
        elif now - self._checked > self._limits.consent:
            self.path = None
            if self.up:
                self._fall_silent()
        elif self.up and now - self._heard > self._limits.silence:
            self._fall_silent()

    def lost(self, path: Path) -> None:
        """A TCP connection is gone."""
        self._paths.pop(path, None)
        if self.path is path:
            self.path = next(reversed(self._paths), None)

    def close(self) -> None:
        """Says goodbye and ends, without telling the owner."""
        if self.path is not None:
            self._send_all(self.dtls.close(), self.path)
        self.owner = None
        self.end("closed")

    def end(self, reason: DownReason) -> None:
        """Lets go of every path; tells the owner once."""
        if self.ended:
            return
        self.ended = True
        self.up = False
        for path in self._paths:
            self._port.disclaim(path, self)
        self._paths.clear()
        self.path = None
        while self._passwords:
            self._forget_credentials()
        self._tell(lambda owner: owner.link_down(reason))

    def _believes(self, request: BindingRequest, path: Path, password: str) -> bool:
        """Whether the check is the peer's, and not a copy of it from elsewhere, to which media would go."""
        if path not in self._paths:
            self._checks -= 1
            if self._checks < 0:
                return False
        if not request.is_from(password):
            return False
        seen = self._transactions
        if len(seen) >= _TRANSACTIONS and request.transaction not in seen:
            del seen[next(iter(seen))]
        return seen.setdefault(request.transaction, path) == path

    def _set_up(self) -> None:
        self.up = True
        self._tell(lambda owner: owner.link_up())

    def _hear(self, now: float) -> None:
        since, self._heard = self._heard, now
        if now - since > _PAUSE and self.up:
            self._tell(lambda owner: owner.link_resumed(since))

    def _fall_silent(self) -> None:
        self.up = False
        self._tell(lambda owner: owner.link_down("silent"))

    def _tell(self, what: Callable[[LinkOwner], None]) -> None:
        if self.owner is not None:
            what(self.owner)

    def _learn(self, path: Path) -> None:
        if path in self._paths:
            return
        if len(self._paths) >= _PATHS:
            oldest = next(known for known in self._paths if known != self.path)
            del self._paths[oldest]
            self._port.disclaim(oldest, self)
        self._paths[path] = None
        self._port.claim(path, self)

    def _forget_credentials(self) -> None:
        """The oldest."""
        oldest = next(iter(self._passwords))
        del self._passwords[oldest]
        del self._port.by_ufrag[oldest]

    def _drive_handshake(self, now: float) -> None:
        remaining = self.dtls.timer()
        if remaining is not None and remaining <= 0 and self.path is not None:
            self._send_all(self.dtls.timeout(), self.path)
        if self.path is not None and now - self._created > _HANDSHAKE_SECONDS:
            self.end("handshake_failed")

    def _send_all(self, datagrams: list[bytes], path: Path) -> None:
        for datagram in datagrams:
            self._transmit(datagram, path)
