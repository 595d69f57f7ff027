"""How a mandate is drafted in a case."""

from __future__ import annotations

import hashlib
import hmac

from document_relay.case_core import mandates as acts
from document_relay.case_core.mandates import MandateState
from document_relay.mandate_records import Draft
from document_relay.store.folder import Tools
from document_relay.store.mandate_folder import MandateFolder
from document_relay.store.mandate_tables import MandateRow
from document_relay.store.mandates import MandateWords, mandate_words
from foundation.vault import Vault


class MandateMaker:
    """Makes the rows of drafts; knows the keyed hash by which a principal is found again."""

    def __init__(self, tools: Tools, vault: Vault) -> None:
        self._tools = tools
        self._secret = vault.secret("principals of mandates")

    def row(self, folder: MandateFolder, who: tuple[str, str], draft: Draft) -> MandateRow:
        """The row of a draft, which joins the case."""
        mandate_id, position = self._tools.identifiers.new(), len(folder.rows) + 1
        case = folder.case
        applicant = case.record().applicant_name
        words = MandateWords(
            principal_name=draft.principal_name,
            principal_number=acts.masked(draft.principal_number),
            actor_name=draft.actor_name,
            made_by=who[1],
            former_applicant=None if applicant == draft.principal_name else applicant,
        )
        return MandateRow(
            id=mandate_id,
            case_id=case.row.id,
            position=position,
            root_id=mandate_id,
            number=f"{case.row.number}-W{position}",
            state=MandateState.DRAFTED,
            way=None,
            item_id=case.row.item_id,
            principal_hash=self._hash(case.row.item_id, draft.principal_number),
            words=case.key.seal(words, f"mandate {mandate_id}"),
            relation=draft.relation,
            scope=[one for one in acts.SCOPES if one in draft.scope],
            until=draft.until.isoformat(),
            ends_at=draft.ends_at,
            document_id=None,
            page_id=None,
            made_at=self._tools.clock.now(),
            begun_at=None,
            ended_at=None,
        )

    async def draft(self, folder: MandateFolder, who: tuple[str, str], draft: Draft) -> MandateRow:
        """Adds the draft to the case; from now on somebody acts for the applicant, who is the principal."""
        row = self.row(folder, who, draft)
        folder.add(row)
        folder.case.row.acting = True
        if mandate_words(row, folder.case.key).former_applicant is not None:
            folder.case.change_private(applicant_name=draft.principal_name)
        said = {"principal": draft.principal_name, "actor": draft.actor_name}
        await folder.log(who, acts.DRAFTED, row, **said)
        return row

    def _hash(self, item_id: str, number: str) -> str:
        return hmac.new(self._secret, f"{item_id} {number}".encode(), hashlib.sha256).hexdigest()
