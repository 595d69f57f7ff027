"""What waiting and calling write into a case's history."""

from __future__ import annotations

from document_relay.case_core.history import Act
from signalling.slices.tickets.clerk_messages import TOLD

WAITING_TOLD = Act(TOLD, "致等候群众：{text}", "Wrote to the waiting resident: {text}")
CALL_LEFT = Act("call_left", "申请人一方结束通话", "The applicant's side ended the call")
