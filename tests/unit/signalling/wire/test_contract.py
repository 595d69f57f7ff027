"""The wire contract: what decodes, what is refused and where, and that the generated types say the same."""

from __future__ import annotations

import json
import re

import msgspec
import pytest

from foundation.errors import Invalid
from signalling.app import SLICES
from signalling.slices.cases.messages import RateCase, RejectMaterial
from signalling.slices.tickets.messages import TakeTicket
from signalling.wire.contract import ENVELOPES, OF_EVERY_CONNECTION
from signalling.wire.decoding import decode
from signalling.wire.typescript import generate_typescript
from tests.support.contract import ANY_COMMAND, CONTRACT, ROWS

_TAKE = (
    '{"type":"take_ticket","id":3,"item_id":"i1","options":["o1"],'
    '"applicant":{"name":"王秀英","over_70":true,"disabled":false},"consent_to_recording":true}'
)


def test_a_command_decodes_to_its_class() -> None:
    command = decode(_TAKE, ANY_COMMAND)
    assert isinstance(command, TakeTicket)
    assert command.applicant.name == "王秀英"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (_TAKE.replace('"id":3', '"id":-1'), "$.id"),
        (_TAKE.replace('"over_70":true', '"over_70":1'), "$.applicant.over_70"),
        (_TAKE.replace('"over_70"', '"over_90":0,"over_70"'), "$.applicant"),
        (_TAKE.replace("take_ticket", "drop_table"), "$.type"),
        (_TAKE.replace('"i1"', '"../etc"'), "$.item_id"),
        ("[]", "$"),
        ("{", "$"),
        ("[" * 100_000, "$"),
    ],
)
def test_what_is_wrong_is_refused_with_its_path(text: str, path: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode(text, ANY_COMMAND)
    assert refused.value.parameters["path"] == path
    assert refused.value.sentence("zh-CN")


@pytest.mark.parametrize(
    "name", ["   ", "\u3000", "", "王\u0000秀英", "王\n秀英", "王\u202e秀英", "王\u2066秀", "王\ufeff"]
)
def test_a_name_can_be_seen_as_it_is(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode(_TAKE.replace("王秀英", json.dumps(name)[1:-1]), ANY_COMMAND)
    assert refused.value.parameters["path"] == "$.applicant.name"


def test_a_name_is_the_same_text_however_it_was_typed() -> None:
    command = decode(_TAKE.replace("王秀英", " Ge\u0301rard \u3000"), ANY_COMMAND)
    assert isinstance(command, TakeTicket)
    assert command.applicant.name == "G\u00e9rard"


@pytest.mark.parametrize(
    ("remark", "taken"), [("好\n谢谢\t！", True), ("好\u202e", False), ("\u0007", False), ("", True)]
)
def test_a_text_may_have_lines_and_nothing_unseen(remark: str, taken: bool) -> None:
    command = json.dumps({"type": "rate_case", "id": 1, "case_id": "c1", "level": 5, "remark": remark})
    if taken:
        assert isinstance(decode(command, ANY_COMMAND), RateCase)
    else:
        with pytest.raises(Invalid):
            decode(command, ANY_COMMAND)


def test_a_mark_lies_on_the_page() -> None:
    text = (
        '{"type":"reject_material","id":1,"material_id":"m","reason":"unreadable","note":"",'
        '"mark":{"page_id":"p","x":0.5,"y":0.5,"width":1.5,"height":0.1}}'
    )
    with pytest.raises(Invalid):
        decode(text, ANY_COMMAND)
    assert isinstance(decode(text.replace("1.5", "0.5"), ANY_COMMAND), RejectMaterial)


def test_every_command_and_view_is_in_the_generated_types() -> None:
    text = generate_typescript(CONTRACT)
    for kind in (*CONTRACT.commands, *CONTRACT.views, *ENVELOPES):
        assert f"export interface {kind.__name__} {{" in text
        assert f'type: "{kind.__struct_config__.tag}";' in text
    assert "unknown_type" not in text
    used = set(re.findall(r": ([A-Z]\w+)", text))
    declared = set(re.findall(r"export (?:interface|type) (\w+)", text))
    assert used - declared <= {"Record"}


def test_every_result_is_a_message() -> None:
    results = [kind for kind in CONTRACT.results.values() if kind is not None]
    assert results
    for kind in results:
        assert issubclass(kind, msgspec.Struct)


def test_every_command_belongs_to_one_slice() -> None:
    assert len(ROWS) == sum(len(one.commands) for one in SLICES)
    assert not set(ROWS) & set(OF_EVERY_CONNECTION)


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        (_TAKE.replace('"id":3', '"id":-1'), "不能小于 0"),
        (_TAKE.replace('"id":3', '"id":"3"'), "类型不对"),
        (_TAKE.replace('"over_70":true,', ""), "缺少 over_70"),
        (_TAKE.replace('"over_70"', '"over_90":0,"over_70"'), "不认识 over_90"),
        (_TAKE.replace("王秀英", ""), "不能为空"),
        (_TAKE.replace("王秀英", "王" * 61), "最多 60 个字"),
        (_TAKE.replace('"o1"', ",".join(['"o"'] * 41)), "最多 40 项"),
        (_TAKE.replace('"i1"', '"../etc"'), "含有不能使用的字符，或没有内容"),
        ('{"type":"set_status","id":1,"status":"asleep"}', "不是可选的值"),
        ('{"type":"rate_case","id":1,"case_id":"c1","level":9,"remark":""}', "不能大于 5"),
        ("{", "不是有效的 JSON"),
    ],
)
def test_a_chinese_page_reads_what_is_wrong_in_chinese(text: str, zh: str) -> None:
    with pytest.raises(Invalid) as refused:
        decode(text, ANY_COMMAND)
    assert refused.value.sentence("zh-CN").endswith(f"：{zh}")
    assert not re.search("[\u4e00-\u9fff]", refused.value.sentence("en"))
