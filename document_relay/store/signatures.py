"""Queries over signatures."""

from __future__ import annotations

from sqlalchemy import select

from document_relay.case_core.lives import DocumentState
from document_relay.errors import NoSuchDocument
from document_relay.store.tables import DocumentRow, SignatureRow
from foundation.database import ReadSession, WriteSession


async def signatures_of(session: ReadSession, case_id: str) -> list[str]:
    """The ids of the case's signatures, in the order they were made."""
    ids = select(SignatureRow.id).where(SignatureRow.case_id == case_id).order_by(SignatureRow.id)
    return list(await session.scalars(ids))


async def unsealed(session: ReadSession) -> list[str]:
    """The ids of the signatures whose document is not sealed yet."""
    signed = select(SignatureRow.id).join(DocumentRow, DocumentRow.id == SignatureRow.document_id)
    return list(await session.scalars(signed.where(DocumentRow.state == DocumentState.SIGNED)))


async def signature(session: ReadSession, signature_id: str) -> SignatureRow:
    """The signature; raises `NoSuchDocument`."""
    row = await session.get(SignatureRow, signature_id)
    if row is None:
        raise NoSuchDocument
    return row


async def mark_of(session: ReadSession | WriteSession, document_id: str) -> SignatureRow:
    """What was drawn for the document; raises `NoSuchDocument`."""
    row: SignatureRow | None = await session.scalar(select(SignatureRow).where(SignatureRow.document_id == document_id))
    if row is None:
        raise NoSuchDocument
    return row
