"""A short run of the fuzzers, the same every time; `make fuzz` is the long one."""

from __future__ import annotations

import pytest

from tests.fuzz.run import fuzz
from tests.fuzz.targets import TARGETS, Target

SHORT = 2000


@pytest.mark.parametrize("target", TARGETS, ids=[target.name for target in TARGETS])
def test_nothing_but_a_refusal_comes_of_any_input(target: Target) -> None:
    outcome = fuzz(target, max(SHORT, len(target.corpus())), seed=0)
    assert outcome.finds == []
    assert outcome.inputs >= SHORT
