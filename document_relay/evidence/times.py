"""Whether the times in a package agree: of its making, its signature, its time stamp, its history and its seals.

Whoever signs anew what was changed must also have every clock of the case tell the same story.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from document_relay.case_core import acting, mandates
from document_relay.case_core.chain import ChainEntry
from document_relay.case_core.joint_acts import CONCLUDED

SKEW = timedelta(minutes=2)
"""How far clocks may be set in the middle of a case, and how long the steps of one act may take."""
_MOMENTS = acting.SEALED_AT_ONCE | {
    "document_signed",
    # Its seal is made once the mark is witnessed, and carries the time of the mark.
    "document_marked",
    "case_decided",
    CONCLUDED,
    mandates.ACCEPTED,
    mandates.CONFIRMED,
}
"""The acts whose moment a seal carries."""


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: `seals` are the name and SHA-256 of each sealed PDF, and the time inside its seal."""

    made_at: str
    signed_at: datetime | None
    stamped_at: datetime | None
    history: Sequence[ChainEntry]
    seals: Sequence[tuple[str, str, datetime | None]]


def disagreements(times: Times) -> Iterator[str]:
    """Names what does not agree: `made_at`, `signing time`, `time stamp`, entries by number, sealed PDFs."""
    made = moment(times.made_at)
    if made is None:
        yield "made_at"
        return
    if times.signed_at is None or not _near(times.signed_at, made):
        yield "signing time"
    if times.stamped_at is not None and not _near(times.stamped_at, made):
        yield "time stamp"
    yield from _history(times.history, made)
    for name, sha256, sealed in times.seals:
        if not _seal_fits(times.history, sha256, sealed):
            yield name


def moment(text: str) -> datetime | None:
    """A time with its zone (RFC 3339); None for anything else."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if read.tzinfo is None else read


def _near(one: datetime, other: datetime) -> bool:
    return abs(one - other) <= SKEW


def _history(history: Sequence[ChainEntry], made: datetime) -> Iterator[str]:
    latest: datetime | None = None
    for entry in history:
        at = moment(entry.at)
        if at is None or at > made + SKEW or (latest is not None and at < latest - SKEW):
            yield f"events.json {entry.sequence}"
        elif latest is None or at > latest:
            latest = at


def _seal_fits(history: Sequence[ChainEntry], sha256: str, sealed: datetime | None) -> bool:
    """Whether the history tells of this seal not before it was made, and of what it seals at its very time."""
    if sealed is None:
        return False
    told = [at for entry in history if sha256 in (entry.words or "") and (at := moment(entry.at)) is not None]
    acts = [at for entry in history if entry.act in _MOMENTS and (at := moment(entry.at)) is not None]
    erased = any(entry.words is None for entry in history)
    known = erased or (bool(told) and min(told) >= sealed - SKEW)
    return known and any(_near(at, sealed) for at in acts)
