"""What the fields of application forms take; the examples are the client's as well (tests/cases/form_fields.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from directory.errors import FieldInvalid
from directory.forms import RULES, filled, fits, normal, written
from directory.records import Choice, FieldKind, FormField, ServiceItem

EXAMPLES: dict[FieldKind, dict[str, list[str]]] = json.loads(
    (Path(__file__).parents[2] / "cases/form_fields.json").read_text()
)
CHOICES = [Choice(zh="视力", en="Sight")]


def field(kind: FieldKind) -> FormField:
    choices = CHOICES if kind == "choice" else []
    return FormField(id=f"one-{kind}", name_zh="栏目", name_en="Field", kind=kind, choices=choices)


ITEM = ServiceItem(
    id="one",
    department_id="civil",
    name_zh="事项",
    name_en="Item",
    expected_minutes=5,
    asked_for=0,
    situations=[],
    materials=[],
    fields=[field(kind) for kind in get_args(FieldKind)],
)


def test_every_kind_has_a_rule_and_examples() -> None:
    assert set(RULES) == set(get_args(FieldKind)) == {*EXAMPLES, "choice"}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_examples(kind: FieldKind) -> None:
    for text in EXAMPLES[kind]["right"]:
        assert fits(field(kind), normal(kind, text)), text
    for text in EXAMPLES[kind]["wrong"]:
        assert not fits(field(kind), normal(kind, text)), text


def test_what_is_kept_is_in_its_normal_form_and_empty_fields_are_left_out() -> None:
    values = {"one-identity_number": " 110105 19491231 002x ", "one-phone": "  ", "one-choice": "视力"}
    kept = written(ITEM, values)
    assert kept == {"one-identity_number": "11010519491231002X", "one-choice": "视力"}
    assert [(one.value_zh, one.value_en) for one in filled(ITEM, kept)] == [
        ("11010519491231002X", "11010519491231002X"),
        ("视力", "Sight"),
    ]


@pytest.mark.parametrize("values", [{"one-phone": "123"}, {"two-phone": "13812345678"}, {"one-choice": "嗅觉"}])
def test_what_breaks_the_rule_or_is_no_field_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(FieldInvalid):
        written(ITEM, values)
