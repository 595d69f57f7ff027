"""Whether a session has room for one more: those who take part and those who watch are bounded apart."""

from __future__ import annotations

from collections.abc import Mapping

from rtc_server.sessions.errors import SessionFull
from rtc_server.sessions.interface import MEMBERS, WATCHERS, MemberRole


def require_room(members: Mapping[str, MemberRole], participant_id: str, role: MemberRole) -> None:
    """Raises `SessionFull` where the participant, who may be a member, cannot be one of this role."""
    watches = role is MemberRole.WATCHER
    most = WATCHERS if watches else MEMBERS
    others = sum((of is MemberRole.WATCHER) is watches for name, of in members.items() if name != participant_id)
    if others >= most:
        raise SessionFull(most=most)
