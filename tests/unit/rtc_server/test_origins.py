from __future__ import annotations

from struct import pack

from rtc_server.media_core.outbound import Payload
from rtc_server.sessions.interface import SourceKind
from rtc_server.sessions.negotiation import LAYER, MID, REPAIRED_LAYER, Codec, MediaLine
from rtc_server.sessions.origins import STREAMS_PER_SECOND, Origins
from rtc_server.sessions.sdp import Encoding, Section
from rtc_server.sessions.source import Source
from rtc_server.transport.batch import SendBatch

VP8 = Codec("VP8", Encoding("VP8", 90000, 0), Payload(96, 97), "", frozenset())
EXTENSIONS = {MID: 4, LAYER: 10, REPAIRED_LAYER: 11}


def camera() -> tuple[Origins, Source]:
    section = Section("video", "UDP/TLS/RTP/SAVPF", ("96", "97"), mid="1")
    section.extensions, section.layers = dict(EXTENSIONS), ("q", "h", "f")
    line = MediaLine(section, SourceKind.CAMERA, None, (VP8,))
    source = Source("one", SourceKind.CAMERA, line.codecs, SendBatch(), line.layers)
    origins = Origins({"1": source})
    origins.negotiate([line])
    return origins, source


def packet(ssrc: int, payload_type: int, **extensions: str) -> tuple[bytearray, int]:
    """A packet with header extensions by name, and where its payload begins."""
    numbers = {"mid": 4, "layer": 10, "repaired": 11}
    body = b"".join(bytes((numbers[name] << 4 | len(text) - 1,)) + text.encode() for name, text in extensions.items())
    body = body.ljust(-(-len(body) // 4) * 4, b"\0")
    head = pack(">BBHIIHH", 0x90, payload_type, 1, 2, ssrc, 0xBEDE, len(body) // 4)
    return bytearray(head + body + b"payload"), len(head + body)


def test_layers_and_what_repeats_them_are_told_apart_by_their_header_extensions() -> None:
    origins, source = camera()
    for index, name in enumerate(("q", "h", "f")):
        assert origins.rtx_origin(*packet(20 + index, 97, mid="1", repaired=name)) is None, "its layer has yet to come"
        layer = origins.layer(*packet(10 + index, 96, mid="1", layer=name))
        assert layer is source.layers[index]
        assert origins.begin(layer, 10 + index, 96) is not None
        assert origins.rtx_origin(*packet(20 + index, 97, mid="1", repaired=name)) == 10 + index
        assert origins.rtx_origin(*packet(20 + index, 97)) == 10 + index, "the name comes only at first"
        assert origins.layer(*packet(10 + index, 96)) is layer
    assert [stream.ssrc for stream in source.streams] == [10, 11, 12]


def test_an_unknown_layer_or_none_at_all_is_not_guessed() -> None:
    origins, _ = camera()
    for extensions in (
        {"mid": "1"},
        {"mid": "1", "layer": "x"},
        {"mid": "1", "layer": "\x7f"},
    ):
        assert origins.layer(*packet(10, 96, **extensions)) is None


def test_a_layer_that_begins_again_and_again_is_held_up() -> None:
    origins, source = camera()
    begun = [origins.begin(source.layers[0], ssrc, 96) for ssrc in range(100, 200)]
    assert sum(known is not None for known in begun) == STREAMS_PER_SECOND
    assert len(origins.by_ssrc) == len(origins.by_ssrc_and_type) == 1
