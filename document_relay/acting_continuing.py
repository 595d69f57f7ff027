"""A suspended acting goes on once the principal has signed the mandate to continue on the pad."""

from __future__ import annotations

from datetime import datetime

from document_relay.case_core import acting as acts
from document_relay.case_core.acting import ActingForm
from document_relay.errors import WrongCaseState
from document_relay.store.acting_folder import ActingFolder, require_form
from document_relay.store.folder import Folder
from foundation.database import WriteSession


async def require_waited_for(session: WriteSession, folder: Folder, document_id: str, now: datetime) -> None:
    """Raises unless this mandate to continue waits for its signature: `WrongCaseState`, `NotThisFormNow`."""
    forms = await ActingFolder.of(session, folder)
    waiting = forms.waiting()
    if waiting is None or waiting.document_id != document_id:
        raise WrongCaseState(former="continuation", wanted="signed")
    require_form(forms.standing(now), ActingForm.CONTINUATION)


async def continued(
    session: WriteSession, folder: Folder, document: tuple[str, str], who: tuple[str, str], now: datetime
) -> None:
    """Has the acting go on whose mandate to continue, named by id and hash, was just sealed."""
    document_id, sha256 = document
    forms = await ActingFolder.of(session, folder)
    row = forms.waiting()
    if row is None or row.document_id != document_id or not forms.standing(now).allows(ActingForm.CONTINUATION):
        # The mandate ended while the seal was made: the paper stays, and nothing goes on by it.
        return
    row.done_at = now
    await forms.log(who, acts.SIGNED, row, sha256=sha256)
