"""What guests from outside write into a case's history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from document_relay.case_core.history import Act
from signalling.slices.guests.messages import GuestPart

INVITED = "guest_invited"
JOINED = "guest_joined"
LEFT = "guest_left"
REMOVED = "guest_removed"

ACTS: Sequence[Act] = (
    Act(INVITED, "以一次性链接邀请{name}（{part}）加入通话", "Invited {name} ({part}) into the call by a link"),
    Act(JOINED, "以{part}身份加入通话", "Joined the call as {part}"),
    Act(LEFT, "离开通话", "Left the call"),
    Act(REMOVED, "取消{name}的通话邀请", "Ended the invitation of {name}"),
)
PARTS: Mapping[GuestPart, str] = MappingProxyType(
    {"interpreter": "翻译", "sign_interpreter": "手语翻译", "relative": "亲友", "helper": "帮办"}
)
"""In the history's own words."""
