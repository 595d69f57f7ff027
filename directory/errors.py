"""What the directory refuses.

Refusal
├── Unauthenticated  WrongPassword, TokenInvalid, SessionEnded
├── NotFound         NoSuchItem, NoSuchSite, NoSuchWindow, NoSuchStaff
└── TooMany          TooManyAttempts
"""

from __future__ import annotations

from foundation.errors import NotFound, TooMany, Unauthenticated


class WrongPassword(Unauthenticated):
    """Account or password is wrong; which of them is not said."""

    code = "wrong_password"
    zh = "账号或密码不正确。"
    en = "The account or the password is not right."


class TokenInvalid(Unauthenticated):
    """The access token is expired, forged, or for somebody else."""

    code = "token_invalid"
    zh = "登录已过期，请重新登录。"
    en = "Your sign-in has expired. Please sign in again."


class SessionEnded(Unauthenticated):
    """The refresh token is unknown, expired, or was used before."""

    code = "session_ended"
    zh = "登录已结束，请重新登录。"
    en = "Your session has ended. Please sign in again."


class TooManyAttempts(TooMany):
    """Too many wrong passwords for this account or from this address."""

    code = "too_many_attempts"
    zh = "密码错误次数过多，请 {minutes} 分钟后再试。"
    en = "Too many wrong passwords. Try again in {minutes} minutes."


class NoSuchItem(NotFound):
    """There is no such item."""

    code = "no_such_item"
    zh = "没有找到该事项。"
    en = "There is no such item."


class NoSuchSite(NotFound):
    """There is no such site."""

    code = "no_such_site"
    zh = "没有找到该站点。"
    en = "There is no such site."


class NoSuchWindow(NotFound):
    """There is no such window."""

    code = "no_such_window"
    zh = "没有找到该窗口。"
    en = "There is no such window."


class NoSuchStaff(NotFound):
    """There is no such person."""

    code = "no_such_staff"
    zh = "没有找到该工作人员。"
    en = "There is no such person."


class NoSuchCamera(NotFound):
    """There is no such camera, or not for this person."""

    code = "no_such_camera"
    zh = "没有找到该摄像头。"
    en = "There is no such camera."
