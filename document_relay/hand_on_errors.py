"""What handing a case on refuses.

Refusal
├── Forbidden  NotYourDesk
├── NotFound   NoHandOn
└── Conflict   HandOnStands, HandOnTaken, SameDesk, NobodyDecidesThere, AskedOftenEnough, NotDecidedYet
"""

from __future__ import annotations

from foundation.errors import Conflict, Forbidden, NotFound


class NotYourDesk(Forbidden):
    """The case lies with another department, or another person has it."""

    code = "not_your_desk"
    zh = "这件转办件现在由{desk}负责，您不能这样操作。"
    en = "This case lies with {desk} now, so you cannot do this."


class NoHandOn(NotFound):
    """The case was not handed on."""

    code = "no_hand_on"
    zh = "本案没有转办。"
    en = "This case was not handed on."


class HandOnStands(Conflict):
    """The case is handed on: who took it decides."""

    code = "hand_on_stands"
    zh = "本案已转办至{desk}，由接收人作出决定。"
    en = "This case is handed on to {desk}; whoever takes it there decides."


class NotDecidedYet(Conflict):
    """There is no result of a hand-on to read."""

    code = "not_decided_yet"
    zh = "本案还没有转办结果。"
    en = "There is no result of this case yet."


class HandOnTaken(Conflict):
    """Another person was first."""

    code = "hand_on_taken"
    zh = "{name}已先接收这件转办件。"
    en = "{name} has taken this case already."


class SameDesk(Conflict):
    """It is to be handed on to the desk that has it."""

    code = "same_desk"
    zh = "不能转办给本窗口的同一部门。"
    en = "It is with this department here already."


class NobodyDecidesThere(Conflict):
    """Nobody at that centre decides for the department."""

    code = "nobody_decides_there"
    zh = "{site}没有可以办理该部门事项的人员，请选择其他部门或中心。"
    en = "Nobody at {site} decides for this department. Choose another one."


class AskedOftenEnough(Conflict):
    """The department has asked as often as it may."""

    code = "asked_often_enough"
    zh = "最多询问{most}次，请作出决定或者退回。"
    en = "A department asks back at most {most} times. Decide, or return the case."
