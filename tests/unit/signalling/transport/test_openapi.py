"""The description of the HTTP interface: valid, and complete as far as the code tells."""

from __future__ import annotations

import inspect
import re
import sys
from typing import Any

import pytest
from openapi_spec_validator import validate

from signalling.transport.http.cookie import COOKIE
from signalling.transport.http.endpoint import Endpoint
from signalling.transport.openapi import openapi, refusals_of
from tests.support.contract import ENDPOINTS

# A query parameter, a header or a cookie that a handler reads.
READ = re.compile(
    r"""(?:\.query|query\.get|headers\.get|_number|cookies\.get)\((?:(?:call\.)?request, )?("[\w-]+"|COOKIE)"""
)


DESCRIPTION = openapi(ENDPOINTS, "1")
HANDLED: dict[str, list[Endpoint[Any]]] = {}
"""The endpoints by the module of what answers them."""
for _one in ENDPOINTS:
    HANDLED.setdefault(_one.handle.__module__, []).append(_one)


def test_it_is_valid_openapi() -> None:
    validate(DESCRIPTION)


@pytest.mark.parametrize("module", HANDLED)
def test_what_a_handler_reads_of_a_request_is_described(module: str) -> None:
    declared = {parameter.name for one in HANDLED[module] for parameter in one.details.parameters}
    source = inspect.getsource(sys.modules[module])
    read = {COOKIE if name == "COOKIE" else name.strip('"') for name in READ.findall(source)}
    assert read <= declared


def test_what_is_declared_is_read_by_somebody() -> None:
    sources = "".join(inspect.getsource(sys.modules[one]) for one in HANDLED)
    for endpoint in ENDPOINTS:
        for parameter in endpoint.details.parameters:
            # Two that aiohttp and the check of the token read.
            if parameter.name not in ("Range", "Authorization"):
                assert len(re.findall(f'"{parameter.name}"', sources)) >= 2 or parameter.where == "cookie"


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: f"{one.method} {one.path}")
def test_every_refusal_stands_under_its_status_with_its_code(endpoint: Endpoint[Any]) -> None:
    answers, shared = (
        DESCRIPTION["paths"][endpoint.path][endpoint.method.lower()]["responses"],
        DESCRIPTION["components"],
    )
    assert "default" not in answers
    for refusal in refusals_of(endpoint):
        if refusal.status not in endpoint.details.also:
            answer = shared["responses"][answers[str(refusal.status)]["$ref"].rpartition("/")[2]]
            assert f"`{refusal.code}`" in answer["description"]
            problem = answer["content"]["application/json"]["schema"]["allOf"]
            assert problem[0] == {"$ref": "#/components/schemas/ProblemBody"}
            assert refusal.code in problem[1]["properties"]["code"]["enum"]
    assert answers.keys() >= {str(endpoint.status), "429", "500"}


def test_whatever_may_have_a_body_describes_it() -> None:
    bare = {
        endpoint.handle.__name__
        for endpoint in ENDPOINTS
        if endpoint.method in ("POST", "PUT", "PATCH")
        and "requestBody" not in DESCRIPTION["paths"][endpoint.path][endpoint.method.lower()]
    }
    # An upload is begun without one: its bytes come with PATCH.
    assert bare == {"create_upload"}
    one = DESCRIPTION["paths"]["/api/v1/uploads/{upload_id}"]
    assert one["post"]["requestBody"] == one["patch"]["requestBody"] | {"required": False}


def test_an_upload_is_described_whole() -> None:
    patch = DESCRIPTION["paths"]["/api/v1/uploads/{upload_id}"]["patch"]
    required = {one["name"]: one["required"] for one in patch["parameters"]}
    assert required == {"upload_id": True, "Tus-Resumable": True, "Upload-Offset": True, "Upload-Checksum": False}
    assert list(patch["requestBody"]["content"]) == ["application/offset+octet-stream"]
    assert patch["responses"]["204"]["headers"].keys() == {"Upload-Offset"}
    assert "412" in patch["responses"]
