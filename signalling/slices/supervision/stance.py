"""How a supervisor is in a call, and from where to where they may go. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

from foundation.errors import Conflict
from rtc_server.sessions.interface import MemberRole
from signalling.slices.calls.ports import Guest, Member


class Stance(StrEnum):
    """What a supervisor does in a call."""

    AWAY = "away"
    LISTENING = "listening"
    """Sees and hears, and is neither seen nor heard."""
    WHISPERING = "whispering"
    """Is heard by the clerk alone."""
    JOINED = "joined"
    """Is seen and heard by everybody."""


_ALL = frozenset(Stance)
TRANSITIONS: Mapping[Stance, frozenset[Stance]] = MappingProxyType(
    {
        Stance.AWAY: frozenset({Stance.LISTENING}),
        Stance.LISTENING: _ALL - {Stance.LISTENING},
        Stance.WHISPERING: _ALL - {Stance.WHISPERING},
        Stance.JOINED: _ALL - {Stance.JOINED},
    }
)
"""Every call begins with listening, which both sides are told; from there each way is open."""
LISTENERS_AT_MOST = 4
"""Supervisors in one call: each is a member of its session, and is named to both sides."""
_SPEAKS = frozenset({Stance.WHISPERING, Stance.JOINED})


class NoSuchStep(Conflict):
    """The supervisor is not in the call, or does already what they ask for."""

    code = "no_such_step"
    zh = "请先旁听这次通话；如果已在通话中，请看最新状态。"
    en = "Listen to this call first. If you are in it already, look at its newest state."


class SupervisorSpeaks(Conflict):
    """Another supervisor whispers, or has joined: one speaks at a time."""

    code = "supervisor_speaks"
    zh = "督导员 {name} 正在这次通话中发言，请稍后再试。"
    en = "Supervisor {name} speaks in this call already. Try again later."


class TooManyListen(Conflict):
    """As many supervisors are in the call as may be."""

    code = "too_many_listen"
    zh = "这次通话已有 {most} 位督导员旁听，请稍后再试。"
    en = "{most} supervisors are in this call already, as many as can. Try again later."


def require_ear(guests: Iterable[Guest], member: Member) -> None:
    """Raises `TooManyListen` when so many supervisors are in the call that this one cannot be as well."""
    if (
        sum(one.kind == "supervisor" and one.member.person_id != member.person_id for one in guests)
        >= LISTENERS_AT_MOST
    ):
        raise TooManyListen(most=LISTENERS_AT_MOST)


def stance_of(guest: Guest | None) -> Stance:
    """What a supervisor does who is this guest of a session."""
    if guest is None:
        return Stance.AWAY
    if guest.takes_part:
        return Stance.JOINED
    return Stance.WHISPERING if guest.whispers else Stance.LISTENING


def moved(guest: Guest, to: Stance, others: Iterable[Guest]) -> Guest:
    """The guest as they are after the step; raises `NoSuchStep`, `SupervisorSpeaks`."""
    if to not in TRANSITIONS[stance_of(guest)]:
        raise NoSuchStep
    if to in _SPEAKS:
        for one in others:
            if one.kind == "supervisor" and one.member != guest.member and stance_of(one) in _SPEAKS:
                raise SupervisorSpeaks(name=one.name)
    role = MemberRole.PARTY if to is Stance.JOINED else MemberRole.WATCHER
    return replace(guest, member=replace(guest.member, role=role), whispers=to is Stance.WHISPERING)
