"""What `docs/protocol.md` says is what decodes: its examples, its links, its refusals."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from foundation.errors import Refusal
from signalling.protocol import commands as wire
from signalling.protocol import views
from signalling.protocol.described import fields, in_words, named_values, title_of
from signalling.protocol.values import Identifier, RatingLevel
from signalling.websocket.commands import COMMANDS
from signalling.websocket.reference import GENERATED, protocol_page
from signalling.websocket.refusals import OF_EVERY_COMMAND, refusals_of

PAGE = Path(__file__).parents[3] / "docs/protocol.md"
MESSAGES = (*get_args(views.ServerMessage), *get_args(wire.AnyCommand), *get_args(views.View))
RESULTS = tuple(dict.fromkeys(wire.RESULTS.values()))


def section(title: str) -> str:
    text = PAGE.read_text()
    return text.split(f"\n### {title}\n")[1].split("\n### ")[0].split("\n## ")[0]


@pytest.mark.parametrize("kind", [*MESSAGES, *RESULTS], ids=lambda kind: kind.__name__)
def test_every_message_has_one_example_that_decodes(kind: type[msgspec.Struct]) -> None:
    (text,) = re.findall(r"```json\n(.*)\n```", section(title_of(kind)))
    decoded = msgspec.json.decode(text, type=kind)
    assert set(json.loads(text)) - {"type"} == set(kind.__struct_fields__)
    assert msgspec.json.decode(msgspec.json.encode(decoded), type=kind) == decoded


def test_every_link_leads_to_a_section() -> None:
    text = PAGE.read_text()
    sections = [line.lstrip("# ").lower() for line in text.splitlines() if line.startswith("##")]
    assert len(sections) == len(set(sections))
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= set(sections)


@pytest.mark.parametrize("kind", get_args(wire.AnyCommand), ids=lambda kind: kind.__name__)
def test_every_command_says_its_permission_its_result_and_its_refusals(kind: type[wire.Command]) -> None:
    said = section(title_of(kind))
    if kind in COMMANDS:
        assert f"Permission: `{COMMANDS[kind][0]}`." in said
    assert ("Result: null." in said) == (kind not in wire.RESULTS)
    for refusal in refusals_of(kind):
        assert f"[{refusal.code}](#{refusal.code})" in said
        assert refusal.zh in section(refusal.code)
        assert refusal.en in section(refusal.code)


def test_a_declared_refusal_has_words_and_a_code_of_its_own() -> None:
    declared = {one for kind in get_args(wire.AnyCommand) for one in refusals_of(kind)} | OF_EVERY_COMMAND
    assert len({one.code for one in declared}) == len(declared)
    assert Refusal not in declared


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (Identifier | None, "[Identifier](#identifier) or null"),
        (list[RatingLevel], "list of [RatingLevel](#ratinglevel)"),
        (wire.Seconds, "[Seconds](#seconds)"),
        (list[wire.Applicant], "list of [Applicant](#applicant)"),
    ],
)
def test_types_in_words(hint: Any, words: str) -> None:
    assert in_words(hint, named_values()) == words


def test_bounds_and_notes_stand_with_the_field() -> None:
    told = fields(wire.ReportReception, named_values())
    assert "| `freezes` | whole number, 0 to 1000 | Of pictures. |" in told
    assert "| `id` | whole number, 0 to 9007199254740992 |  |" in told


def test_what_was_written_by_hand_is_kept() -> None:
    page = protocol_page(f"# By hand\n\n{GENERATED}\n\nold")
    assert page.startswith(f"# By hand\n\n{GENERATED}\n\n## Envelopes\n")
    assert "\nold" not in page
    assert protocol_page(page) == page
