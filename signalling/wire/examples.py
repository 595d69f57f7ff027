"""One example of each message, made from its type: the same one each time, and valid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from signalling.wire.views import View

_MOMENT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
_NAMED = {
    "account": "clerk001",
    "code": "moved_meanwhile",
    "email": "wang@example.cn",
    "name": "王秀英",
    "number": "A001",
    "phone": "13800000000",
    "reference": "k3n8qv",
    "starts": "2026-03-02T09:30",
    "surface": "point.document",
    "token": "eyJhbGciOi…",
    "topic": "slots",
    "visit_code": "ACD346EFG",
    "zh": "…",
}


def example(kind: type[msgspec.Struct], views: Sequence[type[View]] = ()) -> dict[str, Any]:
    """A message of this kind as JSON-able values; each field that may be null has a value.

    Where it carries a view, it is the first of `views`.
    """
    hints = get_type_hints(kind, include_extras=True)
    tag = kind.__struct_config__.tag
    head = {} if tag is None else {kind.__struct_config__.tag_field: tag}
    carried = {name: views[0] if hints[name] is View else hints[name] for name in kind.__struct_fields__}
    return head | {name: _value(name, hint) for name, hint in carried.items()}


def _value(name: str, hint: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _bounded(name, arguments[0], arguments[1])
    if origin is Literal:
        return arguments[0]
    if origin in (Union, UnionType):
        return _value(name, next(one for one in arguments if one is not type(None)))
    if origin is list:
        return [_value(name.removesuffix("s"), arguments[0])]
    if origin is dict:
        return {"0": _value(name, arguments[1])}
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return example(hint)
    return _plain(name, hint)


def _plain(name: str, hint: Any) -> Any:
    if hint is str:
        return _text(name)
    if hint is datetime:
        return msgspec.to_builtins(_MOMENT)
    # What is left may be anything.
    return {bool: True, int: 1, float: 1.5}.get(hint)


def _bounded(name: str, hint: Any, bounds: msgspec.Meta) -> Any:
    if bounds.examples:
        return bounds.examples[0]
    if hint is float and bounds.le == 1:
        return 0.25
    if hint is str and bounds.pattern is not None and bounds.max_length == 64:
        return _text(f"{name.removesuffix('_id')}_id")
    if get_origin(hint) is list and bounds.min_length:
        return _value(name, hint) * bounds.min_length
    return _value(name, hint)


def _text(name: str) -> str:
    if name.endswith("_id"):
        return f"{name.removesuffix('_id')}-001"
    if name.endswith("url"):
        return "/api/v1/…"
    return _NAMED.get(name, _NAMED.get(name.rpartition("_")[2], "…"))
