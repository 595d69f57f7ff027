"""What a description says of an endpoint beyond its path, its body and its answer. Nothing of it is enforced here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from foundation.errors import Refusal


@dataclass(frozen=True)
class Parameter:
    """What a request names besides the parts of its path."""

    name: str
    where: Literal["query", "header", "cookie"]
    note: str
    required: bool = False


@dataclass(frozen=True)
class Details:
    """`takes` is the media type of a body that is not JSON, `may_be_empty` where not every request has one.

    `headers` are those of the answer, with what they say.

    `also` are answers of other statuses that are no refusals. `refusals` are those of the act itself: what every
    endpoint refuses, or every one with a body or a permission, follows from its row.
    """

    parameters: tuple[Parameter, ...] = ()
    takes: str = ""
    may_be_empty: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[int, str] = field(default_factory=dict)
    refusals: frozenset[type[Refusal]] = frozenset()


RANGE = Parameter("Range", "header", "A range of bytes (RFC 9110 §14)")
IN_RANGES = {206: "The range asked for; `Content-Range` names it", 416: "The file has no such bytes"}
