"""What arrives as text becomes a value, or is refused with the path of the fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from foundation.errors import Invalid
from signalling.wire.values import ShortText

S = TypeVar("S")


def decode(data: bytes | str, kind: type[S]) -> S:
    """JSON as `kind`; raises `Invalid` with the path of the fault."""
    return decode_with(msgspec.json.Decoder(kind).decode, data)


def decode_with(decoder: Callable[[bytes | str], S], data: bytes | str) -> S:
    """As `decode`, with a decoder that was made before."""
    try:
        return decoder(data)
    except msgspec.ValidationError as error:
        problem, _, path = str(error).partition(" - at ")
        raise Invalid(path=path.strip("`") or "$", problem=problem) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(path="$", problem="not JSON") from error


def as_text(text: str, path: str) -> str:
    """The text where it can be seen as it is; raises `Invalid`."""
    try:
        return msgspec.convert(text, ShortText)
    except msgspec.ValidationError as error:
        raise Invalid(path=path, problem=str(error)) from error
