"""What asking for help writes into a case's history."""

from __future__ import annotations

from document_relay.case_core.history import Act

ASKED = Act("help_asked", "申请人一方请求督导员协助", "The applicant's side asked for a supervisor")
ANSWERED = Act("help_answered", "督导员已回应协助请求", "The supervisor answered the request for help")
