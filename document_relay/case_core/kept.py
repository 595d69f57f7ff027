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
    said: dict[str, str] = {}
    erased = False
    for entry in history:
        erased = erased or entry.words is None
        fields = msgspec.json.decode(entry.words or "{}", type=dict[str, str])
        said.update(pair.split("=", 1) for pair in fields.get(FIELD, "").split())  # type: ignore[misc]
    found = {str(one.get("id", "")): digest(canonical(one)) for one in records}
    changed = {name for name, hash_ in found.items() if said.get(name, hash_ if erased else "") != hash_}
    return sorted(changed | (said.keys() - found.keys()))
