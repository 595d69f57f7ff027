"""The items of the demonstration are each of their own kind, and name only what the files explain."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

import directory.demonstration
from directory.demonstration.items import read_offered
from directory.records import ServiceItem

DATA = Path(directory.demonstration.__file__).parent / "catalogue"
ITEMS = read_offered().items


def names(kind: str) -> set[str]:
    """What a file explains."""
    return set(tomllib.loads((DATA / f"{kind}.toml").read_text(encoding="utf-8"))[kind])


def used(kind: str) -> set[str]:
    """What the items name of a file."""
    return {
        name
        for path in (DATA / "items").glob("*.toml")
        for item in tomllib.loads(path.read_text(encoding="utf-8"))["items"]
        for name in item[kind]
    }


def test_items_are_not_made_from_one_template() -> None:
    papers = Counter(tuple(one.name_zh for one in item.materials) for item in ITEMS)
    fields = Counter(tuple(one.name_zh for one in item.fields) for item in ITEMS)
    questions = Counter(tuple(one.question_zh for one in item.situations) for item in ITEMS)
    print(f"kinds of papers {len(papers)}, of forms {len(fields)}, of questions {len(questions)} in {len(ITEMS)} items")
    assert len(papers) > 200
    assert len(fields) > 150
    assert len(questions) > 80
    assert max(papers.values()) < 25


def test_every_question_explained_is_used() -> None:
    assert used("situations") == names("situations")


def answers_name(what: str) -> set[str]:
    """What answers add of a kind."""
    situations = tomllib.loads((DATA / "situations.toml").read_text(encoding="utf-8"))["situations"]
    return {name for one in situations.values() for answer in one["options"] for name in answer.get(what, [])}


@pytest.mark.parametrize(("kind", "added"), [("fields", "fields"), ("materials", "adds")])
def test_everything_explained_is_asked_for(kind: str, added: str) -> None:
    assert used(kind) | answers_name(added) == names(kind)


def test_every_field_stands_in_one_section_at_most() -> None:
    sections = tomllib.loads((DATA / "sections.toml").read_text(encoding="utf-8"))["sections"]
    named = Counter(field for one in sections.values() for field in one["fields"])
    assert set(named) <= names("fields")
    assert set(named.values()) == {1}


def test_every_group_has_items_and_every_item_a_group() -> None:
    offered = read_offered()
    assert {item.life_event_id for item in ITEMS} == {event.id for event in offered.life_events}
    assert {item.department_id for item in ITEMS} == {one.id for one in offered.departments}


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name_zh)
def test_an_item_is_whole(item: ServiceItem) -> None:
    papers = {paper.id for paper in item.materials}
    assert len(papers) == len(item.materials)
    assert len({field.id for field in item.fields}) == len(item.fields)
    assert all((field.kind == "choice") == bool(field.choices) for field in item.fields)
    for situation in item.situations:
        assert len(situation.options) >= 2
        assert all(set(option.adds) <= papers for option in situation.options)
    assert item.fields
    assert item.any_matter or any(field.name_zh.endswith(("号码", "电话", "编号")) for field in item.fields)
    assert not any("申请表" in paper.name_zh for paper in item.materials)


def test_an_item_is_called_by_no_other_items_name() -> None:
    official = {item.name_zh: item.id for item in ITEMS}
    stolen = [(item.name_zh, one) for item in ITEMS for one in item.aliases if official.get(one, item.id) != item.id]
    assert stolen == []
