"""A row as a plain value."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

S = TypeVar("S", bound=msgspec.Struct)
_NOTHING: Mapping[str, object] = MappingProxyType({})


def plain(row: Any, kind: type[S], sealed: Mapping[str, object] | msgspec.Struct = _NOTHING) -> S:
    """The row's columns as a value of this kind, with what of it is sealed in the clear, by name."""
    unsealed = msgspec.structs.asdict(sealed) if isinstance(sealed, msgspec.Struct) else sealed
    values = {name: unsealed[name] if name in unsealed else getattr(row, name) for name in kind.__struct_fields__}
    return msgspec.convert(values, kind)
