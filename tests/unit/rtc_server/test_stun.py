from __future__ import annotations

import aioice.stun
from hypothesis import given
from hypothesis import strategies as st

from rtc_server.transport.stun import build_success, read_request

# RFC 5769 §2.1
SAMPLE = bytes.fromhex(
    "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74"
    "002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020"
    "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf"
)
PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt"


def test_the_sample_request_is_read_and_believed() -> None:
    request = read_request(SAMPLE)
    assert request is not None
    assert request.username == "evtj:h6vY"
    assert request.ufrag == "evtj"
    assert not request.nominates
    assert request.is_from(PASSWORD)
    assert not request.is_from(PASSWORD[:-1] + "u")


def test_a_changed_byte_is_never_believed() -> None:
    for index in range(len(SAMPLE)):
        changed = bytearray(SAMPLE)
        changed[index] ^= 1
        request = read_request(bytes(changed))
        assert request is None or not request.is_from(PASSWORD), index


def test_the_sample_answers_address_is_hidden_as_in_the_sample() -> None:
    answer = build_success(bytes.fromhex("b7e7a701bc34d686fa87dfae"), "192.0.2.1", 32853, PASSWORD)
    assert bytes.fromhex("002000080001a147e112a643") in answer
    six = build_success(
        bytes.fromhex("b7e7a701bc34d686fa87dfae"), "2001:db8:1234:5678:11:2233:4455:6677", 32853, PASSWORD
    )
    assert bytes.fromhex("002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9") in six


def test_another_implementation_believes_our_answer_and_we_its_request() -> None:
    answer = build_success(b"123456789012", "::ffff:127.0.0.1", 4000, PASSWORD)
    read = aioice.stun.parse_message(answer)
    read.check_message_integrity(PASSWORD.encode())
    assert read.attributes["XOR-MAPPED-ADDRESS"] == ("127.0.0.1", 4000)
    asked = aioice.stun.Message(message_method=aioice.stun.Method.BINDING, message_class=aioice.stun.Class.REQUEST)
    asked.attributes["USERNAME"] = "ours:theirs"
    asked.attributes["USE-CANDIDATE"] = None
    asked.add_message_integrity(PASSWORD.encode())
    asked.add_fingerprint()
    request = read_request(bytes(asked))
    assert request is not None
    assert request.nominates
    assert request.is_from(PASSWORD)


@given(st.binary(max_size=120))
def test_anything_else_is_no_request(data: bytes) -> None:
    assert read_request(data) is None


@given(st.integers(0, len(SAMPLE) - 1), st.binary(min_size=1, max_size=8))
def test_a_mangled_request_is_refused_or_not_believed(at: int, what: bytes) -> None:
    mangled = SAMPLE[:at] + what + SAMPLE[at + len(what) :]
    request = read_request(mangled)
    assert request is None or mangled == SAMPLE or not request.is_from(PASSWORD)
