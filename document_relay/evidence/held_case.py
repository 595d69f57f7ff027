"""What of a package's `case.json` is held against the history and the members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from document_relay.case_core.acting import CODES as ACTING_CODES
from document_relay.case_core.chain import ChainEntry
from document_relay.case_core.kept import FIELD
from document_relay.case_core.mandates import CODES as MANDATE_CODES
from document_relay.evidence.holdings import HeldDocument, page_name, pages_told


class _Numbered(msgspec.Struct):
    id: str
    number: str


class _Told(msgspec.Struct):
    at: str
    act: str


class _Joint(msgspec.Struct):
    file: dict[str, object]
    parties: list[dict[str, object]]
    findings: list[dict[str, object]]


class HeldCase(msgspec.Struct):
    """What of `case.json` is held against the rest."""

    file: _Numbered
    history: list[_Told]
    joint: _Joint | None = None
    forms: list[dict[str, object]] = []
    mandates: list[dict[str, object]] = []
    acting_forms: list[dict[str, object]] = []
    hand_on: dict[str, object] | None = None
    supplements: list[dict[str, object]] = []
    pages: list[dict[str, object]] = []
    documents: list[HeldDocument] = []

    def records(self) -> list[dict[str, object]]:
        """Those of which the history keeps hashes, but for pages."""
        joint = [] if self.joint is None else [self.joint.file, *self.joint.parties, *self.joint.findings]
        handed_on = [] if self.hand_on is None else [self.hand_on]
        return [*joint, *handed_on, *self.forms, *self.mandates, *self.acting_forms, *self.supplements]

    def documents_named(self) -> set[str]:
        """The documents that the records name."""
        return {str(one["document_id"]) for one in self.records() if one.get("document_id")}

    def kinds(self, history: Sequence[ChainEntry]) -> dict[str, tuple[str, str]]:
        """The kind of problem and the number of each record that has a number, by its id."""
        mandates = _numbers(self.mandates, MANDATE_CODES, history)
        forms = _numbers(self.acting_forms, ACTING_CODES, history)
        pages = {id_: ("page", page_name(id_, words)) for id_, words in pages_told(history).items()}
        pages |= {id_: ("page", id_) for id_ in (str(one.get("id", "")) for one in self.pages) if id_ not in pages}
        return (
            pages
            | {id_: ("mandate", number) for id_, number in mandates.items()}
            | {id_: ("acting_form", number) for id_, number in forms.items()}
        )


def _numbers(
    records: Iterable[dict[str, object]], codes: frozenset[str], history: Iterable[ChainEntry]
) -> dict[str, str]:
    """The number of each record that the case has, or its history by entries of these codes, by its id."""
    names = {str(one.get("id", "")): str(one.get("number", "")) for one in records}
    for entry in history:
        if entry.act in codes and entry.words is not None:
            said = msgspec.json.decode(entry.words, type=dict[str, str])
            names |= {pair.split("=", 1)[0]: said.get("number", "") for pair in said.get(FIELD, "").split()}
    return names
