"""Writes what is generated from the wire contract, or says whether it is current."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from signalling.app import SLICES, describe
from signalling.transport.slice import contract_of
from signalling.transport.websocket.reference import protocol_page
from signalling.wire.typescript import generate_typescript

_ROOT = Path(__file__).parents[2]


def generated_files() -> dict[Path, str]:
    """Every generated file with the text it should have."""
    description = json.dumps(json.loads(describe()), ensure_ascii=False, indent=2, sort_keys=True)
    messages = _ROOT / "docs/protocol.md"
    return {
        messages: protocol_page(messages.read_text(), SLICES),
        _ROOT / "web_client/src/core/protocol/generated.ts": generate_typescript(contract_of(SLICES)),
        _ROOT / "docs/openapi.json": description + "\n",
    }


def generate(*, check: bool) -> int:
    """Writes the files; with `check` writes nothing and answers 1 when one of them is not current."""
    stale = [path for path, text in generated_files().items() if not path.exists() or path.read_text() != text]
    for path in stale:
        if check:
            print(f"{path.relative_to(_ROOT)} is not current: run `cloud-window protocol`", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(generated_files()[path])
    return int(check and bool(stale))
