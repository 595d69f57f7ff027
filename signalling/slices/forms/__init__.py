"""Forms that the applicant's side and the clerk fill in together, field by field."""

from __future__ import annotations

from directory.principal import Permission
from document_relay.errors import CaseDamaged
from signalling.slices.forms.commands import COMMANDS
from signalling.slices.forms.events import follow
from signalling.slices.forms.messages import FormLayoutView, FormView
from signalling.slices.forms.parts import Parts
from signalling.slices.forms.showing import FACES, LAYOUT, VALUES
from signalling.slices.forms.views import show_form, show_layout
from signalling.transport.declared_refusals import CASE_READ
from signalling.transport.slice import Slice, Topic

__all__ = ("SLICE", "Parts")

_READ = CASE_READ | {CaseDamaged}

SLICE: Slice[Parts] = Slice(
    "forms",
    commands=COMMANDS,
    topics=(
        Topic(
            LAYOUT,
            FormLayoutView,
            show_layout,
            faces=FACES,
            permission=Permission.READ_CASE,
            refusals=_READ,
            with_case=True,
        ),
        Topic(
            VALUES,
            FormView,
            show_form,
            faces=FACES,
            permission=Permission.READ_CASE,
            refusals=_READ,
            with_case=True,
            rest_seconds=0.05,
        ),
    ),
    follow=follow,
)
