"""What the migrations make is what the mapped classes of the whole house describe."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.orm import Session

from directory.store.tables import SiteRow
from document_relay.case_core.history import OWN_ACTS, Acts
from document_relay.store.keyring import CaseKey
from document_relay.store.reading import CaseReader
from document_relay.store.tables import CaseRow, UploadRow
from foundation.database import Base, Database
from foundation.database.migrate import _configuration, migrate
from foundation.database.outbox import OutboxRow
from foundation.notifying.tables import NoticeRow
from foundation.vault import Vault
from scheduler.store import tickets
from scheduler.store.tables import TicketRow

# One of each module: naming it loads all that stand beside it.
NAMED = {row.__tablename__ for row in (OutboxRow, NoticeRow, SiteRow, TicketRow, CaseRow)}


@pytest.mark.both_databases
async def test_migrated_tables_are_the_described_ones(empty_url: str) -> None:
    """No table, column, type, key or index is missing, more, or other than the mapped classes say."""
    database = Database.open(empty_url)
    await migrate(database)
    async with database.read() as session:
        found = await session.run_sync(_differences)
    await database.close()
    assert found == []
    assert set(Base.metadata.tables) >= NAMED


def _differences(session: Session) -> list[object]:
    context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


NAME = "欧阳测试员"
VAULT = Vault(bytes(range(32)))


@pytest.mark.both_databases
async def test_what_was_kept_in_the_clear_is_sealed(empty_url: str) -> None:
    """Finding S5: the rows of an earlier version are read as before, and nobody else reads them."""
    database = Database.open(empty_url)
    async with database.write() as session:
        await session.run_sync(_make_before)
    with pytest.raises(ValueError, match="no vault"):
        await migrate(database)
    await migrate(database, VAULT)
    async with database.read() as session:
        case = await CaseReader(VAULT, Acts(OWN_ACTS)).whole(session, "c")
        ticket = await tickets.ticket(session, "t")
        upload = await session.get(UploadRow, "u")
        stored = [str(row) for row in (await session.execute(sa.text("SELECT * FROM tickets"))).all()]
    await database.close()
    assert (case.materials[0].name_zh, case.materials[0].name_en) == (f"{NAME}的证明", "proof")
    assert (case.documents[0].title_zh, case.documents[0].title_en) == (f"{NAME}.pdf", f"{NAME}.pdf")
    assert case.pages[0].findings == [["same_elsewhere", NAME, "x"]]
    assert upload is not None
    key = CaseKey(VAULT, "c", case.file.data_key)
    assert key.unseal(upload.metadata_header, "metadata u") == "filename 5qyn6Ziz"
    assert VAULT.unseal(ticket.data_key, ticket.answers, "answers t") == f'{{"applicant": "{NAME}"}}'.encode()
    assert NAME not in "".join(stored)


def _make_before(session: Session) -> None:
    """The tables of revision 0005 with a row in each of those that kept texts in the clear."""
    configuration, connection = _configuration(), session.connection()
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "0005")
    wrapped = VAULT.new_data_key()
    key, private = CaseKey(VAULT, "c", wrapped), {"applicant_name": NAME, "answers": []}
    case = {"id": "c", "data_key": wrapped, "private": key.seal(private, "private"), "state": "open"}
    rows: dict[str, dict[str, Any]] = {
        "visits": {"id": "v"},
        "tickets": {"id": "t", "visit_id": "v", "answers": {"applicant": NAME}, "state": "waiting"},
        "case_files": case,
        "materials": {"id": "m", "name_zh": f"{NAME}的证明", "name_en": "proof", "note": key.seal("", "note m")},
        "pages": {"id": "p", "material_id": "m", "findings": [["same_elsewhere", NAME, "x"]]},
        "documents": {"id": "d", "title_zh": f"{NAME}.pdf", "title_en": f"{NAME}.pdf", "state": "draft"},
        "uploads": {"id": "u", "material_id": "m", "metadata_header": "filename 5qyn6Ziz"},
    }
    for name, values in rows.items():
        table = sa.Table(name, sa.MetaData(), autoload_with=connection)
        filled = {one.name: _any(one, name) for one in table.columns if not one.nullable} | values
        connection.execute(sa.insert(table).values(**filled))


def _any(column: sa.Column[Any], table: str) -> Any:
    """Something for a column that the test does not speak of."""
    if column.name == "case_id":
        return "c"
    if column.name == "state" and table == "materials":
        return "requested"
    kind = column.type
    if isinstance(kind, sa.DateTime):
        return datetime(2026, 11, 1, tzinfo=UTC)
    if isinstance(kind, sa.Date):
        return datetime(2026, 11, 1, tzinfo=UTC).date()
    if isinstance(kind, sa.JSON):
        return []
    if isinstance(kind, sa.LargeBinary):
        return b""
    return "x" if isinstance(kind, sa.String) else 0
