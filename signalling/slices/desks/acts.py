"""What desks write into a case's history."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from document_relay.case_core.history import Act
from signalling.slices.desks.messages import VisitOutcome

VISIT_FINISHED = Act("visit_finished", "结束本次办理：{outcome}", "Ended the visit: {outcome}")

OUTCOMES: Mapping[VisitOutcome, str] = MappingProxyType(
    {"settled": "已办结", "supplement": "需补充材料", "referred": "转其他部门或窗口", "not_settled": "未办结"}
)
"""What came of a visit, in the words of the history."""
