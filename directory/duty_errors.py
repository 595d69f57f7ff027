"""What the duty rota refuses.

Refusal
├── DutyDayInvalid
├── NotFound               NoSuchDutyTurn, NoSuchDutyException
└── Conflict               NotOfDepartment, NotOnRota, StandInThemselves, TooManyDutyTurns, TooManyDutyExceptions,
                           RotaEmpty, NoDutyNow
"""

from __future__ import annotations

from foundation.errors import Conflict, NotFound, Refusal


class DutyDayInvalid(Refusal):
    """A day that there is not, that is over, or that is more than a year ahead."""

    code = "duty_day_invalid"
    zh = "日期 {day} 不行：只能选今天起一年内的日期。"
    en = "The date {day} cannot be: it has to be between today and a year from now."


class NoSuchDutyTurn(NotFound):
    """The turn is not there, or no more."""

    code = "no_such_duty_turn"
    zh = "没有找到这个班次，可能已被删除。"
    en = "There is no such turn. It may have been removed."


class NoSuchDutyException(NotFound):
    """The exception is not there, or no more."""

    code = "no_such_duty_exception"
    zh = "没有找到这个例外，可能已被删除。"
    en = "There is no such exception. It may have been removed."


class NotOfDepartment(Conflict):
    """Who does not know the department's business is not asked about it."""

    code = "not_of_department"
    zh = "此人不办理该部门的业务，不能排班。"
    en = "This person does not do the department's business, and cannot be on its rota."


class NotOnRota(Conflict):
    """Somebody without a turn has nothing to be away from."""

    code = "not_on_rota"
    zh = "此人在该部门没有班次，不用设例外。"
    en = "This person has no turn in the department, and needs no exception."


class StandInThemselves(Conflict):
    """Somebody is to stand in for themselves."""

    code = "stand_in_themselves"
    zh = "替班的人不能是本人。"
    en = "Nobody can stand in for themselves."


class TooManyDutyTurns(Conflict):
    """The department has as many turns as may be."""

    code = "too_many_duty_turns"
    zh = "一个部门最多排 {most} 个班次，请先删除不用的。"
    en = "A department has at most {most} turns. Remove some first."


class TooManyDutyExceptions(Conflict):
    """The department has as many exceptions as may be."""

    code = "too_many_duty_exceptions"
    zh = "一个部门最多设 {most} 个例外，请先删除不用的。"
    en = "A department has at most {most} exceptions. Remove some first."


class RotaEmpty(Conflict):
    """Nobody has made a rota for the department."""

    code = "rota_empty"
    zh = "该部门还没有排值班表。请另选一位同事，或请督导员排班。"
    en = "The department has no duty rota yet. Choose a colleague, or ask a supervisor to make one."


class NoDutyNow(Conflict):
    """Nobody is on duty at this hour, or who is is away."""

    code = "no_duty_now"
    zh = "值班表上现在这个时间没有人值班。请另选一位同事。"
    en = "The rota has nobody on duty at this hour. Choose a colleague."
