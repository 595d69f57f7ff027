"""What arrives as text becomes a value, or is refused with the path of the fault."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

from foundation.errors import Invalid, Words
from signalling.wire.values import ShortText

S = TypeVar("S")
_CHINESE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(found), said)
    for found, said in (
        (r"missing required field `(\w+)`", "缺少 {0}"),
        (r"unknown field `(\w+)`", "不认识 {0}"),
        (r"`(?:str|array|object|bytes)` of length >= 1$", "不能为空"),
        (r"`str` of length <= (\d+)", "最多 {0} 个字"),
        (r"`array` of length <= (\d+)", "最多 {0} 项"),
        (r"length >= (\d+)", "至少 {0} 个"),
        (r"matching regex", "含有不能使用的字符，或没有内容"),
        (r">= ([\d.]+)", "不能小于 {0}"),
        (r"<= ([\d.]+)", "不能大于 {0}"),
        (r"> ([\d.]+)", "要大于 {0}"),
        (r"Invalid (?:enum )?value", "不是可选的值"),
        (r"Expected `\w+`, got `\w+`", "类型不对"),
    )
)
"""What msgspec says, and how a reader of Chinese is told the same."""


def decode(data: bytes | str, kind: type[S]) -> S:
    """JSON as `kind`; raises `Invalid` with the path of the fault."""
    return decode_with(msgspec.json.Decoder(kind).decode, data)


def decode_with(decoder: Callable[[bytes | str], S], data: bytes | str) -> S:
    """As `decode`, with a decoder that was made before."""
    try:
        return decoder(data)
    except msgspec.ValidationError as error:
        problem, _, path = str(error).partition(" - at ")
        raise Invalid(path=path.strip("`") or "$", problem=in_words(problem)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(path="$", problem=Words("不是有效的 JSON", "not JSON")) from error


def as_text(text: str, path: str) -> str:
    """The text where it can be seen as it is; raises `Invalid`."""
    try:
        return msgspec.convert(text, ShortText)
    except msgspec.ValidationError as error:
        raise Invalid(path=path, problem=in_words(str(error))) from error


def in_words(problem: str) -> Words:
    """What msgspec says of a fault, in both languages."""
    for pattern, said in _CHINESE:
        if (found := pattern.search(problem)) is not None:
            return Words(said.format(*found.groups()), problem)
    return Words("内容不合要求", problem)
