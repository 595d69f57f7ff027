"""Reading an SDP offer within bounds (RFC 8866, RFC 8829 §5.8)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from rtc_server.sessions.errors import SdpInvalid
from rtc_server.transport.dtls import Fingerprint

_LONGEST = 128 * 1024
_LINES = 4096
_SECTIONS = 32
_PAYLOADS = 64
_SSRCS = 16
_LAYERS = 8
_LAYER = re.compile(r"[A-Za-z0-9_-]{1,16}")
_ICE = re.compile(r"[A-Za-z0-9+/=_-]{4,256}")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`{|}~-]{1,32}")
_HEX = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){19,63}")
_DIRECTIONS = frozenset({"sendrecv", "sendonly", "recvonly", "inactive"})


@dataclass(frozen=True)
class Encoding:
    """One payload type: its codec's name as written, clock rate and channels."""

    name: str
    clock_rate: int
    channels: int


@dataclass
class Section:
    """One media line and the attributes that belong to it."""

    kind: str
    protocol: str
    formats: tuple[str, ...]
    mid: str = ""
    direction: str = "sendrecv"
    encodings: dict[int, Encoding] = field(default_factory=dict)
    parameters: dict[int, str] = field(default_factory=dict)
    feedback: dict[int, set[str]] = field(default_factory=dict)
    extensions: dict[str, int] = field(default_factory=dict)
    ssrcs: list[int] = field(default_factory=list)
    rtx_ssrcs: dict[int, int] = field(default_factory=dict)
    """RTX's SSRC to the SSRC whose packets it retransmits (RFC 4588 §8.6)."""
    reduced_rtcp: bool = False
    layers: tuple[str, ...] = ()
    """The identifiers of the encodings it offers at once, in its order (RFC 8853)."""
    paused: frozenset[str] = frozenset()
    """Those of them that it does not send for now."""

    @property
    def sends(self) -> bool:
        """Whether the peer wants to send."""
        return self.direction in ("sendrecv", "sendonly")

    @property
    def receives(self) -> bool:
        """Whether the peer wants to receive."""
        return self.direction in ("sendrecv", "recvonly")


@dataclass
class Description:
    """An offer."""

    session_id: str
    ufrag: str
    password: str
    fingerprint: Fingerprint
    sections: list[Section]
    passive: bool = False
    """Whether the peer waits for our handshake (RFC 8842 §5.3: `setup:passive`)."""


def read_offer(sdp: str) -> Description:
    """Reads an offer; raises `SdpInvalid` when it is too long, malformed, or cannot be secured."""
    if len(sdp) > _LONGEST:
        raise SdpInvalid(path="sdp", problem="too long")
    # Lines end with CRLF, or with LF from careless peers, and with nothing else: text may hold U+2028 (RFC 8866 §5).
    lines = sdp.removesuffix("\n").removesuffix("\r").replace("\r\n", "\n").split("\n")
    if len(lines) > _LINES or lines[0] != "v=0":
        raise SdpInvalid(path="sdp", problem="not a session description")
    reader = _Reader()
    for number, line in enumerate(lines, 1):
        try:
            reader.line(line)
        except (ValueError, IndexError) as problem:
            raise SdpInvalid(path=f"line {number}", problem=str(problem) or "malformed") from problem
    return reader.finish()


class _Reader:
    def __init__(self) -> None:
        self._session_id = ""
        self._ufrag = ""
        self._password = ""
        self._fingerprints: list[Fingerprint] = []
        self._setup = "actpass"
        self._session_direction = "sendrecv"
        self._reduced_rtcp = False
        self._sections: list[Section] = []
        self._attributes: dict[str, Callable[[str], None]] = {
            "ice-ufrag": self._read_ufrag,
            "ice-pwd": self._read_password,
            "fingerprint": self._read_fingerprint,
            "setup": self._read_setup,
        }
        self._media_attributes: dict[str, Callable[[Section, str], None]] = {
            "mid": _read_mid,
            "rtpmap": _read_encoding,
            "fmtp": _read_parameters,
            "rtcp-fb": _read_feedback,
            "extmap": _read_extension,
            "ssrc": _read_ssrc,
            "ssrc-group": _read_group,
            "rtcp-rsize": _read_reduced,
            "simulcast": _read_layers,
        }

    def line(self, line: str) -> None:
        if line[1:2] != "=":
            raise ValueError("not of the form type=value")
        kind, value = line[0], line[2:]
        if kind == "o":
            self._session_id = value.split()[1]
        elif kind == "m":
            self._media(value)
        elif kind == "a":
            name, _, rest = value.partition(":")
            self._attribute(name, rest.strip())

    def finish(self) -> Description:
        fingerprint = next((found for found in self._fingerprints if found.supported), None)
        if fingerprint is None:
            raise SdpInvalid(path="a=fingerprint", problem="none that is supported")
        if not self._ufrag or not self._password:
            raise SdpInvalid(path="a=ice-ufrag", problem="missing")
        if self._setup not in ("actpass", "active", "passive"):
            raise SdpInvalid(path="a=setup", problem="actpass, active or passive is expected")
        mids = [section.mid for section in self._sections]
        if not mids or len(set(mids)) != len(mids):
            raise SdpInvalid(path="a=mid", problem="every media line needs its own")
        passive = self._setup == "passive"
        return Description(self._session_id, self._ufrag, self._password, fingerprint, self._sections, passive)

    def _media(self, value: str) -> None:
        if len(self._sections) >= _SECTIONS:
            raise ValueError("too many media lines")
        kind, port, protocol, *formats = value.split()
        int(port.partition("/")[0])
        if not formats or len(formats) > _PAYLOADS:
            raise ValueError("no formats, or too many")
        self._sections.append(Section(kind, protocol, tuple(formats), direction=self._session_direction))

    def _attribute(self, name: str, value: str) -> None:
        section = self._sections[-1] if self._sections else None
        if name in _DIRECTIONS:
            if section is None:
                self._session_direction = name
            else:
                section.direction = name
        elif name in self._attributes:
            self._attributes[name](value)
        elif section is not None and name in self._media_attributes:
            self._media_attributes[name](section, value)

    def _read_ufrag(self, value: str) -> None:
        self._ufrag = self._ufrag or _matching(_ICE, value)

    def _read_password(self, value: str) -> None:
        self._password = self._password or _matching(_ICE, value)

    def _read_setup(self, value: str) -> None:
        self._setup = value

    def _read_fingerprint(self, value: str) -> None:
        algorithm, digest = value.split()
        if len(self._fingerprints) < _SSRCS:
            self._fingerprints.append(Fingerprint(algorithm.lower(), _matching(_HEX, digest.upper())))


def _matching(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.fullmatch(value):
        raise ValueError("characters or length not allowed")
    return value


def _payload(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 127:
        raise ValueError("payload type out of range")
    return number


def _ssrc(text: str) -> int:
    number = int(text)
    if not 0 <= number < 1 << 32:
        raise ValueError("SSRC out of range")
    return number


def _read_mid(section: Section, value: str) -> None:
    section.mid = _matching(_TOKEN, value)


def _read_encoding(section: Section, value: str) -> None:
    number, encoding = value.split(None, 1)
    name, rate, *channels = encoding.split("/")
    if len(section.encodings) < _PAYLOADS:
        section.encodings[_payload(number)] = Encoding(name, int(rate), int(channels[0]) if channels else 0)


def _read_parameters(section: Section, value: str) -> None:
    number, parameters = value.split(None, 1)
    if len(parameters) <= 512 and len(section.parameters) < _PAYLOADS:
        section.parameters[_payload(number)] = parameters


def _read_feedback(section: Section, value: str) -> None:
    number, feedback = value.split(None, 1)
    numbers = list(section.encodings) if number == "*" else [_payload(number)]
    for payload in numbers:
        known = section.feedback.setdefault(payload, set())
        if len(known) < 16:
            known.add(feedback.strip())


def _read_extension(section: Section, value: str) -> None:
    number, uri = value.split()[:2]
    identifier = int(number.partition("/")[0])
    if 1 <= identifier <= 14 and len(section.extensions) < 32:
        section.extensions[uri] = identifier


def _read_ssrc(section: Section, value: str) -> None:
    ssrc = _ssrc(value.split()[0])
    if ssrc not in section.ssrcs and len(section.ssrcs) < _SSRCS:
        section.ssrcs.append(ssrc)


def _read_group(section: Section, value: str) -> None:
    meaning, *members = value.split()
    if meaning == "FID" and len(members) == 2 and len(section.rtx_ssrcs) < _SSRCS:
        section.rtx_ssrcs[_ssrc(members[1])] = _ssrc(members[0])


def _read_reduced(section: Section, _: str) -> None:
    section.reduced_rtcp = True


def _read_layers(section: Section, value: str) -> None:
    """Of alternatives the first."""
    words = value.split()
    if "send" in words[:-1]:
        offered = words[words.index("send") + 1].split(";")[:_LAYERS]
        firsts = [one.split(",")[0] for one in offered]
        section.layers = tuple(_matching(_LAYER, one.removeprefix("~")) for one in firsts)
        section.paused = frozenset(one[1:] for one in firsts if one.startswith("~"))
