"""What `docs/protocol.md` says is what decodes: its examples, its links, its refusals."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from foundation.errors import Refusal
from signalling.app import SLICES
from signalling.slices.calls.messages import ReportReception, Seconds
from signalling.slices.tickets.messages import Applicant
from signalling.transport.websocket.described import OF_EVERY_COMMAND
from signalling.transport.websocket.reference import GENERATED, protocol_page
from signalling.wire.commands import Command
from signalling.wire.contract import ENVELOPES, OF_EVERY_CONNECTION
from signalling.wire.described import Vocabulary, in_words, title_of
from signalling.wire.envelopes import ViewEvent
from signalling.wire.values import Identifier, RatingLevel
from tests.support.contract import COMMANDS, CONTRACT

PAGE = Path(__file__).parents[5] / "docs/protocol.md"
MESSAGES = (*ENVELOPES, *CONTRACT.commands, *CONTRACT.views)
RESULTS = tuple(dict.fromkeys(kind for kind in CONTRACT.results.values() if kind is not None))
WORDS = Vocabulary(CONTRACT.modules)


def section(title: str) -> str:
    text = PAGE.read_text()
    return text.split(f"\n### {title}\n")[1].split("\n### ")[0].split("\n## ")[0]


@pytest.mark.parametrize("kind", [*MESSAGES, *RESULTS], ids=lambda kind: kind.__name__)
def test_every_message_has_one_example_that_decodes(kind: type[msgspec.Struct]) -> None:
    (text,) = re.findall(r"```json\n(.*)\n```", section(title_of(kind)))
    if kind is ViewEvent:
        carried = json.loads(text)["data"]
        assert msgspec.convert(carried, next(one for one in CONTRACT.views if title_of(one) == carried["type"]))
        return
    decoded = msgspec.json.decode(text, type=kind)
    assert set(json.loads(text)) - {"type"} == set(kind.__struct_fields__)
    assert msgspec.json.decode(msgspec.json.encode(decoded), type=kind) == decoded


def test_every_link_leads_to_a_section() -> None:
    text = PAGE.read_text()
    sections = [line.lstrip("# ").lower() for line in text.splitlines() if line.startswith("##")]
    assert len(sections) == len(set(sections))
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= set(sections)


@pytest.mark.parametrize("kind", list(COMMANDS), ids=lambda kind: kind.__name__)
def test_every_command_says_its_permission_its_result_and_its_refusals(kind: type[Command]) -> None:
    said = section(title_of(kind))
    command = COMMANDS[kind]
    if kind not in OF_EVERY_CONNECTION:
        assert f"Permission: `{command.permission}`." in said
    assert ("Result: null." in said) == (command.result is None)
    for refusal in command.refusals:
        assert f"[{refusal.code}](#{refusal.code})" in said
        assert refusal.zh in section(refusal.code)
        assert refusal.en in section(refusal.code)


def test_a_declared_refusal_has_words_and_a_code_of_its_own() -> None:
    declared = {one for command in COMMANDS.values() for one in command.refusals} | OF_EVERY_COMMAND
    assert len({one.code for one in declared}) == len(declared)
    assert Refusal not in declared


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (Identifier | None, "[Identifier](#identifier) or null"),
        (list[RatingLevel], "list of [RatingLevel](#ratinglevel)"),
        (Seconds, "[Seconds](#seconds)"),
        (list[Applicant], "list of [Applicant](#applicant)"),
    ],
)
def test_types_in_words(hint: Any, words: str) -> None:
    assert in_words(hint, WORDS.names) == words


def test_bounds_and_notes_stand_with_the_field() -> None:
    told = WORDS.fields(ReportReception)
    assert "| `freezes` | whole number, 0 to 1000 | Of video. |" in told
    assert "| `id` | whole number, 0 to 9007199254740992 |  |" in told


def test_what_was_written_by_hand_is_kept() -> None:
    page = protocol_page(f"# By hand\n\n{GENERATED}\n\nold", SLICES)
    assert page.startswith(f"# By hand\n\n{GENERATED}\n\n## Envelopes\n")
    assert "\nold" not in page
    assert protocol_page(page, SLICES) == page
