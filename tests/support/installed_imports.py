"""Whether this environment holds the runtime lock and nothing else, and every import of the product succeeds in it.

`make check` runs it with the environment that `make run` makes. It needs nothing but the standard library.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

_ROOT = Path(__file__).parents[2]
PACKAGES = ("foundation", "directory", "scheduler", "rtc_server", "document_relay", "signalling")
# Alembic loads it with a context of its own.
_LOADED_BY_OTHERS = "foundation/database/migrations"
_TOOLS = {"pip", "setuptools"}


def main() -> int:
    """Prints what is missing or too much; 1 when anything is."""
    wrong = [*differences(), *failures()]
    print("\n".join(wrong) if wrong else "installed imports ok")
    return int(bool(wrong))


def differences() -> list[str]:
    """Packages that are locked and not installed in this version, or installed and not locked."""
    text = (_ROOT / "requirements.lock").read_text()
    locked = {
        f"{_plain(name)}=={version}" for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)
    }
    found = {f"{_plain(one.name)}=={one.version}" for one in distributions() if _plain(one.name) not in _TOOLS}
    missing = [f"locked and not installed: {name}" for name in sorted(locked - found)]
    return missing + [f"installed and not locked: {name}" for name in sorted(found - locked)]


def failures() -> list[str]:
    """Modules that the product names in any import, at the top or inside a function, and that cannot be imported."""
    return [
        f"{place}: import of {name} fails: {error}" for name, place in sorted(imports().items()) for error in _try(name)
    ]


def imports() -> dict[str, str]:
    """Every module that a file of the product imports, and one place where it does."""
    named: dict[str, str] = {}
    for package in PACKAGES:
        for path in sorted((_ROOT / package).rglob("*.py")):
            place = str(path.relative_to(_ROOT))
            if not place.startswith(_LOADED_BY_OTHERS):
                named |= {name: place for name in _imports_of(path) if name not in named}
    return named


def _imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _try(name: str) -> list[str]:
    try:
        importlib.import_module(name)
    except ImportError as error:
        return [str(error)]
    return []


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())
