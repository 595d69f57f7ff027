"""Seals what of residents was kept in the clear: tickets' answers, and texts that people wrote into case files."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from foundation.vault import Vault

revision = "0006"
down_revision = "0005"

Row = sa.RowMapping


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Else what is dropped would stand in the file's free pages.
        op.execute("PRAGMA secure_delete=ON")
    op.execute("ALTER TABLE tickets RENAME COLUMN answers TO clear")
    _add("tickets", "data_key")
    _add("tickets", "answers")
    _fill("tickets", "SELECT id, clear FROM tickets", _ticket)
    op.drop_column("tickets", "clear")
    _case_texts("materials", "names", "name_zh", "name_en")
    _case_texts("documents", "titles", "title_zh", "title_en")
    _case_texts("pages", "findings", "findings")
    _case_texts("uploads", "metadata_header", "metadata_header")


def downgrade() -> None:
    raise NotImplementedError("what is sealed stays sealed")


def _vault() -> Vault:
    vault = context.config.attributes.get("vault")
    if vault is None:
        raise ValueError("there are rows to be sealed, and no vault was given")
    return vault  # type: ignore[no-any-return]


def _ticket(row: Row) -> dict[str, bytes]:
    data_key = _vault().new_data_key()
    return {"data_key": data_key, "answers": _sealed(data_key, _plain(row["clear"]), f"answers {row['id']}")}


def _case_texts(table: str, column: str, *clear: str) -> None:
    """Puts the texts of the clear columns, one or a pair, sealed under the case's key into `column`."""
    for name in clear:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {name} TO clear_{name}")
    _add(table, column)
    read = ", ".join(f"t.clear_{name}" for name in clear)
    word = "metadata" if column == "metadata_header" else column

    def seal(row: Row) -> dict[str, bytes]:
        values = [row[f"clear_{name}"] for name in clear]
        value = _plain(values[0]) if column == "findings" else values[0] if len(values) == 1 else values
        return {column: _sealed(row["data_key"], value, f"case {row['case_id']} {word} {row['id']}")}

    query = f"SELECT t.id, t.case_id, c.data_key, {read} FROM {table} t JOIN case_files c ON c.id = t.case_id"  # noqa: S608
    _fill(table, query, seal)
    for name in clear:
        op.drop_column(table, f"clear_{name}")


def _sealed(data_key: bytes, value: object, what: str) -> bytes:
    return _vault().seal(bytes(data_key), json.dumps(value, ensure_ascii=False).encode(), what)


def _plain(stored: Any) -> Any:
    # PostgreSQL's driver reads JSON, SQLite's gives its text.
    return json.loads(stored) if isinstance(stored, str) else stored


def _add(table: str, name: str) -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    empty = sa.text("x''" if sqlite else "''")
    op.add_column(table, sa.Column(name, sa.LargeBinary, nullable=False, server_default=empty))
    if not sqlite:
        op.alter_column(table, name, server_default=None)


def _fill(table: str, query: str, seal: Callable[[Row], dict[str, bytes]]) -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.text(query)).mappings().all():
        values = seal(row)
        target = sa.table(table, sa.column("id"), *(sa.column(name, sa.LargeBinary) for name in values))
        connection.execute(sa.update(target).where(target.c.id == row["id"]).values(**values))
