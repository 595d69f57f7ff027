"""Findings: several departments on one case, one list told to the applicant at once, one consolidated answer."""

from __future__ import annotations

from directory.principal import Permission
from document_relay.errors import CaseDamaged
from document_relay.joint_errors import NoJointAcceptance
from signalling.identity.faces import Face
from signalling.slices.findings.by_link import show_to_answer
from signalling.slices.findings.commands import COMMANDS
from signalling.slices.findings.events import follow
from signalling.slices.findings.messages import (
    AskedFindingsView,
    FindingsToAnswerView,
    FindingsView,
    LeftCasesView,
    SupplementsView,
    ToldFindingsView,
)
from signalling.slices.findings.parts import Parts
from signalling.slices.findings.views import show_asked, show_findings, show_left, show_supplements, show_told
from signalling.transport.declared_refusals import CASE_READ
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

_WINDOW: frozenset[Face] = frozenset({"window"})
_POINT: frozenset[Face] = frozenset({"point"})
_ANSWERER: frozenset[Face] = frozenset({"answerer"})

SLICE: Slice[Parts] = Slice(
    "findings",
    commands=COMMANDS,
    topics=(
        Topic(
            "findings",
            FindingsView,
            show_findings,
            faces=_WINDOW,
            permission=Permission.CONSULT,
            refusals=CASE_READ | {CaseDamaged},
            with_case=True,
        ),
        Topic(
            "told_findings",
            ToldFindingsView,
            show_told,
            faces=_POINT,
            permission=Permission.SHOW_PAPERS,
            refusals=CASE_READ | {CaseDamaged},
            with_case=True,
        ),
        Topic(
            "findings_to_answer",
            FindingsToAnswerView,
            show_to_answer,
            faces=_ANSWERER,
            permission=Permission.DELIVER,
            refusals=CASE_READ | {CaseDamaged, NoJointAcceptance},
        ),
        Topic("asked_findings", AskedFindingsView, show_asked, faces=_WINDOW, permission=Permission.CONSULT),
        Topic("left_cases", LeftCasesView, show_left, faces=_WINDOW, permission=Permission.SERVE),
        Topic("supplements", SupplementsView, show_supplements, faces=_POINT, permission=Permission.FOLLOW_CASES),
    ),
    follow=follow,
)
