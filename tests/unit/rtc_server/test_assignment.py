from __future__ import annotations

from rtc_server.sessions.assignment import assign
from rtc_server.sessions.interface import SlotKind, SourceKind

SLOTS = [SlotKind.VOICE] * 3 + [SlotKind.FACE] * 2 + [SlotKind.DOCUMENT, SlotKind.SCREEN]
KINDS = MIC, CAMERA, DOCUMENT, SCREEN = (
    SourceKind.MICROPHONE,
    SourceKind.CAMERA,
    SourceKind.DOCUMENT,
    SourceKind.SCREEN,
)


def everything(*names: str) -> list[tuple[str, SourceKind]]:
    return [(name, kind) for name in names for kind in KINDS]


def test_a_call_of_two_shows_everything_of_the_other() -> None:
    assert assign(SLOTS, ["b", None, None], everything("b"), {}) == [
        ("b", MIC), None, None, ("b", CAMERA), None, ("b", DOCUMENT), ("b", SCREEN),
    ]  # fmt: skip


def test_voice_and_face_of_a_party_have_the_same_rank() -> None:
    plan = assign(SLOTS, ["b", "c", "d"], everything("b", "c", "d"), {})
    assert plan[:5] == [("b", MIC), ("c", MIC), ("d", MIC), ("b", CAMERA), ("c", CAMERA)]


def test_what_is_not_sent_is_not_shown() -> None:
    assert assign(SLOTS, ["b", "c", None], [("c", CAMERA)], {}) == [None] * 4 + [("c", CAMERA), None, None]


def test_a_document_stays_until_it_ends() -> None:
    both = [("b", DOCUMENT), ("c", DOCUMENT)]
    assert assign(SLOTS, [None] * 3, both, {5: ("c", DOCUMENT)})[5] == ("c", DOCUMENT)
    assert assign(SLOTS, [None] * 3, both[:1], {5: ("c", DOCUMENT)})[5] == ("b", DOCUMENT)


def test_two_document_slots_show_two_documents() -> None:
    slots = [SlotKind.DOCUMENT] * 2
    assert assign(slots, [], [("b", DOCUMENT), ("c", DOCUMENT)], {0: ("c", DOCUMENT)}) == [
        ("c", DOCUMENT),
        ("b", DOCUMENT),
    ]
