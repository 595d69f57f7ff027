"""Functions and modules of the product stay small: the median, the 90th percentile, and no exception but the named."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("foundation", "directory", "scheduler", "rtc_server", "document_relay", "signalling")
MODULE, FUNCTION = 400, 50
"""Lines at most."""


def modules(package: str) -> Iterator[Path]:
    """The package's sources but for migrations, which are never changed again."""
    return (path for path in sorted((ROOT / package).rglob("*.py")) if path.parent.name != "versions")


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Every function of the module with its lines, decorators and docstring included."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            yield f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or first) - first + 1


@pytest.mark.parametrize("package", PRODUCT)
def test_a_package_is_written_in_small_pieces(package: str) -> None:
    lines = {str(path): len(path.read_text().splitlines()) for path in modules(package)}
    assert {path: length for path, length in lines.items() if length > MODULE} == {}
    found = [one for path in modules(package) for one in functions(path)]
    assert [one for one in found if one[1] > FUNCTION] == []
    lengths = [length for _, length in found]
    assert median(lengths) <= 8
    assert quantiles(lengths, n=10)[-1] <= 25
