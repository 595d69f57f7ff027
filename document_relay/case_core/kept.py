"""What a case's history says of records that are kept beside it: the hash of each as it was left by the entry.

A record that is taken out of the case, or changed, differs from the last that the event chain says of it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from document_relay.case_core.canonical import canonical, digest
from document_relay.case_core.chain import ChainEntry

FIELD = "kept"
"""The field of an entry's words."""


def kept(records: Iterable[msgspec.Struct]) -> str:
    """The records' ids and hashes, as the field says them."""
    plain = (msgspec.to_builtins(one) for one in records)
    return " ".join(f"{one['id']}={digest(canonical(one))}" for one in plain)


def differing(records: Iterable[Mapping[str, object]], history: Iterable[ChainEntry]) -> list[str]:
    """The ids of records that are not, or not as, the history says; those it says nothing of count as well.

    Where words of the history were erased, what it said there is not known: then such records are let pass.
    """
    entries = list(history)
    said, erased = _said(entries), any(entry.words is None for entry in entries)
    found = {str(one.get("id", "")): digest(canonical(one)) for one in records}
    changed = {name for name, hash_ in found.items() if said.get(name, hash_ if erased else "") != hash_}
    return sorted(changed | (said.keys() - found.keys()))


def kept_ids(history: Iterable[ChainEntry]) -> frozenset[str]:
    """The ids of the records that the history keeps hashes of."""
    return frozenset(_said(history))


def _said(history: Iterable[ChainEntry]) -> dict[str, str]:
    """The last hash that the history says of each record, by its id."""
    said: dict[str, str] = {}
    for entry in history:
        fields = msgspec.json.decode(entry.words or "{}", type=dict[str, str])
        said.update(pair.split("=", 1) for pair in fields.get(FIELD, "").split())  # type: ignore[misc]
    return said
