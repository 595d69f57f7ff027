"""The types of the wire contract in words, for readers of `docs/protocol.md`."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from types import ModuleType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from signalling.wire.views import View

_PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false", datetime: "moment", object: "any"}


class Vocabulary:
    """The small types that have a name of their own, texts, numbers and sets of words, in the modules of a contract."""

    def __init__(self, modules: Sequence[ModuleType]) -> None:
        self._modules = modules
        self.names: dict[str, Any] = {}
        for module in modules:
            for name, one in vars(module).items():
                if name[0].isupper() and get_origin(one) in (Annotated, Literal) and one not in self.names.values():
                    self.names[name] = one

    def fields(self, kind: type[msgspec.Struct]) -> str:
        """A table of the fields, empty where there are none."""
        hints, notes = get_type_hints(kind, include_extras=True), _notes(kind)
        rows = [
            f"| `{name}` | {in_words(hints[name], self.names)} | {notes.get(name, '')} |"
            for name in kind.__struct_fields__
        ]
        return "\n".join(["| field | type | |", "|---|---|---|", *rows]) if rows else ""

    def values(self) -> Iterator[tuple[str, str]]:
        """Each name, and what is to be said of it."""
        for name, one in self.names.items():
            others = {other: named for other, named in self.names.items() if other != name}
            yield name, " ".join(filter(None, (in_words(one, others) + ".", self._note_of(name))))

    def _note_of(self, name: str) -> str:
        """What stands below a named value in its module."""
        found = (_notes_below(ast.parse(inspect.getsource(module)).body) for module in self._modules)
        return next((notes[name] for notes in found if name in notes), "")


def in_words(hint: Any, names: Mapping[str, Any]) -> str:
    """A type as Markdown: `names` are those that have a section of their own, and so have all Structs."""
    if (name := next((name for name, one in names.items() if one == hint), None)) is not None:
        return link(name)
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is type(None):
        return "null"
    if origin is Annotated:
        return f"{in_words(arguments[0], names)}{_bounds(arguments[1])}"
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in arguments)
    if origin in (Union, UnionType):
        return " or ".join(in_words(one, names) for one in arguments)
    if origin is list:
        return f"list of {in_words(arguments[0], names)}"
    if hint is View:
        return "one of the views"
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return link(title_of(hint))
    return _PLAIN[hint]


def parts(kinds: Iterable[type[msgspec.Struct]]) -> list[type[msgspec.Struct]]:
    """The Structs that these are made of, in the order in which they are met."""
    found: dict[type[msgspec.Struct], None] = {}

    def look(hint: Any) -> None:
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct) and hint not in found and hint is not View:
            found[hint] = None
            into(hint)
        for one in get_args(hint) if get_origin(hint) is not Literal else ():
            look(one)

    def into(kind: type[msgspec.Struct]) -> None:
        for hint in get_type_hints(kind, include_extras=True).values():
            look(hint)

    begun = list(kinds)
    for kind in begun:
        into(kind)
    return [kind for kind in found if kind not in begun]


def title_of(kind: type[msgspec.Struct]) -> str:
    """The title of the section about these messages: the word in `type`, or the name of the Struct."""
    return str(kind.__struct_config__.tag or kind.__name__)


def link(name: str) -> str:
    """A link to the section of this name."""
    return f"[{name}](#{name.lower()})"


def _bounds(meta: msgspec.Meta) -> str:
    said = []
    for least, most, unit in (
        (meta.ge, meta.le, ""),
        (meta.gt, None, ""),
        (meta.min_length, meta.max_length, " long"),
    ):
        if least is not None and most is not None:
            said.append(f"{least} to {most}{unit}")
        elif most is not None:
            said.append(f"at most {most}{unit}")
        elif least is not None:
            said.append(f"above {least}" if least is meta.gt else f"at least {least}{unit}")
    if meta.pattern is not None:
        said.append(f"matches `{meta.pattern}`".replace("|", "\\|"))
    return "".join(f", {one}" for one in said)


def _notes(kind: type[msgspec.Struct]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        if issubclass(one, msgspec.Struct) and one is not msgspec.Struct:
            (body,) = ast.parse(textwrap.dedent(inspect.getsource(one))).body
            assert isinstance(body, ast.ClassDef)
            found |= _notes_below(body.body)
    return found


def _notes_below(body: list[ast.stmt]) -> dict[str, str]:
    """The texts below fields and names, by their names."""
    found = {}
    for before, one in pairwise(body):
        target: ast.expr | None = before.target if isinstance(before, ast.AnnAssign) else None
        if isinstance(before, ast.Assign):
            target = before.targets[0]
        if isinstance(target, ast.Name) and isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant):
            found[target.id] = " ".join(str(one.value.value).split())
    return found
