"""The notices of a demonstration, as their receivers would have got them."""

from __future__ import annotations

from typing import Literal

from signalling.wire.values import Moment, Value


class SimulatedNoticeBody(Value, frozen=True, kw_only=True):
    """One notice; `address` is empty for a webhook, `parts` how many text messages it takes."""

    notice_id: str
    at: Moment
    channel: Literal["sms", "email", "webhook"]
    kind: str
    address: str
    language: Literal["zh-CN", "en"]
    subject: str
    text: str
    parts: int


class SimulatedNoticesBody(Value, frozen=True, kw_only=True):
    """The last 200, the newest first."""

    notices: list[SimulatedNoticeBody]
