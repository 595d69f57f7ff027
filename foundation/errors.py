"""The tree of refusals: what a caller did that cannot be done, with a stable code and a sentence.

    Refusal
    ├── Invalid          400  the request makes no sense
    ├── Unauthenticated  401  nobody knows who asks
    ├── Forbidden        403  this person may not
    ├── NotFound         404  there is no such thing
    ├── Conflict         409  not in this state
    ├── Gone             410  it was there
    ├── TooLarge         413  over a limit
    ├── Unsupported      415  not this kind of content
    ├── TooMany          429  too often
    ├── InternalError    500  a fault of our own
    └── Unavailable      503  not now

A mistake of a user or of another machine is a `Refusal`. A broken promise of our own code is not: it crashes what asked
for it, and at the rim, where somebody waits for an answer, it becomes an `InternalError`.
Each package derives its own classes, so that code, status and sentence stand in one place.
"""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

Language = Literal["zh-CN", "en"]


class Words(NamedTuple):
    """A part of a sentence in both languages."""

    zh: str
    en: str


class Refusal(Exception):
    """Something that was asked for and is not done.

    The keyword arguments fill the sentence's {places}: names and numbers as they are, everything else as `Words`.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    zh: ClassVar[str] = "无法完成此操作。"
    en: ClassVar[str] = "This cannot be done."
    reference: str | None = None
    """What finds it in the log, where somebody has to look for it there."""
    retry_after_seconds: int | None = None
    """When to ask again, where waiting helps."""

    def __init__(self, **parameters: object) -> None:
        super().__init__(f"{self.code} {parameters}" if parameters else self.code)
        self.parameters = parameters

    def sentence(self, language: Language) -> str:
        """What to tell the person, in their language."""
        template = self.zh if language == "zh-CN" else self.en
        return template.format(**{name: _worded(value, language) for name, value in self.parameters.items()})


def _worded(value: object, language: Language) -> object:
    if isinstance(value, Words):
        return value.zh if language == "zh-CN" else value.en
    return value


class Invalid(Refusal):
    """The request makes no sense; `path` names the field, and `problem`, as `Words`, says what is wrong with it."""

    code = "invalid"
    status = 400
    zh = "提交的内容有误（{path}）：{problem}"
    en = "The request is not valid ({path}): {problem}"


class Unauthenticated(Refusal):
    """Nobody knows who asks."""

    code = "unauthenticated"
    status = 401
    zh = "登录已失效，请重新登录。"
    en = "You are signed out. Please sign in again."


class Forbidden(Refusal):
    """This person may not."""

    code = "forbidden"
    status = 403
    zh = "您没有此项操作的权限。"
    en = "You are not allowed to do this."


class NotFound(Refusal):
    """There is no such thing."""

    code = "not_found"
    status = 404
    zh = "没有找到所需的内容。"
    en = "It was not found."


class Conflict(Refusal):
    """It cannot be done in the present state."""

    code = "conflict"
    status = 409
    zh = "当前状态下不能这样操作，请刷新后再试。"
    en = "This is not possible in the present state. Refresh and try again."


class Gone(Refusal):
    """It was there, and is no more."""

    code = "gone"
    status = 410
    zh = "该内容已失效。"
    en = "It is no longer available."


class TooLarge(Refusal):
    """It is over a limit."""

    code = "too_large"
    status = 413
    zh = "内容过大。"
    en = "It is too large."


class Unsupported(Refusal):
    """Not this kind of content."""

    code = "unsupported"
    status = 415
    zh = "不支持这种格式。"
    en = "This format is not supported."


class TooMany(Refusal):
    """Too often, or too much at once."""

    code = "too_many"
    status = 429
    retry_after_seconds = 5
    zh = "操作过于频繁，请稍后再试。"
    en = "Too many requests. Please wait a moment."


class InternalError(Refusal):
    """A fault of our own; `reference` finds it in the log."""

    reference: str
    code = "internal_error"
    status = 500
    zh = "服务器出错，编号 {reference}。请再试一次；仍不行请把编号告诉管理员。"
    en = "The server failed, reference {reference}. Try again; if it stays, tell the administrator the reference."

    def __init__(self, reference: str) -> None:
        super().__init__(reference=reference)
        self.reference = reference


class Unavailable(Refusal):
    """Not now: a part of the service is down or full."""

    code = "unavailable"
    status = 503
    retry_after_seconds = 5
    zh = "服务暂时不可用，请稍后再试。"
    en = "The service is not available just now. Please try again."
