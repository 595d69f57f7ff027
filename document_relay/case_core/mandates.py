"""Mandates 委托书: who acts for whom, for which item, in what and until when; their lives, rules and words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, get_args

from document_relay.case_core.history import Act

Relation = Literal["worker", "relative", "agent"]
Scope = Literal["hand_in", "sign", "receive"]
SCOPES: Sequence[Scope] = get_args(Scope)
Way = Literal["signed", "paper", "former"]
"""How it came into force: signed in the call, shown as paper, or made in an earlier case of the same item."""


class MandateState(StrEnum):
    """Where a mandate is in its life."""

    DRAFTED = "drafted"
    IN_FORCE = "in_force"
    REVOKED = "revoked"
    EXPIRED = "expired"
    REFUSED = "refused"


MANDATE_TRANSITIONS: Mapping[MandateState, frozenset[MandateState]] = {
    MandateState.DRAFTED: frozenset({MandateState.IN_FORCE, MandateState.REFUSED, MandateState.EXPIRED}),
    MandateState.IN_FORCE: frozenset({MandateState.REVOKED, MandateState.EXPIRED}),
    MandateState.REVOKED: frozenset(),
    MandateState.EXPIRED: frozenset(),
    MandateState.REFUSED: frozenset(),
}
STANDING = frozenset({MandateState.DRAFTED, MandateState.IN_FORCE})
"""A case has one of these at most."""

RELATION_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "worker": ("社区（村）工作人员", "community worker"),
        "relative": ("亲属", "relative"),
        "agent": ("其他代理人", "other agent"),
    }
)
SCOPE_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "hand_in": ("提交材料", "handing in papers"),
        "sign": ("签署文件", "signing"),
        "receive": ("领取文书", "receiving documents"),
    }
)

DRAFTED = "mandate_drafted"
ASKED = "mandate_asked"
SIGNED = "mandate_signed"
ACCEPTED = "mandate_accepted"
CONFIRMED = "mandate_confirmed"
REFUSED = "mandate_refused"
REVOKED = "mandate_revoked"
EXPIRED = "mandate_expired"
IN_PERSON = "applicant_in_person"

MANDATE_ACTS: Sequence[Act] = (
    Act(DRAFTED, "拟定委托书 {number}，{principal}委托{actor}", "Drafted mandate {number}: {actor} for {principal}"),
    Act(ASKED, "请委托人签署委托书 {number}", "Asked the principal to sign mandate {number}"),
    Act(SIGNED, "委托人签署委托书 {number}，即时生效", "The principal signed mandate {number}; it is in force"),
    Act(ACCEPTED, "核验纸质委托书 {number}，即时生效", "Accepted mandate {number} on paper; it is in force"),
    Act(
        CONFIRMED,
        "确认沿用委托书 {former}，记为 {number}",
        "Confirmed that mandate {former} holds here, as {number}",
    ),
    Act(REFUSED, "未采用委托书 {number}：{reason}", "Mandate {number} was not taken: {reason}"),
    Act(REVOKED, "撤销委托书 {number}：{reason}", "Mandate {number} was revoked: {reason}"),
    Act(EXPIRED, "委托书 {number} 到期失效", "Mandate {number} has expired"),
    Act(IN_PERSON, "申请人本人办理：{reason}", "The applicant acts in person: {reason}"),
)
CODES = frozenset(act.code for act in MANDATE_ACTS)


def masked(number: str) -> str:
    """An identity number as it is shown: the first six and the last two signs."""
    return f"{number[:6]}{'*' * (len(number) - 8)}{number[-2:]}"


def named(scope: Iterable[str]) -> tuple[str, str]:
    """The acts that a mandate covers, in words."""
    wanted = [SCOPE_WORDS[one] for one in SCOPES if one in set(scope)]
    return "、".join(one[0] for one in wanted), ", ".join(one[1] for one in wanted)
