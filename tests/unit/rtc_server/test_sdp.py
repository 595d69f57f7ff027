from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtc_server.sessions.errors import SdpInvalid
from rtc_server.sessions.interface import SlotKind, SourceKind
from rtc_server.sessions.negotiation import ServerSide, SlotNames, candidates, read_lines, write_answer
from rtc_server.sessions.sdp import read_offer

CHROMIUM = (Path(__file__).parent / "offers" / "chromium.sdp").read_bytes().decode()
SOURCES = {"0": SourceKind.MICROPHONE, "1": SourceKind.CAMERA, "2": SourceKind.DOCUMENT, "3": SourceKind.SCREEN}
KINDS = [SlotKind.VOICE] * 3 + [SlotKind.FACE] * 2 + [SlotKind.DOCUMENT, SlotKind.SCREEN]
SLOTS = {str(4 + index): kind for index, kind in enumerate(KINDS)}
SERVER = ServerSide(9, 1, "ufrag", "password-of-24-characters", "AB:CD", ("192.0.2.9",), 8189, "name")


def answer(sdp: str = CHROMIUM) -> str:
    lines = read_lines(read_offer(sdp), SOURCES, SLOTS)
    names = {mid: SlotNames(100 + int(mid), 200 + int(mid), f"stream-{mid}", f"track-{mid}") for mid in SLOTS}
    return write_answer(lines, SERVER, names)


def sections(sdp: str) -> list[str]:
    return re.split(r"\r\n(?=m=)", sdp)[1:]


def test_an_offer_of_chromium_is_read() -> None:
    offer = read_offer(CHROMIUM)
    assert [section.mid for section in offer.sections] == [str(number) for number in range(11)]
    assert [section.kind for section in offer.sections] == ["audio", *["video"] * 3, *["audio"] * 3, *["video"] * 4]
    camera = offer.sections[1]
    assert camera.sends
    assert not camera.receives
    assert len(camera.ssrcs) == 2
    assert list(camera.rtx_ssrcs.items()) == [(camera.ssrcs[1], camera.ssrcs[0])]
    assert offer.fingerprint.algorithm == "sha-256"


def test_every_line_is_answered_in_its_place_and_direction() -> None:
    answered = sections(answer())
    assert [re.search(r"a=mid:(\S+)", text)[1] for text in answered] == [str(number) for number in range(11)]
    directions = [re.search(r"a=(sendonly|recvonly|inactive|sendrecv)\r", text)[1] for text in answered]
    assert directions == ["recvonly"] * 4 + ["sendonly"] * 7
    assert "a=group:BUNDLE 0 1 2 3 4 5 6 7 8 9 10\r\n" in answer()
    assert all("a=setup:passive" in text and "a=rtcp-mux" in text for text in answered)


def test_payload_types_are_the_offers_and_each_codec_has_its_repetition() -> None:
    camera = sections(answer())[1]
    offered = read_offer(CHROMIUM).sections[1]
    numbers = [int(number) for number in camera.split("\r\n")[0].split()[3:]]
    names = [offered.encodings[number].name for number in numbers]
    assert names == ["VP8", "rtx", "H264", "rtx", "VP9", "rtx"]
    assert "packetization-mode=1" in offered.parameters[numbers[2]]
    assert "profile-level-id=42e01f" in offered.parameters[numbers[2]]
    assert [offered.parameters[numbers[at + 1]] for at in (0, 2, 4)] == [f"apt={numbers[at]}" for at in (0, 2, 4)]


@pytest.mark.parametrize(
    ("offered", "number"),
    [
        ("profile-id=0", 98),
        ("max-fr=30; profile-id=0;max-fs=3600", 98),
        ("max-fr=30;max-fs=3600", 98),
        ("profile-id=1", None),
        ("max-fs=3600; profile-id=2", None),
        ("profile-id=02", None),
    ],
)
def test_vp9_is_taken_and_given_in_profile_0_alone(offered: str, number: int | None) -> None:
    answered = sections(answer(CHROMIUM.replace("a=fmtp:98 profile-id=0\r", f"a=fmtp:98 {offered}\r")))
    camera, face = answered[1], answered[7]
    for text, feedback, parameters in (
        (camera, "transport-cc", "profile-id=0;x-google-start-bitrate=900"),
        (face, "goog-remb", "profile-id=0"),
    ):
        assert re.findall(r"a=rtpmap:(\d+) VP9/90000\r", text) == ([str(number)] if number else [])
        if number:
            assert {
                f"a=fmtp:{number} {parameters}",
                f"a=rtcp-fb:{number} {feedback}",
                f"a=rtcp-fb:{number} nack",
                f"a=rtcp-fb:{number} nack pli",
                f"a=rtpmap:{number + 1} rtx/90000",
                f"a=fmtp:{number + 1} apt={number}",
            } <= set(text.splitlines())


def test_the_server_wants_what_it_can_use_and_sends_no_extensions() -> None:
    camera, face = sections(answer())[1], sections(answer())[7]
    assert "transport-cc\r" in camera
    assert "transport-wide-cc" in camera
    assert "goog-remb" not in camera
    assert "extmap" not in face
    assert "nack pli" in face
    assert "a=ssrc-group:FID 107 207\r" in face
    assert "a=msid:stream-7 track-7\r" in face


def test_candidates_are_host_udp_first_then_tcp_passive() -> None:
    udp, tcp, end = candidates(("192.0.2.9",), 8189)
    assert re.fullmatch(r"a=candidate:\d+ 1 udp \d+ 192\.0\.2\.9 8189 typ host", udp)
    assert re.fullmatch(r"a=candidate:\d+ 1 tcp \d+ 192\.0\.2\.9 8189 typ host tcptype passive", tcp)
    assert int(udp.split()[3]) > int(tcp.split()[3])
    assert end == "a=end-of-candidates"
    assert answer().count("a=candidate") == 2


def test_a_data_channel_and_an_unknown_codec_are_refused_with_port_0() -> None:
    extra = (
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:90\r\na=sctp-port:5000\r\n"
        "m=video 9 UDP/TLS/RTP/SAVPF 45\r\na=mid:91\r\na=rtpmap:45 AV1/90000\r\na=sendonly\r\n"
    )
    answered = sections(answer(CHROMIUM + extra))
    assert [text.split()[1] for text in answered[-2:]] == ["0", "0"]
    assert "90" not in re.search(r"BUNDLE (.*)\r", answer(CHROMIUM + extra))[1].split()


@pytest.mark.parametrize("clock", ["0", "48001/2", "48000/1", "48000/9999", "9" * 400])
def test_a_codec_with_a_clock_of_its_own_is_refused(clock: str) -> None:
    """Times are reckoned with the clock: one of 0 would have ended the server's own timers."""
    offered = CHROMIUM.replace("opus/48000/2", f"opus/{clock}").replace("VP8/90000", f"VP8/{clock}")
    camera = sections(answer(offered))[1]
    assert sections(answer(offered))[0].startswith("m=audio 0 ")
    assert "VP8" not in camera
    assert "H264/90000" in camera
    assert "VP9/90000" in camera


def test_a_line_nobody_named_is_inactive() -> None:
    lines = read_lines(read_offer(CHROMIUM), {}, {})
    assert sections(write_answer(lines, SERVER, {}))[0].count("a=inactive") == 1


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "v=0",
        "hello",
        CHROMIUM.replace("a=fingerprint", "a=fingerprinz"),
        CHROMIUM.replace("sha-256", "md5"),
        CHROMIUM.replace("a=ice-pwd:", "a=ice-pwd: \x00"),
        CHROMIUM.replace("a=setup:actpass", "a=setup:holdconn"),
        CHROMIUM.replace("a=mid:1\r", "a=mid:0\r"),
        CHROMIUM.replace("a=rtpmap:96", "a=rtpmap:900"),
        CHROMIUM.replace("a=ssrc:", "a=ssrc:99999999999"),
        CHROMIUM + "m=audio\r\n",
        CHROMIUM + "m=audio 9 UDP/TLS/RTP/SAVPF 1\r\n" * 40,
        CHROMIUM + "x" * 200_000,
        CHROMIUM + "a=x\r\n" * 5000,
    ],
)
def test_a_broken_offer_is_refused_with_a_code(broken: str) -> None:
    with pytest.raises(SdpInvalid) as refused:
        read_offer(broken)
    assert refused.value.code == "sdp_invalid"
    assert refused.value.sentence("zh-CN")
    assert refused.value.sentence("en")


@settings(max_examples=300)
@given(st.integers(0, len(CHROMIUM)), st.integers(0, 60), st.text(max_size=30))
def test_any_damage_is_refused_or_answered(at: int, length: int, put: str) -> None:
    damaged = CHROMIUM[:at] + put + CHROMIUM[at + length :]
    try:
        answer(damaged)
    except SdpInvalid:
        return


def test_redundant_sound_is_asked_of_a_sender_and_offered_to_a_receiver() -> None:
    microphone, voice = sections(answer())[0], sections(answer())[4]
    assert microphone.startswith("m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r")
    assert voice.startswith("m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r")
    for text in (microphone, voice):
        assert "a=rtpmap:63 red/48000/2\r" in text
        assert "a=fmtp:63 111/111\r" in text
    plain = CHROMIUM.replace("red/48000/2", "other/48000/2")
    assert sections(answer(plain))[0].startswith("m=audio 9 UDP/TLS/RTP/SAVPF 111\r")


def test_a_camera_offered_in_layers_is_taken_in_layers_and_nothing_else_is() -> None:
    offered = CHROMIUM.replace("a=mid:1\r\n", f"a=mid:1\r\n{LAYERS}").replace("a=mid:2\r\n", f"a=mid:2\r\n{LAYERS}")
    answered = sections(answer(offered))
    assert "a=rid:q recv\r\na=rid:h recv\r\na=rid:f recv\r\na=simulcast:recv q;h;f\r\n" in answered[1]
    assert [name for name in ("sdes:rtp-stream-id", "sdes:repaired-rtp-stream-id") if name in answered[1]] == [
        "sdes:rtp-stream-id",
        "sdes:repaired-rtp-stream-id",
    ]
    assert not [text for index, text in enumerate(answered) if index != 1 and ("simulcast" in text or "rid" in text)]


def test_a_layer_that_is_paused_in_the_offer_is_paused_in_the_answer() -> None:
    offered = CHROMIUM.replace("a=mid:1\r\n", f"a=mid:1\r\n{RIDS}a=simulcast:send ~q,x;h;~f\r\n")
    camera = sections(answer(offered))[1]
    assert "a=rid:q recv\r\na=rid:h recv\r\na=rid:f recv\r\na=simulcast:recv ~q;h;~f\r\n" in camera


RIDS = "a=rid:q send\r\na=rid:h send\r\na=rid:f send\r\n"
LAYERS = f"{RIDS}a=simulcast:send q;h,x;f\r\n"


@pytest.mark.parametrize("malformed", ["q;h/;f", ";;", "q;~", "~~q;f", "q;" + "f" * 17])
def test_malformed_layers_are_refused(malformed: str) -> None:
    with pytest.raises(SdpInvalid):
        read_offer(CHROMIUM.replace("a=mid:1\r\n", f"a=mid:1\r\na=simulcast:send {malformed}\r\n"))


def offer_of(name: str) -> str:
    return (Path(__file__).parent / "offers" / f"{name}.sdp").read_bytes().decode()


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_lines_end_at_their_ends_only(separator: str) -> None:
    offer = offer_of("session_name_u2028")
    assert "\u2028" in offer
    read = read_offer(offer.replace("\u2028", separator))
    assert [section.kind for section in read.sections] == ["audio", "video"]
    assert read_offer(offer.replace("\r\n", "\n")) == read_offer(offer)


def test_a_peer_that_waits_for_our_handshake_gets_it() -> None:
    assert read_offer(offer_of("ffmpeg_default_passive")).passive
    assert not read_offer(CHROMIUM).passive
    lines = read_lines(read_offer(offer_of("ffmpeg_default_passive")), {"0": SOURCES["0"], "1": SOURCES["1"]}, {})
    server = ServerSide(9, 1, "ufrag", "password-of-24-characters", "AB:CD", (), 8189, "name", "active")
    answered = sections(write_answer(lines, server, {}))
    assert all("a=setup:active\r\n" in text for text in answered)


def test_an_answer_says_which_codecs_it_does_not_take() -> None:
    lines = read_lines(read_offer(offer_of("obs_av1")), {"0": SOURCES["0"], "1": SOURCES["1"]}, {})
    audio, video = sections(write_answer(lines, SERVER, {}))
    assert audio.startswith("m=audio 9 ")
    assert "\r\ni=" not in audio
    assert video.split("\r\n")[:2] == [
        "m=video 0 UDP/TLS/RTP/SAVPF 96",
        "i=not taken: AV1; send one of Opus, VP8, H.264 (packetization-mode=1), VP9 (profile 0)",
    ]
