"""Compares the refusals that are declared for commands and endpoints with those that the code they run raises.

mypy tells what each call calls, so that what a command reaches is known through every package. What is caught on the
way does not count. Three things it cannot see: what a child process refuses, what is raised by an argument, and a
function that is taken from a table. It takes minutes, so `make refusals` runs it, and no test does.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from mypy import build, main, nodes, types

from directory.errors import AuditBusy
from document_relay.errors import UploadTooLarge
from foundation.errors import Refusal
from signalling.transport.declared_refusals import FOREIGN_PDF, FOREIGN_PICTURE
from signalling.transport.http.details import Details
from signalling.transport.http.endpoint import Endpoint
from signalling.transport.openapi import refusals_of as refusals_of_endpoint
from signalling.transport.websocket.described import OF_EVERY_COMMAND
from tests.support.contract import COMMANDS, ENDPOINTS, ROWS

PACKAGES = ("signalling", "scheduler", "directory", "document_relay", "rtc_server", "foundation")
UNSEEN = FOREIGN_PDF | FOREIGN_PICTURE | {UploadTooLarge, AuditBusy}
"""Of the child; of an argument; of what carries a command out and writes it into the audit log."""
FROM_A_TABLE = "override_upload"
_FUNCTIONS = (nodes.FuncDef, nodes.Decorator, nodes.OverloadedFuncDef)
_CHILDREN = (
    *("body", "expr", "callee", "args", "left", "right", "operands", "items", "index", "base", "rvalue", "lvalues"),
    *("target", "else_body", "finally_body", "value", "cond", "if_expr", "else_expr", "iter", "sequences"),
    *("condlists", "indices", "generator", "left_expr", "subject", "bodies", "guards", "func", "call"),
)


class Met(NamedTuple):
    """Something that a function raises or refers to, with the classes that are caught around it."""

    raised: bool
    name: str
    caught: frozenset[str]


class Reader:
    """Reads the functions of the packages as mypy understands them."""

    def __init__(self, result: build.BuildResult) -> None:
        self._types = result.types
        self.functions: dict[str, list[Met]] = {}
        self.classes: dict[str, nodes.TypeInfo] = {}
        for module, tree in result.files.items():
            if module.partition(".")[0] in PACKAGES:
                self._read(tree.names, module)

    def _read(self, names: Mapping[str, nodes.SymbolTableNode], owner: str) -> None:
        for name, symbol in names.items():
            node = symbol.node.func if isinstance(symbol.node, nodes.Decorator) else symbol.node
            if isinstance(node, nodes.FuncDef) and node.fullname == f"{owner}.{name}":
                self.functions[node.fullname] = list(self._met(node.body, frozenset()))
            elif isinstance(node, nodes.TypeInfo) and node.fullname == f"{owner}.{name}":
                self.classes[node.fullname] = node
                self._read(node.names, node.fullname)

    def _met(self, node: Any, caught: frozenset[str]) -> Iterator[Met]:
        if isinstance(node, list | tuple):
            for one in node:
                yield from self._met(one, caught)
        elif isinstance(node, nodes.TryStmt):
            yield from self._met(node.body, caught | _handled(node))
            yield from self._met([*node.handlers, node.else_body, node.finally_body], caught)
        elif isinstance(node, nodes.RaiseStmt):
            if node.expr is not None:
                yield from (Met(True, one.fullname, caught) for one in self._classes_of(node.expr))
                yield from self._met(node.expr, caught)
        elif isinstance(node, nodes.Node) and not isinstance(node, nodes.TypeInfo):
            if isinstance(node, nodes.RefExpr):
                yield from (Met(False, name, caught) for name in self._referred(node))
            for name in _CHILDREN:
                yield from self._met(getattr(node, name, None), caught)

    def _referred(self, node: nodes.RefExpr) -> Iterator[str]:
        if isinstance(node.node, _FUNCTIONS):
            yield node.node.fullname
        elif isinstance(node.node, nodes.TypeInfo):
            yield from (f"{node.node.fullname}.{name}" for name in ("__init__", "__post_init__"))
        elif isinstance(node, nodes.MemberExpr):
            for one in self._classes_of(node.expr):
                found = (base for base in one.mro if node.name in base.names)
                yield from (f"{base.fullname}.{node.name}" for base in list(found)[:1])

    def _classes_of(self, node: nodes.Expression) -> list[nodes.TypeInfo]:
        kind = self._types.get(node)
        return [] if kind is None else list(_classes(kind))


def _classes(kind: types.Type) -> Iterator[nodes.TypeInfo]:
    kind = types.get_proper_type(kind)
    if isinstance(kind, types.Instance):
        yield kind.type
    elif isinstance(kind, types.UnionType):
        for one in kind.items:
            yield from _classes(one)
    elif isinstance(kind, types.TypeVarType):
        yield from _classes(kind.upper_bound)
    elif isinstance(kind, types.TypeType):
        yield from _classes(kind.item)
    elif isinstance(kind, types.CallableType) and kind.is_type_obj():
        yield from _classes(kind.ret_type)


def _handled(node: nodes.TryStmt) -> frozenset[str]:
    """What is caught for good: a handler that raises again catches nothing."""
    found: set[str] = set()
    for kind, handler in zip(node.types, node.handlers, strict=True):
        if not _raises_again(handler):
            found |= set(_named(kind))
    return frozenset(found)


def _raises_again(node: Any) -> bool:
    if isinstance(node, list):
        return any(map(_raises_again, node))
    if isinstance(node, nodes.RaiseStmt):
        return node.expr is None
    return isinstance(node, nodes.Statement) and any(
        _raises_again(getattr(node, name, None)) for name in ("body", "else_body", "finally_body", "bodies")
    )


def _named(kind: nodes.Expression | None) -> Iterator[str]:
    if isinstance(kind, nodes.TupleExpr):
        for one in kind.items:
            yield from _named(one)
    elif isinstance(kind, nodes.OpExpr):
        yield from (*_named(kind.left), *_named(kind.right))
    elif isinstance(kind, nodes.RefExpr):
        yield kind.fullname
    elif kind is None:
        yield "builtins.BaseException"


class Raised:
    """What the functions raise, with all that they reach."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._refusals = dict(_subclasses(Refusal))
        classes = reader.classes.values()
        self._fitting = {one.fullname: _fitting(one, classes) for one in classes if one.is_protocol}
        self._of: dict[str, set[str]] = {name: set() for name in reader.functions}
        # Functions call each other in circles: gone through again until nothing is added.
        while sum(map(self._add, reader.functions)):
            pass

    def of(self, function: Any) -> set[type[Refusal]]:
        """The refusals; `Refusal` itself says that a child's is raised again."""
        # What is made inside of a function is read with it.
        outer = function.__qualname__.partition(".<locals>")[0]
        return {self._refusals[name] for name in self._of[f"{function.__module__}.{outer}"]} - {Refusal}

    def _add(self, name: str) -> bool:
        before = len(self._of[name])
        for met in self._reader.functions[name]:
            if met.raised:
                names = {met.name} & self._refusals.keys()
            else:
                names = set().union(*(self._of.get(one, ()) for one in self._carried_out_by(met.name)))
            self._of[name] |= {one for one in names if not met.caught & _bases(self._refusals[one])}
        return len(self._of[name]) > before

    def _carried_out_by(self, name: str) -> list[str]:
        """The function, or those of the classes that fit a protocol."""
        owner, _, method = name.rpartition(".")
        if owner not in self._fitting:
            return [name]
        return [next(f"{b.fullname}.{method}" for b in one.mro if method in b.names) for one in self._fitting[owner]]


def _fitting(port: nodes.TypeInfo, classes: Iterable[nodes.TypeInfo]) -> list[nodes.TypeInfo]:
    wanted = {one for one in port.names if not one.startswith("_")}
    return [one for one in classes if not one.is_protocol and wanted <= _members(one)]


def _members(kind: nodes.TypeInfo) -> set[str]:
    return {name for base in kind.mro for name in base.names}


def _bases(kind: type) -> set[str]:
    return {f"{one.__module__}.{one.__qualname__}" for one in kind.__mro__}


def _subclasses(kind: type[Refusal]) -> Iterator[tuple[str, type[Refusal]]]:
    yield f"{kind.__module__}.{kind.__qualname__}", kind
    for one in kind.__subclasses__():
        yield from _subclasses(one)


def _differ(what: str, declared: Iterable[type[Refusal]], raised: set[type[Refusal]], known: set[Any]) -> bool:
    missing, invented = raised - set(declared) - known, set(declared) - raised - UNSEEN - known
    for words, kinds in (("raised and not declared", missing), ("declared and not raised", invented)):
        if kinds:
            print(f"{what}: {words}: {', '.join(sorted(one.__name__ for one in kinds))}")
    return bool(missing or invented)


def compare() -> int:
    """Prints what differs; 1 when something does."""
    sources, options = main.process_options([word for name in PACKAGES for word in ("-p", name)])
    options.incremental, options.export_types, options.preserve_asts = False, True, True
    raised = Raised(Reader(build.build(sources, options)))
    differ = [
        _differ(kind.__name__, COMMANDS[kind].refusals, raised.of(row.carry_out), set(OF_EVERY_COMMAND))
        for kind, row in ROWS.items()
    ]
    for endpoint in ENDPOINTS:
        if endpoint.handle.__name__ != FROM_A_TABLE:
            row = refusals_of_endpoint(Endpoint(**vars(endpoint) | {"details": Details()}))
            declared = endpoint.details.refusals
            differ.append(_differ(f"{endpoint.method} {endpoint.path}", declared, raised.of(endpoint.handle), row))
    return int(any(differ))


if __name__ == "__main__":
    sys.exit(compare())
