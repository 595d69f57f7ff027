"""What desks write into a case's history."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from document_relay.case_core.history import Act
from document_relay.case_core.wording import Words
from signalling.slices.desks.messages import VisitOutcome

OUTCOMES: Mapping[VisitOutcome, Words] = MappingProxyType(
    {
        "settled": ("已办结", "Settled"),
        "supplement": ("需补充材料", "Papers are missing"),
        "referred": ("转其他部门或窗口", "Referred to another office"),
        "not_settled": ("未办结", "Not settled"),
    }
)
"""What came of a visit, in the words of the history."""

VISIT_FINISHED = Act(
    "visit_finished", "结束本次办理：{outcome}", "Ended the visit: {outcome}", tuple(OUTCOMES.values())
)
