"""From an offer to what each media line is for, and to the answer (RFC 8829 §5.3, RFC 9143).

The answerer keeps the offer's payload types and extension numbers; a forwarded packet gets the receiver's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from rtc_server.media_core.bandwidth_allocator import LAYERS
from rtc_server.media_core.outbound import Payload
from rtc_server.sessions.interface import CodecName, SlotKind, SourceKind
from rtc_server.sessions.sdp import Description, Encoding, Section

AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
LAYER = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_LAYER = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
TRANSPORT_CC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

_SOURCE_EXTENSIONS = (AUDIO_LEVEL, MID, TRANSPORT_CC)
_LAYER_EXTENSIONS = (LAYER, REPAIRED_LAYER)
_SOURCE_FEEDBACK = ("transport-cc", "nack", "nack pli", "ccm fir")
_SLOT_FEEDBACK = ("goog-remb", "nack", "nack pli", "ccm fir")
_CODECS: tuple[CodecName, ...] = get_args(CodecName)
_CLOCKS: dict[CodecName, tuple[int, int]] = {
    "opus": (48000, 2),
    "VP8": (90000, 0),
    "H264": (90000, 0),
    "VP9": (90000, 0),
}
"""Clock rate and channels that each codec must be offered with: times are reckoned with them."""
CODECS_TAKEN = "Opus, VP8, H.264 (packetization-mode=1), VP9 (profile 0)"
"""The same for people."""
_CARRIERS = frozenset({"rtx", "red", "ulpfec", "flexfec-03"})
"""What carries other codecs' packets."""
_NAME = re.compile(r"[A-Za-z0-9.-]{1,16}")
_BASELINE = "profile-level-id=42e0"
_PARAMETERS: dict[CodecName, str] = {"opus": "minptime=10;useinbandfec=1;usedtx=0", "VP9": "profile-id=0"}
"""What is answered in place of what was offered, which for VP9 may tell how little the peer can show."""
_START_KBIT = 900


@dataclass(frozen=True)
class Codec:
    """A codec of the service on one media line: its payload type there, RTX's, and its parameters."""

    name: CodecName
    encoding: Encoding
    payload: Payload
    parameters: str
    feedback: frozenset[str]


@dataclass(frozen=True)
class MediaLine:
    """One media line: what the peer sends or receives on it; both None when it is inactive or refused."""

    section: Section
    source: SourceKind | None
    slot: SlotKind | None
    codecs: tuple[Codec, ...]

    @property
    def layers(self) -> tuple[str, ...]:
        """The encodings of a camera that are taken at once, smallest first; none when it sends but one.

        Papers and screens are never sent smaller, so one encoding is enough.
        """
        layers = self.section.layers if self.source is SourceKind.CAMERA else ()
        known = LAYER in self.section.extensions and MID in self.section.extensions
        return layers[:LAYERS] if known and len(layers) > 1 else ()

    @property
    def refused(self) -> bool:
        """Whether no codec fits, so that the line is answered with port 0."""
        return not self.codecs

    @property
    def offered(self) -> str:
        """The codecs that it was offered with, for people: "AV1, H265"."""
        names = (
            encoding.name for encoding in self.section.encodings.values() if encoding.name.lower() not in _CARRIERS
        )
        return ", ".join(dict.fromkeys(name for name in names if _NAME.fullmatch(name)))


@dataclass(frozen=True)
class SlotNames:
    """What a slot is called in the answer: its SSRCs and the stream its track belongs to."""

    ssrc: int
    rtx_ssrc: int
    stream: str
    track: str


@dataclass(frozen=True)
class ServerSide:
    """The server's part of an answer."""

    session_id: int
    version: int
    ufrag: str
    password: str
    fingerprint: str
    addresses: tuple[str, ...]
    port: int
    name: str
    setup: str = "passive"


def read_lines(offer: Description, sources: Mapping[str, SourceKind], slots: Mapping[str, SlotKind]) -> list[MediaLine]:
    """What each media line of the offer is for, in its order."""
    return [
        MediaLine(
            section,
            sources.get(section.mid) if section.sends else None,
            slots.get(section.mid) if section.receives and not (section.sends and section.mid in sources) else None,
            tuple(_codecs(section)),
        )
        for section in offer.sections
    ]


def write_answer(lines: list[MediaLine], server: ServerSide, names: Mapping[str, SlotNames]) -> str:
    """The answer; `names` by mid for every line that has a slot."""
    bundled = " ".join(line.section.mid for line in lines if not line.refused)
    out = [
        "v=0",
        f"o=- {server.session_id} {server.version} IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        f"a=group:BUNDLE {bundled}".rstrip(),
        "a=msid-semantic: WMS *",
    ]
    first = True
    for line in lines:
        if line.refused:
            out += _refusal(line)
            continue
        out += _media(line, server, names.get(line.section.mid))
        if first:
            out += candidates(server.addresses, server.port)
            first = False
    return "\r\n".join(out) + "\r\n"


def _codecs(section: Section) -> Iterator[Codec]:
    if section.kind not in ("audio", "video") or "SAVPF" not in section.protocol:
        return
    for name in _CODECS:
        number = _choose(section, name)
        if number is None:
            continue
        encoding = section.encodings[number]
        parameters = _PARAMETERS.get(name, section.parameters.get(number, ""))
        rtx = _rtx_of(section, number)
        feedback = frozenset(section.feedback.get(number, ()))
        yield Codec(name, encoding, Payload(number, rtx, _redundant_of(section, number)), parameters, feedback)


def _choose(section: Section, name: CodecName) -> int | None:
    """The payload type for this codec: of H.264 constrained baseline before others."""
    numbers = [
        number
        for number, encoding in section.encodings.items()
        if encoding.name.lower() == name.lower() and str(number) in section.formats
        if (encoding.clock_rate, encoding.channels) == _CLOCKS[name]
    ]
    fitting = [number for number in numbers if _fits(name, section.parameters.get(number, ""))]
    if name == "H264":
        fitting.sort(key=lambda number: _BASELINE not in section.parameters[number].lower())
    return fitting[0] if fitting else None


def _fits(name: CodecName, parameters: str) -> bool:
    """Whether it is H.264 in packetization mode 1, VP9 in profile 0, which is meant too where none is named."""
    if name == "H264":
        return "packetization-mode=1" in parameters
    profiles = [one.strip() for one in parameters.split(";") if one.strip().startswith("profile-id=")]
    return name != "VP9" or profiles in ([], ["profile-id=0"])


def _rtx_of(section: Section, number: int) -> int | None:
    for rtx, encoding in section.encodings.items():
        if encoding.name.lower() == "rtx" and f"apt={number}" in section.parameters.get(rtx, "").split(";"):
            return rtx
    return None


def _redundant_of(section: Section, number: int) -> int | None:
    """The payload type of sound that carries this one more than once."""
    for redundant, encoding in section.encodings.items():
        repeated = section.parameters.get(redundant, "").split("/")
        if section.kind == "audio" and encoding.name.lower() == "red" and set(repeated) == {str(number)}:
            return redundant
    return None


def _refusal(line: MediaLine) -> list[str]:
    section = line.section
    return [
        f"m={section.kind} 0 {section.protocol} {' '.join(section.formats)}",
        # For whoever reads the answer to find out why nothing is seen (RFC 8866 §5.4).
        f"i=not taken: {line.offered or 'no codec'}; send one of {CODECS_TAKEN}",
        "c=IN IP4 0.0.0.0",
        f"a=mid:{section.mid}",
        "a=inactive",
    ]


def _media(line: MediaLine, server: ServerSide, names: SlotNames | None) -> list[str]:
    section = line.section
    numbers = [str(number) for codec in line.codecs for number in _numbers(codec, receiving=line.source is not None)]
    direction = "recvonly" if line.source else "sendonly" if line.slot else "inactive"
    out = [
        f"m={section.kind} 9 {section.protocol} {' '.join(numbers)}",
        "c=IN IP4 0.0.0.0",
        "a=rtcp:9 IN IP4 0.0.0.0",
        f"a=ice-ufrag:{server.ufrag}",
        f"a=ice-pwd:{server.password}",
        f"a=fingerprint:sha-256 {server.fingerprint}",
        f"a=setup:{server.setup}",
        f"a=mid:{section.mid}",
        f"a={direction}",
        "a=rtcp-mux",
    ]
    if section.reduced_rtcp:
        out.append("a=rtcp-rsize")
    if line.source:
        wanted = (*_SOURCE_EXTENSIONS, *_LAYER_EXTENSIONS) if line.layers else _SOURCE_EXTENSIONS
        out += [f"a=extmap:{section.extensions[uri]} {uri}" for uri in wanted if uri in section.extensions]
    if line.layers:
        out += [f"a=rid:{layer} recv" for layer in line.layers]
        # Chromium sends at once what it offered as paused and the answer does not call so.
        layers = (f"~{layer}" if layer in section.paused else layer for layer in line.layers)
        out.append(f"a=simulcast:recv {';'.join(layers)}")
    for codec in line.codecs:
        out += _codec(codec, receiving=line.source is not None)
    if names is not None and line.slot is not None:
        out += _names(line, names, server.name)
    return out


def _numbers(codec: Codec, *, receiving: bool) -> list[int]:
    """Its payload types, that of redundant sound first where we receive: that is how a browser is asked to send it."""
    payload = codec.payload
    numbers = [payload.redundant, payload.number] if receiving else [payload.number, payload.redundant]
    return [number for number in (*numbers, payload.rtx) if number is not None]


def _codec(codec: Codec, *, receiving: bool) -> list[str]:
    number, encoding = codec.payload.number, codec.encoding
    channels = f"/{encoding.channels}" if encoding.channels > 1 else ""
    out = [f"a=rtpmap:{number} {encoding.name}/{encoding.clock_rate}{channels}"]
    wanted = _SOURCE_FEEDBACK if receiving else _SLOT_FEEDBACK
    given = [feedback for feedback in wanted if feedback in codec.feedback]
    out += [f"a=rtcp-fb:{number} {feedback}" for feedback in given]
    parameters = [codec.parameters] if codec.parameters else []
    if receiving and codec.name != "opus":
        # Chromium would start at 300 kbit/s, at which the text of a page cannot be read for the first seconds.
        parameters.append(f"x-google-start-bitrate={_START_KBIT}")
    if parameters:
        out.append(f"a=fmtp:{number} {';'.join(parameters)}")
    if codec.payload.rtx is not None:
        out.append(f"a=rtpmap:{codec.payload.rtx} rtx/{encoding.clock_rate}")
        out.append(f"a=fmtp:{codec.payload.rtx} apt={number}")
    if codec.payload.redundant is not None:
        out.append(f"a=rtpmap:{codec.payload.redundant} red/{encoding.clock_rate}{channels}")
        out.append(f"a=fmtp:{codec.payload.redundant} {number}/{number}")
    return out


def _names(line: MediaLine, names: SlotNames, cname: str) -> list[str]:
    out = [f"a=msid:{names.stream} {names.track}"]
    ssrcs = [names.ssrc]
    if any(codec.payload.rtx is not None for codec in line.codecs):
        out.append(f"a=ssrc-group:FID {names.ssrc} {names.rtx_ssrc}")
        ssrcs.append(names.rtx_ssrc)
    for ssrc in ssrcs:
        out += [f"a=ssrc:{ssrc} cname:{cname}", f"a=ssrc:{ssrc} msid:{names.stream} {names.track}"]
    return out


def candidates(addresses: Sequence[str], port: int) -> list[str]:
    """The attribute lines of our host candidates, UDP before TCP (RFC 8839 §5.1, RFC 6544 §4.5)."""
    out = []
    for index, address in enumerate(addresses):
        udp = (126 << 24) + ((65535 - index) << 8) + 255
        tcp = (90 << 24) + (((4 << 13) - index) << 8) + 255
        out.append(f"a=candidate:{index + 1} 1 udp {udp} {address} {port} typ host")
        out.append(f"a=candidate:{index + 101} 1 tcp {tcp} {address} {port} typ host tcptype passive")
    return [*out, "a=end-of-candidates"]
