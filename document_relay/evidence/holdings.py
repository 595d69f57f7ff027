"""Whether a package holds what its case and its history name: each page with its pictures, each sealed document. Pure.

A row that is deleted before the package is built takes its files out of the package with it. The history still names
them: a page by its id and the hash of what was sent, a sealed document by its hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from document_relay.case_core import acting, form_acts, mandates
from document_relay.case_core.chain import ChainEntry
from document_relay.case_core.history import PAGE_DELIVERED, PAGE_RETAKEN
from document_relay.case_core.joint_acts import CONCLUDED

_CAME = frozenset({PAGE_DELIVERED, PAGE_RETAKEN})
_SEALED = acting.SEALED_AT_ONCE | {
    "document_sealed",
    "case_decided",
    CONCLUDED,
    form_acts.FINISHED,
    mandates.ACCEPTED,
    mandates.SIGNED,
    acting.SIGNED,
}
"""The acts whose `sha256` is that of a document."""


class HeldPage(msgspec.Struct):
    """What of a page is held against the package."""

    id: str
    original_id: str
    sha256: str
    straightened_sha256: str


class HeldDocument(msgspec.Struct):
    """What of a document is held against the package."""

    id: str
    state: str
    field: list[float] | None


def document_files(document_id: str, is_sealed: bool, is_signed_by_hand: bool) -> list[str]:
    """The members that a package has of a document.

    What nobody signs was sealed as it was made: there is no other form of it.
    """
    plain = [f"documents/{document_id}.pdf"] if is_signed_by_hand or not is_sealed else []
    return [*plain, f"documents/{document_id}.sealed.pdf"] if is_sealed else plain


def pages_told(history: Iterable[ChainEntry]) -> dict[str, dict[str, str]]:
    """What the history says of each page as it came, by its id; nothing of those whose words were erased."""
    told = [_words(entry) for entry in history if entry.act in _CAME]
    return {words["page"]: words for words in told if "page" in words}


def page_name(page_id: str, told: Mapping[str, str]) -> str:
    """A page as a reader knows it: its material and the number that it came with."""
    return f"{told['material']} {told['number']}" if {"material", "number"} <= told.keys() else page_id


def strange_pages(pages: Sequence[HeldPage], history: Sequence[ChainEntry], members: Mapping[str, str]) -> set[str]:
    """The ids of pages that are not, or not as, the history says, or whose pictures the package has not.

    `members` are the hashes of the package's files by name.
    """
    told, held = pages_told(history), {page.id: page for page in pages}
    erased = any(entry.words is None for entry in history)
    found = {id_ for id_, words in told.items() if id_ not in held or held[id_].sha256 != words.get("sha256")}
    for page in pages:
        files = {f"originals/{page.original_id}": page.sha256, f"pages/{page.id}.jpg": page.straightened_sha256}
        is_whole = all(members.get(name) == sha256 for name, sha256 in files.items())
        if not is_whole or (page.id not in told and not erased):
            found.add(page.id)
    return found


def absent_documents(
    named: Iterable[str], documents: Sequence[HeldDocument], history: Iterable[ChainEntry], members: Mapping[str, str]
) -> Iterator[str]:
    """The names or hashes of documents that the package has not, though it should.

    `named` are the documents that records of the case name by their ids.
    """
    known = {one.id for one in documents}
    for document_id in sorted(set(named) - known):
        yield f"documents/{document_id}"
    for one in documents:
        files = document_files(one.id, one.state == "sealed", one.field is not None)
        yield from (name for name in files if name not in members)
    hashes = frozenset(members.values())
    sealed = {_words(entry).get("sha256", "") for entry in history if entry.act in _SEALED}
    yield from sorted(sealed - hashes - {""})


def _words(entry: ChainEntry) -> dict[str, str]:
    return msgspec.json.decode(entry.words or "{}", type=dict[str, str])
