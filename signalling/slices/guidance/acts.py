"""What guiding writes into a case's history: that it was done, once for each photograph that was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from document_relay.case_core.history import Act

GUIDED = "paper_guided"
ACTS: Sequence[Act] = (Act(GUIDED, "指导对方摆放“{material}”", "Guided the laying of “{material}”"),)
