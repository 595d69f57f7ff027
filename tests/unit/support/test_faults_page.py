"""The page of faults names tests that are there, and every fault that was numbered."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "faults.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)))


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_test_that_is_named_is_there(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text())
    functions = {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert not name or name in functions


def test_every_numbered_fault_has_a_row() -> None:
    rows = re.findall(r"^\| (S?\d+) \|", PAGE, re.MULTILINE)
    assert rows == [f"S{number}" for number in range(1, 22)] + [str(number) for number in range(1, 24)]
