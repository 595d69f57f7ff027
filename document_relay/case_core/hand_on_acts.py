"""What the handing on of a case writes into its history; what was asked and answered stands in its record."""

from __future__ import annotations

from collections.abc import Sequence

from document_relay.case_core.history import Act

MADE = "hand_on_made"
TAKEN = "hand_on_taken"
TAKEN_OVER = "hand_on_taken_over"
GIVEN_BACK = "hand_on_given_back"
ASKED_BACK = "hand_on_asked_back"
ANSWERED = "hand_on_answered"
RETURNED = "hand_on_returned"
DECIDED = "hand_on_decided"
LINKED = "hand_on_linked"

HAND_ON_ACTS: Sequence[Act] = (
    Act(MADE, "转办至{to}，办理期限{due}", "Handed on to {to}, to be decided by {due}"),
    Act(TAKEN, "{desk}接收转办件", "{desk} took the case that was handed on"),
    Act(TAKEN_OVER, "{desk}接手转办件的答复", "{desk} took over what comes back of the case"),
    Act(GIVEN_BACK, "{name}已离岗，转办件退回{desk}待接收", "{name} is gone; the case lies with {desk} again"),
    Act(ASKED_BACK, "向{desk}询问，请于{due}前答复", "Asked {desk} back, to be answered by {due}"),
    Act(ANSWERED, "{desk}已答复询问，办理期限{due}", "{desk} answered; to be decided by {due}"),
    Act(RETURNED, "退回{desk}办理，期限{due}", "Returned to {desk}, which is to go on by {due}"),
    Act(DECIDED, "转办件已由{desk}办结", "{desk} has decided the case that was handed on"),
    Act(LINKED, "生成查看办理结果的链接", "Made a link to read the result by"),
)
