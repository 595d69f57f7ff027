"""OpenAPI 3.1 of the HTTP interface, made from the table of endpoints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from signalling.http.endpoint import Endpoint
from signalling.protocol.bodies import ProblemBody

_REFERENCES = "#/components/schemas/{name}"


def openapi(endpoints: Sequence[Endpoint], version: str) -> dict[str, Any]:
    """The whole description as JSON-able values."""
    kinds = {kind for endpoint in endpoints for kind in (endpoint.body, endpoint.answer) if kind} | {ProblemBody}
    ordered = sorted(kinds, key=lambda kind: kind.__name__)
    schemas, components = msgspec.json.schema_components(ordered, ref_template=_REFERENCES)
    reference = dict(zip(ordered, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, reference)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Cloud Window", "version": version},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"access": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(endpoint: Endpoint, reference: dict[type, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done"}
    if endpoint.answer is not None:
        answer["content"] = {"application/json": {"schema": reference[endpoint.answer]}}
    elif endpoint.content != "application/json":
        answer["content"] = {endpoint.content: {}}
    operation: dict[str, Any] = {
        "summary": endpoint.summary,
        "operationId": endpoint.handle.__name__,
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"{(\w+)}", endpoint.path)
        ],
        "responses": {
            str(endpoint.status): answer,
            "default": {
                "description": "Refused",
                "content": {"application/json": {"schema": reference[ProblemBody]}},
            },
        },
        "security": [] if endpoint.open else [{"access": []}],
    }
    if endpoint.body is not None:
        body = {"application/json": {"schema": reference[endpoint.body]}}
        operation["requestBody"] = {"required": True, "content": body}
    return operation
