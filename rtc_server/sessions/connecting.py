"""From an offer to a participant with its link, sources and slots, and to the answer."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping

import ifaddr

from foundation.clock import Clock
from rtc_server.media_core.outbound import OutboundStream, Payload
from rtc_server.sessions.interface import IceRestart, MediaAnswer, MediaOffer, MediaSettings, SlotKind
from rtc_server.sessions.negotiation import MediaLine, ServerSide, SlotNames, candidates, read_lines, write_answer
from rtc_server.sessions.participant import Participant, ParticipantWatcher
from rtc_server.sessions.sdp import Description
from rtc_server.sessions.source import Slot, Source
from rtc_server.transport.dtls import Dtls, DtlsIdentity
from rtc_server.transport.link import Link, LinkLimits
from rtc_server.transport.port import MediaPort

_EVERY_ADDRESS = {"0.0.0.0": False, "::": True}  # noqa: S104 - compared with, not bound to
"""Hosts that stand for every address, and whether for those of IPv6 too."""
_IDENTITY_LASTS = 24 * 3600.0
"""Seconds after which new connections get a new certificate; those that are there keep theirs."""
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_UFRAG, _PASSWORD = 8, 24


class Connector:
    """Makes participants of offers, and keeps what answers need: certificate, addresses, numbers."""

    def __init__(
        self, settings: MediaSettings, clock: Clock, port: MediaPort, randomness: Callable[[int], bytes]
    ) -> None:
        self.name = randomness(8).hex().encode()
        """Our CNAME (RFC 7022). Of 16 letters: aiortc misreads source descriptions whose padding is not two bytes."""
        self._clock = clock
        self._port = port
        self._randomness = randomness
        self._identity = DtlsIdentity(clock.now(), randomness(8).hex())
        self._identity_since = clock.monotonic()
        self._limits = LinkLimits(
            settings.packets_per_second, settings.silence_seconds, settings.consent_seconds, settings.keep_seconds
        )
        self._addresses = _advertised(settings)
        self._offers: dict[Participant, tuple[str, str]] = {}
        self._versions: dict[Participant, int] = {}

    def connect(
        self, participant_id: str, description: Description, offer: MediaOffer, watcher: ParticipantWatcher
    ) -> tuple[Participant, MediaAnswer]:
        """A new participant, not yet reachable, and its answer."""
        now = self._clock.monotonic()
        if now - self._identity_since > _IDENTITY_LASTS:
            self._identity = DtlsIdentity(self._clock.now(), self._randomness(8).hex())
            self._identity_since = now
        handshake = Dtls(self._identity, description.fingerprint, active=description.passive)
        link = Link(self._port, handshake, self._limits, now)
        participant = Participant(participant_id, link, self._port, watcher, self._number(4))
        link.owner = participant
        lines = read_lines(description, offer.sources, offer.slots)
        self._furnish(participant, lines)
        self._offers[participant] = description.session_id, description.fingerprint.value
        return participant, self._answer(participant, lines)

    def continues(self, participant: Participant, description: Description) -> bool:
        """Whether the offer is an ICE restart of this very peer connection."""
        known = self._offers[participant]
        return known == (description.session_id, description.fingerprint.value) and not participant.link.ended

    def restart(self, participant: Participant, description: Description, offer: MediaOffer) -> MediaAnswer:
        """New credentials for the same transport; DTLS, sources and slots stay as they are."""
        return self._answer(participant, read_lines(description, offer.sources, offer.slots))

    def restart_ice(self, participant: Participant) -> IceRestart:
        """New credentials alone, for a client that restarts without an offer."""
        ufrag, password = self._text(_UFRAG), self._text(_PASSWORD)
        participant.link.add_credentials(ufrag, password)
        lines = tuple(candidates(self._addresses, self._port.port))
        return IceRestart(ufrag=ufrag, password=password, candidates=lines)

    def close(self, participant: Participant) -> None:
        """Ends the participant's link."""
        participant.link.close()
        self._offers.pop(participant, None)
        self._versions.pop(participant, None)

    def _furnish(self, participant: Participant, lines: list[MediaLine]) -> None:
        ranks = dict.fromkeys(SlotKind, 0)
        for line in lines:
            mid = line.section.mid
            if line.source is not None and line.codecs:
                participant.sources[mid] = Source(
                    participant.id, line.source, line.codecs, self._port.batch, line.layers
                )
            elif line.slot is not None and line.codecs:
                payloads: dict[str, Payload] = {codec.name: codec.payload for codec in line.codecs}
                # Near its end, who misses the first packets could not know that the numbers have begun anew, and would
                # open none (RFC 3711 §3.3.1): libwebrtc begins in the lower half too.
                first = self._number(2) & 0x7FFF
                out = OutboundStream(self._number(4), self._number(4), payloads, first)
                participant.slots[mid] = Slot(mid, line.slot, out, participant.link, ranks[line.slot])
                ranks[line.slot] += 1

    def _answer(self, participant: Participant, lines: list[MediaLine]) -> MediaAnswer:
        participant.negotiate(lines)
        ufrag, password = self._text(_UFRAG), self._text(_PASSWORD)
        participant.link.add_credentials(ufrag, password)
        version = self._versions.get(participant, 0) + 1
        self._versions[participant] = version
        server = ServerSide(
            session_id=participant.feedback.ssrc + (1 << 32),
            version=version,
            ufrag=ufrag,
            password=password,
            fingerprint=participant.link.dtls.identity.fingerprint.value,
            setup=participant.link.dtls.setup,
            addresses=self._addresses,
            port=self._port.port,
            name=self.name.decode(),
        )
        return MediaAnswer(sdp=write_answer(lines, server, _names(participant.slots)))

    def _number(self, octets: int) -> int:
        """A random number, never 0."""
        return int.from_bytes(self._randomness(octets), "big") or 1

    def _text(self, length: int) -> str:
        return "".join(_ALPHABET[octet & 63] for octet in self._randomness(length))


def _names(slots: Mapping[str, Slot]) -> dict[str, SlotNames]:
    return {
        mid: SlotNames(slot.out.ssrc, slot.out.rtx_ssrc, slot.stream_name, slot.track_name)
        for mid, slot in slots.items()
    }


def _advertised(settings: MediaSettings) -> tuple[str, ...]:
    """The addresses set, else the one bound to, else every address of this machine, its own loopback last."""
    if settings.advertised:
        return settings.advertised
    if settings.host not in _EVERY_ADDRESS:
        return (settings.host,)
    return own_addresses(six=_EVERY_ADDRESS[settings.host])


def own_addresses(*, six: bool = False) -> tuple[str, ...]:
    """Every IPv4 address of this machine, loopback last; with `six` then those of IPv6 that others can reach."""
    addresses = [address for adapter in ifaddr.get_adapters() for address in adapter.ips]
    four = [address.ip for address in addresses if isinstance(address.ip, str)]
    found = sorted(four, key=lambda address: address.startswith("127."))
    if six:
        # Not link-local ones, which mean nothing without an interface's name.
        scoped = [ipaddress.ip_address(address.ip[0]) for address in addresses if not isinstance(address.ip, str)]
        found += [str(address) for address in scoped if not (address.is_link_local or address.is_loopback)]
    return tuple(found)
