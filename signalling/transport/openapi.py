"""OpenAPI 3.1 of the HTTP interface, made from the table of endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from directory.errors import AuditBusy
from foundation.errors import (
    Forbidden,
    InternalError,
    Invalid,
    Refusal,
    TooLarge,
    TooMany,
    Unsupported,
)
from signalling.transport.declared_refusals import TOKEN
from signalling.transport.http.endpoint import READING, Endpoint
from signalling.transport.http.hosts import UnknownHost
from signalling.transport.http.reading import EncodedBody, TooSlow
from signalling.transport.http.server import WHILE_STARTING, Starting
from signalling.wire.bodies import ProblemBody

_REFERENCES = "#/components/schemas/{name}"


def openapi(endpoints: Sequence[Endpoint[Any]], version: str) -> dict[str, Any]:
    """The whole description as JSON-able values."""
    kinds = {kind for endpoint in endpoints for kind in (endpoint.body, endpoint.answer) if kind} | {ProblemBody}
    ordered = sorted(kinds, key=lambda kind: kind.__name__)
    schemas, components = msgspec.json.schema_components(ordered, ref_template=_REFERENCES)
    reference = dict(zip(ordered, schemas, strict=True))
    problems = Problems(reference[ProblemBody])
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, reference, problems)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Cloud Window", "version": version},
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": problems.described,
            "securitySchemes": {"access": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def refusals_of(endpoint: Endpoint[Any]) -> set[type[Refusal]]:
    """What the endpoint may answer instead: what its row tells, and what its details name."""
    found: set[type[Refusal]] = {UnknownHost, EncodedBody, TooMany, InternalError, *endpoint.details.refusals}
    if endpoint.path not in WHILE_STARTING:
        found.add(Starting)
    if not endpoint.open:
        found |= TOKEN
    if endpoint.permission is not None or (endpoint.open and endpoint.method not in READING):
        found.add(Forbidden)
    if endpoint.body is not None:
        found |= {Invalid, TooLarge, Unsupported, TooSlow}
    if endpoint.audit:
        found.add(AuditBusy)
    return found


class Problems:
    """The answers that are refusals, one for each status and set of codes: most endpoints share them."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema
        self._names: dict[tuple[int, tuple[str, ...]], str] = {}
        self.described: dict[str, Any] = {}

    def answers(self, refusals: Iterable[type[Refusal]]) -> dict[str, Any]:
        """References to the answers, by status."""
        by_status: dict[int, dict[str, str]] = {}
        for one in sorted(refusals, key=lambda one: (one.status, one.code)):
            by_status.setdefault(one.status, {})[one.code] = one.en
        return {
            str(status): {"$ref": f"#/components/responses/{self._name(status, codes)}"}
            for status, codes in by_status.items()
        }

    def _name(self, status: int, codes: dict[str, str]) -> str:
        key = (status, tuple(codes))
        if key not in self._names:
            number = sum(known == status for known, _ in self._names) + 1
            self._names[key] = f"refused_{status}_{number}"
            self.described[self._names[key]] = self._problem(codes)
        return self._names[key]

    def _problem(self, codes: dict[str, str]) -> dict[str, Any]:
        schema = {"allOf": [self._schema, {"properties": {"code": {"enum": [*codes]}}}]}
        return {
            "description": "\n".join(f"- `{code}`: {sentence}" for code, sentence in codes.items()),
            "content": {"application/json": {"schema": schema}},
        }


def _operation(endpoint: Endpoint[Any], reference: dict[type, Any], problems: Problems) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": endpoint.summary,
        "operationId": endpoint.handle.__name__,
        "description": endpoint.handle.__doc__,
        "parameters": _parameters(endpoint),
        "responses": _answers(endpoint, reference, problems),
        "security": [] if endpoint.open else [{"access": []}],
    }
    if endpoint.body is not None:
        operation["requestBody"] = _content("application/json", reference[endpoint.body])
    elif endpoint.details.takes:
        needed = not endpoint.details.may_be_empty
        operation["requestBody"] = _content(endpoint.details.takes, {}) | {"required": needed}
    return operation


def _content(media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {media_type: {"schema": schema} if schema else {}}}


def _parameters(endpoint: Endpoint[Any]) -> list[dict[str, Any]]:
    text = {"type": "string"}
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": text} for name in re.findall(r"{(\w+)}", endpoint.path)
    ]
    return in_path + [
        {"name": one.name, "in": one.where, "required": one.required, "description": one.note, "schema": text}
        for one in endpoint.details.parameters
    ]


def _answers(endpoint: Endpoint[Any], reference: dict[type, Any], problems: Problems) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "Done"}
    if endpoint.answer is not None:
        done["content"] = {"application/json": {"schema": reference[endpoint.answer]}}
    elif endpoint.content != "application/json":
        done["content"] = {endpoint.content: {}}
    if endpoint.details.headers:
        said = endpoint.details.headers.items()
        done["headers"] = {name: {"description": note, "schema": {"type": "string"}} for name, note in said}
    answers = {str(endpoint.status): done}
    answers |= problems.answers(refusals_of(endpoint))
    # What is no refusal stands before one of the same status, which says less.
    return answers | {str(status): {"description": note} for status, note in endpoint.details.also.items()}
