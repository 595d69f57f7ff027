"""What a page is refused whatever it asks for."""

from __future__ import annotations

from foundation.errors import TooMany


class TooManyWatched(TooMany):
    """A page watches at most eight cases."""

    code = "too_many_watched"
    zh = "同时查看的案卷过多，请先关闭其他案卷。"
    en = "Too many cases are open. Close another one first."


class CommandsTooFast(TooMany):
    """A page sends more of what flows while a hand moves than a hand does."""

    code = "commands_too_fast"
    zh = "操作太快，请稍等。"
    en = "This is too fast. Please wait a moment."
