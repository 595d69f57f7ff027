"""What consultations write into a case's history; the question is a note, which is for the offices alone."""

from __future__ import annotations

from collections.abc import Sequence

from document_relay.case_core.history import Act

ASKED = "consultation_asked"
JOINED = "consultation_joined"
LEFT = "consultation_left"
DECLINED = "consultation_declined"
UNANSWERED = "consultation_unanswered"
NOBODY = "consultation_nobody"
HANDED_OVER = "ticket_handed_over"
NOTE = "note_written"

ACTS: Sequence[Act] = (
    Act(ASKED, "邀请{name}参加会商", "Asked {name} into the call"),
    Act(JOINED, "加入会商", "Joined the call"),
    Act(LEFT, "离开会商", "Left the call"),
    Act(DECLINED, "未接受会商邀请", "Did not accept the invitation into the call"),
    Act(UNANSWERED, "{name}未应答会商邀请", "{name} did not answer the invitation into the call"),
    Act(NOBODY, "值班人员均未应答会商邀请", "Nobody on duty answered the invitation into the call"),
    Act(HANDED_OVER, "在通话中移交给{name}", "Handed the ticket over to {name} within the call"),
)
