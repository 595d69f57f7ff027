"""What a media node refuses is told to people in their own language, whatever version the node is of."""

from __future__ import annotations

import re

import pytest

from rtc_server.node.protocol import Refused, refusal_of
from rtc_server.sessions.errors import MediaFull


@pytest.mark.parametrize("parameters", [{"problem": "an error of its own, see its log"}, {}])
def test_a_problem_of_a_node_stays_out_of_the_sentence(parameters: dict[str, str]) -> None:
    refusal = refusal_of(Refused(id=1, code="of_another_version", parameters=parameters))
    assert refusal.code == "node_refused"
    assert not re.search("[A-Za-z{]", refusal.sentence("zh-CN"))
    assert "of its own" not in refusal.sentence("en")


def test_what_is_known_here_is_raised_as_it_was() -> None:
    assert isinstance(refusal_of(Refused(id=1, code=MediaFull.code, parameters={})), MediaFull)
