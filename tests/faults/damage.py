"""Damage of every kind that the data of a stopped service can have, each done to something of its own.

What the next start or the first users meet is to be named; what lies in a case that nobody opens waits for who does.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.faults.any_row import AnyRow

_GARBAGE: tuple[Any, ...] = ("", "{", "no such", "昨天", b"\xff\xfe\x00", 7, -1, 3.5, "[1]", "null")
_TIMES: tuple[Any, ...] = ("yesterday", "", 7, b"\xff")
_BODIES: tuple[Any, ...] = (
    "{",
    "[1]",
    "",
    "null",
    '{"type":"TicketMoved"}',
    '{"type":"Nothing"}',
    b"\xff\xfe",
    "7",
    "[" * 5000,
)
_NOW = "2026-11-29 08:00:00.000000"
_LATER = "2099-01-01 00:00:00.000000"
_WORKER, _CLERK = "staff-point001", "staff-clerk001"


@dataclass(frozen=True)
class Damaged:
    """One damage; `told` when the start has to name it."""

    kind: str
    identifier: str
    told: bool
    with_case: str = ""
    """The session whose recordings are named together when its case cannot be opened."""


class Damage:
    """Damages the data folder of a stopped service, with a seed."""

    def __init__(self, data_dir: Path, seed: int) -> None:
        self._data_dir = data_dir
        self._random = random.Random(seed)
        self._number = 0
        self._used: set[tuple[Any, ...]] = set()
        self._database = sqlite3.connect(data_dir / "cloud-window.db", isolation_level=None)
        # What a constraint would refuse, a broken disk does not ask about.
        self._database.execute("PRAGMA foreign_keys = OFF")
        self._database.execute("PRAGMA ignore_check_constraints = ON")
        self._any = AnyRow(self._database, self._random)

    def do(self, count: int) -> list[Damaged]:
        """So many damages, of the kinds in turn; closes the database."""
        kinds: list[Callable[[], Damaged | None]] = [
            self._event,
            self._ticket,
            self._stranded_ticket,
            self._desk,
            self._offer,
            self._upload,
            self._signature,
            self._recording,
            self._camera,
            self._item,
            self._window,
            self._staff,
            self._row_of_a_case,
            self._blob,
            self._audit,
            self._session,
            self._counter,
            self._audit_head,
            self._replay,
        ]
        # Every second one is of any table, so that none is forgotten.
        kinds = [one for kind in kinds for one in (kind, self._any_row)]
        done: list[Damaged] = []
        at = 0
        while len(done) < count:
            made = kinds[at % len(kinds)]()
            at += 1
            if made is not None:
                self._used.add((made.kind, made.identifier))
                done.append(made)
        self._database.close()
        return done

    def _event(self) -> Damaged:
        kind = self._random.choice(("TicketMoved", "PageDelivered", "NoSuchEvent", b"\xff"))
        body = self._random.choice(_BODIES)
        stored = self._random.choice((_NOW, "yesterday"))
        added = self._database.execute(
            "INSERT INTO outbox (kind, body, stored_at, attempts) VALUES (?, ?, ?, 0)", (kind, body, stored)
        )
        return Damaged("outbox", str(added.lastrowid), told=True)

    def _ticket(self) -> Damaged | None:
        column = self._random.choice(("state", "taken_at", "credit_from", "refused_by", "grants", "version", "day"))
        value = self._random.choice(_TIMES if column in ("taken_at", "credit_from", "day") else _GARBAGE[:4])
        return self._copied_ticket({"state": "waiting", "clerk_id": None} | {column: value})

    def _stranded_ticket(self) -> Damaged | None:
        state = self._random.choice(("offered", "called", "recalled", "serving", "on_hold", "interrupted"))
        return self._copied_ticket({"state": state, "clerk_id": self._new("nobody")})

    def _copied_ticket(self, changes: dict[str, Any]) -> Damaged | None:
        identifier = self._new("ticket")
        own = {"id": identifier, "number": identifier, "worker_id": self._new("worker")}
        return self._copy("tickets", own | changes, identifier)

    def _desk(self) -> Damaged | None:
        identifier = self._new("clerk")
        column = self._random.choice(("state", "status", "window_state", "skills", "state_since"))
        value = self._random.choice(_TIMES if column == "state_since" else _GARBAGE[:4])
        own = {"clerk_id": identifier, "window_id": self._new("window"), "window_state": "open", "state": "idle"}
        return self._copy("desks", own | {column: value}, identifier)

    def _offer(self) -> Damaged | None:
        identifier = self._new("offer")
        own = {"id": identifier, "ticket_id": self._new("ticket"), "clerk_id": self._new("clerk"), "outcome": "open"}
        return self._copy("offers", own | {"expires_at": self._random.choice((*_TIMES, _LATER))}, identifier)

    def _upload(self) -> Damaged | None:
        """One that is whole by its length and cannot be opened or delivered."""
        identifier = self._new("upload")
        kind = self._random.choice(("no case", "no name", "no time"))
        changes: dict[str, Any] = {"id": identifier, "state": "receiving", "length": 100, "expires_at": _LATER}
        (self._data_dir / "uploads" / f"{identifier}.part").write_bytes(self._random.randbytes(100))
        changes |= {
            "no case": {"case_id": "nothing"},
            "no name": {"staff_name": b""},
            "no time": {"expires_at": "soon"},
        }.get(kind, {})
        return self._copy("uploads", changes, identifier)

    def _signature(self) -> Damaged | None:
        """One that is not sealed yet, and whose strokes or document cannot be had."""
        identifier, document = self._new("signature"), self._new("document")
        broken = self._random.choice(("strokes", "witness", "page_hashes", "case"))
        self._copy(
            "documents", {"id": document, "state": "signed"} | ({"page_hashes": "{"} if broken == "page_hashes" else {})
        )
        changes: dict[str, Any] = {"witness": {"witness_name": b"?"}, "case": {"case_id": "nothing"}}.get(broken, {})
        return self._copy("signatures", {"id": identifier, "document_id": document} | changes, identifier)

    def _recording(self) -> Damaged | None:
        """A copy under another name, which its key does not open, with what a killed server leaves cut or missing."""
        known = sorted(one for one in self._data_dir.glob("recordings/*/*/") if not one.name.startswith("recording"))
        if not known:
            return None
        source, name = self._random.choice(known), self._new("recording")
        folder = source.parent / name
        shutil.copytree(source, folder)
        for made in ("acknowledged", "recording.json"):
            (folder / made).unlink(missing_ok=True)
        segments = sorted(folder.glob("*.seg"))
        if segments and self._random.random() < 0.7:
            cut = self._random.choice(segments)
            cut.write_bytes(cut.read_bytes()[: self._random.randrange(40)])
        if self._random.random() < 0.3:
            (folder / "recording.json").write_bytes(self._random.choice((b"", b"{", b"\xff" * 40)))
        return Damaged("recordings", name, told=True, with_case=source.parent.name)

    def _camera(self) -> Damaged:
        identifier = self._new("camera")
        site = self._random.choice(("town-02", "nowhere"))
        row = (identifier, site, "厅", "hall", "tcp", self._random.randbytes(60), self._random.randbytes(40))
        self._database.execute("INSERT INTO hall_cameras VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return Damaged("hall_cameras", identifier, told=True)

    def _item(self) -> Damaged | None:
        column, value = self._random.choice(
            (("materials", "{"), ("situations", "[7]"), ("department_id", "nothing"), ("expected_minutes", "long"))
        )
        return self._change("service_items", "id", "id <> 'item-001'", {column: value}, told=True)

    def _window(self) -> Damaged | None:
        column, value = self._random.choice((("hours", "{"), ("department_ids", "7"), ("site_id", "nowhere")))
        kept = "site_id NOT IN ('town-01', 'district')"
        return self._change("windows", "id", kept, {column: value}, told=True)

    def _staff(self) -> Damaged | None:
        column, value = self._random.choice((("roles", '["king"]'), ("skills", "{"), ("site_id", "nowhere")))
        kept = f"id NOT IN ('{_WORKER}', '{_CLERK}', 'staff-point002', 'staff-clerk002')"
        return self._change("staff", "id", kept, {column: value}, told=False)

    def _row_of_a_case(self) -> Damaged | None:
        table, column, value = self._random.choice(
            (
                ("case_files", "private", b"?"),
                ("case_files", "state", "no such"),
                ("case_files", "recording", "{"),
                ("case_files", "data_key", b"?"),
                ("materials", "state", "no such"),
                ("materials", "names", b"?"),
                ("pages", "sha256", "00"),
                ("pages", "findings", b"?"),
                ("documents", "page_hashes", "{"),
                ("documents", "titles", b"?"),
                ("documents", "state", "no such"),
                ("case_events", "words", b"?"),
                ("case_events", "hash", "00"),
                ("visits", "opened_at", "yesterday"),
                ("ticket_periods", "state", "no such"),
            )
        )
        # Those that were made here are to be named for what is wrong with them already.
        sound = "id NOT LIKE 'document0%'" if table == "documents" else "1"
        return self._change(table, "rowid", sound, {column: value}, told=False)

    def _blob(self) -> Damaged | None:
        known = [one for one in sorted(self._data_dir.glob("blobs/**/*")) if one.is_file()]
        free = [one for one in known if ("blob", one) not in self._used]
        if not free:
            return None
        path = self._random.choice(free)
        self._used.add(("blob", path))
        data = path.read_bytes()
        match self._random.randrange(3):
            case 0:
                path.unlink()
            case 1:
                path.write_bytes(data[: len(data) // 2])
            case _:
                at = self._random.randrange(len(data))
                path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        return Damaged("blob", path.name, told=False)

    def _audit(self) -> Damaged | None:
        column, value = self._random.choice((("at", "yesterday"), ("what", b"\xff"), ("hash", "00"), ("who", b"\xff")))
        return self._change("audit_log", "sequence", "1", {column: value}, told=False)

    def _session(self) -> Damaged | None:
        identifier = self._new("session")
        broken = self._random.choice(({"renewed_at": "yesterday"}, {"generation": "x"}, {"staff_id": "nobody"}))
        made = self._copy("sign_in_sessions", {"id": identifier} | broken, identifier)
        return None if made is None else Damaged("sign_in_sessions", identifier, told=False)

    def _counter(self) -> Damaged:
        key = self._new("counter")
        row = (key, "tries", self._random.choice(("many", b"?")), self._random.choice((_LATER, "yesterday")))
        self._database.execute("INSERT INTO sign_in_counters (key, kind, count, at) VALUES (?, ?, ?, ?)", row)
        return Damaged("sign_in_counters", key, told=True)

    def _audit_head(self) -> Damaged | None:
        """The file with the head of the audit log; the start puts it aside and says so in the log."""
        if ("file", "audit-head") in self._used:
            return None
        self._used.add(("file", "audit-head"))
        (self._data_dir / "audit-head").write_bytes(self._random.choice((b"", b"{", self._random.randbytes(200))))
        return Damaged("file", "audit-head", told=False)

    def _replay(self) -> Damaged | None:
        """A file of a replay, cut or of other bytes: it is made anew, or refused, when somebody asks for it."""
        known = sorted(one for one in self._data_dir.glob("recordings/*/*/replay*/*") if one.is_file())
        known += sorted(one for one in self._data_dir.glob("recordings/*/*/*.json") if one.is_file())
        free = [one for one in known if ("file", one) not in self._used]
        if not free:
            return None
        path = self._random.choice(free)
        self._used.add(("file", path))
        path.write_bytes(self._random.choice((b"", b"{", path.read_bytes()[:30], self._random.randbytes(60))))
        return Damaged("replay", str(path.relative_to(self._data_dir)), told=False)

    def _any_row(self) -> Damaged:
        table, row = self._any.next(self._used)
        return Damaged(f"any {table}", row, told=False)

    def _change(self, table: str, key: str, where: str, values: dict[str, Any], *, told: bool) -> Damaged | None:
        found = [row[0] for row in self._database.execute(f"SELECT {key} FROM {table} WHERE {where} ORDER BY {key}")]
        free = [one for one in found if (table, str(one)) not in self._used]
        if not free:
            return None
        identifier = self._random.choice(free)
        self._used.add((table, str(identifier)))
        changes = ", ".join(f"{name} = ?" for name in values)
        self._database.execute(f"UPDATE {table} SET {changes} WHERE {key} = ?", (*values.values(), identifier))
        return Damaged(table, str(identifier), told=told)

    def _copy(self, table: str, changes: dict[str, Any], identifier: str = "") -> Damaged | None:
        """A row as the first sound one of the table, with other values."""
        self._database.row_factory = sqlite3.Row
        kept = self._database.execute(f"SELECT * FROM {table} ORDER BY rowid LIMIT 1").fetchone()
        self._database.row_factory = None
        if kept is None:
            return None
        row = dict(kept) | changes
        names, places = ", ".join(row), ", ".join("?" * len(row))
        self._database.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", tuple(row.values()))
        self._used.add((table, str(row.get("id", identifier))))
        return Damaged(table, identifier, told=True)

    def _new(self, kind: str) -> str:
        self._number += 1
        return f"{kind}{self._number:05}"


def counts(damages: list[Damaged]) -> dict[str, int]:
    """How many there are of each kind."""
    return dict(sorted(Counter(one.kind for one in damages).items()))
