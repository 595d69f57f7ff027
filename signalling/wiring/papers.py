"""Makes the parts of the slices that a case has: its papers, documents, findings, forms, mandates and recordings."""

from __future__ import annotations

from functools import partial

from signalling.identity.faces import VISIT_LINK
from signalling.slices import (
    cases,
    documents,
    findings,
    forms,
    guidance,
    handon,
    mandates,
    recordings,
    supplements,
)
from signalling.slices.recordings.files import recording_files
from signalling.slices.supplements.finders import Finders
from signalling.slices.supplements.searches import Searches
from signalling.transport.http.link_attempts import LinkAttempts
from signalling.wiring.shared import Shared


def cases_parts(shared: Shared) -> cases.Parts:
    """What cases need."""
    on = shared.on
    return cases.Parts(
        bus=on.ground.bus,
        case_files=on.documents.case_files,
        pages=on.documents.pages,
        access=on.documents.access,
        search=on.documents.search,
        zone=shared.zone,
        evidence=on.documents.evidence,
        recording_files=partial(recording_files, on.documents.case_files),
        cases=shared.cases,
        stills=shared.stills,
        personal=on.directory.personal,
        board=on.scheduler.board,
        reception=on.scheduler.reception,
        catalogue=on.directory.catalogue,
        registry=shared.registry,
    )


def documents_parts(shared: Shared) -> documents.Parts:
    """What documents need."""
    on = shared.on.documents
    return documents.Parts(
        documents=on.documents,
        signing=on.signing,
        authority=on.authority,
        upload_limit_bytes=shared.on.settings.upload_limit_bytes,
    )


def findings_parts(shared: Shared) -> findings.Parts:
    """What findings need."""
    on = shared.on.documents
    return findings.Parts(
        bus=shared.on.ground.bus,
        case_files=on.case_files,
        joint=on.joint,
        findings=on.findings,
        answers=on.answers,
        supplements=on.supplements,
        left=on.left,
        senders=shared.on.directory.senders,
        catalogue=shared.on.directory.catalogue,
        on_gone=shared.on.directory.people.on_gone,
        signed_in=shared.on.directory.sessions.signed_in,
        registry=shared.registry,
        today=shared.today,
        days=shared.days,
        colleagues_after_days=shared.on.settings.supplement_colleagues_days,
    )


def forms_parts(shared: Shared) -> forms.Parts:
    """What forms need."""
    on = shared.on
    return forms.Parts(
        bus=on.ground.bus,
        case_files=on.documents.case_files,
        forms=on.documents.forms,
        catalogue=on.directory.catalogue,
        clock=on.ground.clock,
        registry=shared.registry,
    )


def guidance_parts(shared: Shared) -> guidance.Parts:
    """What guiding needs."""
    return guidance.Parts(
        case_files=shared.on.documents.case_files,
        still_of=shared.stills.of,
        still_changes=shared.stills.changes,
        clock=shared.on.ground.clock,
        registry=shared.registry,
    )


def mandates_parts(shared: Shared) -> mandates.Parts:
    """What mandates need."""
    on = shared.on.documents
    return mandates.Parts(
        bus=shared.on.ground.bus,
        case_files=on.case_files,
        mandates=on.mandates,
        making=on.making,
        acting_forms=on.acting_forms,
        home_visits=on.home_visits,
        registry=shared.registry,
        clock=shared.on.ground.clock,
        zone=shared.zone,
    )


def handon_parts(shared: Shared) -> handon.Parts:
    """What handing on needs."""
    on = shared.on
    return handon.Parts(
        bus=on.ground.bus,
        tasks=on.tasks,
        database=on.ground.database,
        notifier=on.notices.notifier,
        clock=on.ground.clock,
        case_files=on.documents.case_files,
        hand_ons=on.documents.hand_ons,
        left=on.documents.left,
        results=on.documents.results,
        link_attempts=LinkAttempts(on.ground.clock),
        catalogue=on.directory.catalogue,
        people=on.directory.people,
        signed_in=on.directory.sessions.signed_in,
        registry=shared.registry,
        door=f"{on.settings.effective_public_url}{VISIT_LINK}",
        today=shared.today,
        days=shared.days,
    )


def supplements_parts(shared: Shared) -> supplements.Parts:
    """What supplements need."""
    on = shared.on
    return supplements.Parts(
        bus=on.ground.bus,
        case_files=on.documents.case_files,
        supplements=on.documents.supplements,
        found=on.documents.found_supplements,
        left=on.documents.left,
        finders=Finders(),
        senders=on.directory.senders,
        link_attempts=LinkAttempts(on.ground.clock),
        searches=Searches(on.ground.clock),
        catalogue=on.directory.catalogue,
        board=on.scheduler.board,
        people=on.directory.people,
        signed_in=on.directory.sessions.signed_in,
        registry=shared.registry,
        channels=on.notices.notifier.channels,
        day_of=lambda moment: moment.astimezone(shared.zone).date(),
        today=shared.today,
        days=shared.days,
        colleagues_after_days=on.settings.supplement_colleagues_days,
    )


def recordings_parts(shared: Shared) -> recordings.Parts:
    """What recordings need."""
    on = shared.on
    return recordings.Parts(
        bus=on.ground.bus,
        tasks=on.tasks,
        recorder=on.recorder,
        replays=on.replays,
        cases=shared.cases,
        case_files=on.documents.case_files,
        board=on.scheduler.board,
        reception=on.scheduler.reception,
        name_of=on.directory.people.name,
        sign_in=on.directory.sign_in,
        session_changes=shared.session_changes,
        damaged=shared.damaged,
    )
