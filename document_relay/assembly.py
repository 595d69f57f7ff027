"""Puts the document relay together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from directory.result_links import ResultLinks
from directory.senders import SenderLinks
from document_relay.acting_forms import ActingForms
from document_relay.case_access import CaseAccess
from document_relay.case_core.acting import ACTING_ACTS
from document_relay.case_core.form_acts import FORM_ACTS
from document_relay.case_core.hand_on_acts import HAND_ON_ACTS
from document_relay.case_core.history import OWN_ACTS, Act, Acts
from document_relay.case_core.joint_acts import JOINT_ACTS
from document_relay.case_core.mandates import MANDATE_ACTS
from document_relay.case_core.supplement_acts import SUPPLEMENT_ACTS
from document_relay.case_files import CaseFiles
from document_relay.case_index import CaseIndex
from document_relay.case_search import CaseSearch
from document_relay.deliveries import Deliveries
from document_relay.disk_budget import DiskBudget
from document_relay.document_signing import Signing
from document_relay.documents import Archive, Documents
from document_relay.evidence.package import Evidence
from document_relay.findings import Findings
from document_relay.findings_by_link import FindingsLinks
from document_relay.fonts import Fonts
from document_relay.found_supplements import FoundSupplements
from document_relay.hand_on import HandOns
from document_relay.home_visits import HOME_ACTS, HomeVisits
from document_relay.joint_acceptance import JointAcceptances
from document_relay.joint_answer import JointAnswers
from document_relay.left_cases import LeftCases
from document_relay.mandate_maker import MandateMaker
from document_relay.mandate_making import MandateMaking
from document_relay.mandates import Mandates
from document_relay.material_pages import MaterialPages
from document_relay.ports import PaperReader
from document_relay.results import Results
from document_relay.shared_forms import SharedForms
from document_relay.signing.authority import SigningAuthority
from document_relay.store.folder import Tools
from document_relay.store.keyring import CaseBlobs
from document_relay.store.reading import CaseReader
from document_relay.summaries import Summaries
from document_relay.supplement_notices import SupplementNotices
from document_relay.supplements import Supplements
from document_relay.typesetting.papers import Papers
from document_relay.uploads import UploadLimits, Uploads
from foundation.blobs import Blobs
from foundation.clock import Clock
from foundation.database import Database, Outbox
from foundation.identifiers import Identifiers
from foundation.notifying import Notifier
from foundation.vault import Vault

_ACTS = (OWN_ACTS, JOINT_ACTS, FORM_ACTS, MANDATE_ACTS, ACTING_ACTS, HOME_ACTS, HAND_ON_ACTS, SUPPLEMENT_ACTS)


@dataclass(frozen=True)
class Needs:
    """What the document relay stands on; `reader` is `imaging.Imaging`."""

    database: Database
    outbox: Outbox
    clock: Clock
    identifiers: Identifiers
    vault: Vault
    blobs: Blobs
    reader: PaperReader
    budget: DiskBudget
    notifier: Notifier
    door: str
    """The address of the page that a link's secret is added to."""
    acts: Sequence[Act] = ()
    """What other packages write into a case's history."""


@dataclass(frozen=True)
class DocumentRelay:
    """The document relay's faces."""

    case_files: CaseFiles
    pages: MaterialPages
    case_index: CaseIndex
    access: CaseAccess
    search: CaseSearch
    uploads: Uploads
    documents: Documents
    signing: Signing
    evidence: Evidence
    joint: JointAcceptances
    findings: Findings
    supplements: Supplements
    found_supplements: FoundSupplements
    answers: JointAnswers
    summaries: Summaries
    forms: SharedForms
    mandates: Mandates
    making: MandateMaking
    acting_forms: ActingForms
    home_visits: HomeVisits
    hand_ons: HandOns
    left: LeftCases
    results: Results
    authority: SigningAuthority

    async def start(self) -> None:
        """Makes ready for uploads."""
        await self.uploads.start()

    async def take_up(self) -> None:
        """Ends what a former process left half done, which may take a while: signed documents, received uploads."""
        await self.signing.take_up()
        await self.uploads.take_up()

    async def close(self) -> None:
        """Ends the uploads under way."""
        await self.uploads.close()


def assemble(
    needs: Needs, data_dir: Path, zone: ZoneInfo, limits: UploadLimits | None = None, timestamp_url: str = ""
) -> DocumentRelay:
    """The document relay with its files below `data_dir`; papers carry the dates of `zone`.

    `timestamp_url` is the time stamp authority's that evidence packages are stamped by; empty for none. Raises
    `FontMissing`: no paper is set without the fonts.
    """
    reader = CaseReader(needs.vault, Acts(*_ACTS, needs.acts))
    tools = Tools(reader, needs.outbox, needs.clock, needs.identifiers, Fonts())
    blobs, papers = CaseBlobs(needs.blobs), Papers(zone)
    authority = SigningAuthority.open(data_dir / "signing", needs.vault, needs.clock)
    authority.timestamp_url = timestamp_url
    deliveries = Deliveries(needs.database, tools, blobs, needs.reader, needs.budget)
    archive = Archive(tools, blobs, needs.reader, needs.budget)
    documents = Documents(needs.database, tools, archive, papers, authority)
    signing = Signing(needs.database, tools, documents, archive, authority)
    mandates = Mandates(needs.database, tools, MandateMaker(tools, needs.vault), blobs)
    links = SenderLinks()
    told = SupplementNotices(needs.notifier, needs.clock, zone, needs.door)
    answering = FindingsLinks(tools, links, told)
    case_files = CaseFiles(needs.database, tools, blobs, needs.vault)
    return DocumentRelay(
        case_files=case_files,
        pages=MaterialPages(needs.database, tools),
        case_index=CaseIndex(case_files),
        access=CaseAccess(needs.database, tools),
        search=CaseSearch(needs.database, tools),
        uploads=Uploads(
            needs.database, tools, deliveries, (data_dir / "uploads", needs.budget), limits or UploadLimits()
        ),
        documents=documents,
        signing=signing,
        evidence=Evidence(needs.database, tools, blobs, authority, (data_dir, needs.budget)),
        summaries=Summaries(needs.database, tools, documents, archive, (papers, authority)),
        forms=SharedForms(needs.database, tools, documents, archive, papers),
        mandates=mandates,
        making=MandateMaking(needs.database, tools, mandates, (documents, archive, signing), (papers, authority)),
        acting_forms=ActingForms(needs.database, tools, (documents, archive, signing), (papers, authority)),
        home_visits=HomeVisits(needs.database, tools),
        hand_ons=HandOns(needs.database, tools),
        left=LeftCases(needs.database, tools),
        results=Results(needs.database, tools, archive, ResultLinks()),
        joint=JointAcceptances(needs.database, tools, told, answering),
        findings=Findings(needs.database, tools, told, answering),
        supplements=Supplements(needs.database, tools, links, told),
        found_supplements=FoundSupplements(needs.database, tools),
        answers=JointAnswers(needs.database, tools, documents, archive, (papers, authority, told)),
        authority=authority,
    )
