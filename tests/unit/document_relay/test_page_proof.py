"""What a package proves of pages and sealed documents: none is taken out of the database, or changed, unnoticed."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from document_relay.documents import Decision
from foundation.clock import ManualClock

from .conftest import CLERK, WORKER, Bench, picture
from .test_hand_on_proof import packed
from .test_mandates import begin, draft, now, package

PAGES = {
    "a page": "DELETE FROM pages WHERE number = 2 AND replaced = 0",
    "a page that counts no more": "DELETE FROM pages WHERE replaced = 1",
    "every page": "DELETE FROM pages",
    "its number": "UPDATE pages SET number = 3 WHERE number = 2",
    "that it counts": "UPDATE pages SET replaced = 1 WHERE number = 2",
    "that it counts no more": "UPDATE pages SET replaced = 0",
    "its material": "UPDATE pages SET material_id = (SELECT id FROM materials WHERE position = 2) WHERE number = 2",
    "when it came": "UPDATE pages SET delivered_at = '2026-11-01 00:00:00.000000' WHERE number = 1",
    "what was sent": "UPDATE pages SET sha256 = 'other' WHERE number = 1",
    "its picture": "UPDATE pages SET straightened_sha256 = 'other' WHERE number = 1",
}


def changed(database_url: str, *statements: str) -> None:
    with sqlite3.connect(database_url.removeprefix("sqlite:///")) as database:
        for one in statements:
            assert database.execute(one).rowcount
    database.close()


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_removed_or_changed_before_the_package_is_built_is_found(
    bench: Bench, database_url: str, tmp_path: Path, name: str
) -> None:
    for words in ("one", "two", "three"):
        await bench.deliver(picture(words))
    pages = (await bench.case()).pages
    await bench.relay.pages.order(WORKER, pages[0].material_id, [pages[2].id, pages[0].id, pages[1].id])
    await bench.relay.pages.remove(WORKER, pages[1].id)
    await bench.deliver(picture("four"), replaces=pages[0].id)
    whole = await packed(bench, tmp_path / "whole.zip")
    assert (whole.intact, whole.problems) == (True, [])
    changed(database_url, PAGES[name])
    assert {one.kind for one in (await packed(bench, tmp_path / "changed.zip")).problems} == {"page"}


async def test_a_page_that_the_history_does_not_tell_of_is_found(bench: Bench) -> None:
    await bench.deliver(picture("one"))

    def add(case: dict[str, Any]) -> None:
        case["pages"].append(case["pages"][0] | {"id": "more", "number": 2})

    assert [(one.kind, one.name) for one in (await package(bench, add)).problems if one.kind == "page"] == [
        ("page", "more")
    ]


async def _forget_document(database_url: str, document_id: str) -> None:
    changed(
        database_url,
        f"UPDATE case_files SET notice_document_id = NULL WHERE id IS NOT '{document_id}'",
        f"DELETE FROM documents WHERE id = '{document_id}'",
    )


async def test_the_sealed_paper_of_a_mandate_removed_is_found(
    bench: Bench, clock: ManualClock, database_url: str, tmp_path: Path
) -> None:
    await bench.relay.mandates.draft(WORKER, bench.case_id, draft(clock))
    await bench.deliver(picture("paper"))
    page_id = (await bench.case()).pages[0].id
    document_id = await bench.relay.making.accept_paper(CLERK, (await now(bench)).id, page_id)
    assert (await packed(bench, tmp_path / "whole.zip")).problems == []
    await _forget_document(database_url, document_id)
    found = [(one.kind, one.name) for one in (await packed(bench, tmp_path / "less.zip")).problems]
    assert ("document", f"documents/{document_id}") in found


async def test_the_sealed_form_of_acting_removed_is_found(
    bench: Bench, clock: ManualClock, database_url: str, tmp_path: Path
) -> None:
    await begin(bench, clock)
    today = clock.now().date()
    due = (today.replace(day=28).isoformat(), today)
    document_id = await bench.relay.acting_forms.suspend(CLERK, bench.case_id, "等待证明", due)
    sealed = (await bench.case()).document(document_id).sha256
    assert (await packed(bench, tmp_path / "whole.zip")).problems == []
    await _forget_document(database_url, document_id)
    found = [(one.kind, one.name) for one in (await packed(bench, tmp_path / "less.zip")).problems]
    assert found == [("document", f"documents/{document_id}"), ("document", sealed)]


async def test_a_sealed_document_that_is_said_to_be_unsealed_is_found(
    bench: Bench, database_url: str, tmp_path: Path
) -> None:
    """Its sealed form would be left out of the package."""
    form = await bench.sealed_form()
    await bench.relay.documents.decide(CLERK, bench.case_id, Decision(outcome="refused", notice="不予办理。"))
    sealed = (await bench.case()).document(form).sha256
    assert (await packed(bench, tmp_path / "whole.zip")).problems == []
    changed(database_url, f"UPDATE documents SET state = 'declined' WHERE id = '{form}'")
    found = [(one.kind, one.name) for one in (await packed(bench, tmp_path / "less.zip")).problems]
    assert ("document", sealed) in found
