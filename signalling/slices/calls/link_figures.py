"""What was last measured on each media link, for /metrics, without saying whose link it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import get_args

from rtc_server.sessions.interface import MediaEvent, ParticipantDisconnected, QualityChanged
from signalling.identity.faces import Face
from signalling.identity.participant import ParticipantId


@dataclass(frozen=True, kw_only=True)
class LinkFigure:
    """The figures of one link, under a number that is free again when it ends."""

    face: str
    """`point`, `window` or `supervisor`; `other` for what is nobody's page."""
    number: int
    """Lowest free one of its face, from 1: there are never more series than links were up at once."""
    loss_up: float
    """Share of packets lost on the way to the server, 0..1."""
    loss_down: float
    """The same on the way to the page."""
    rtt: float | None
    """Seconds; None until a report came back."""
    jitter: float
    """Seconds, of what arrives at the server."""


class LinkFigures:
    """Follows the media server; iterating gives the links that are measured now."""

    def __init__(self) -> None:
        self._figures: dict[str, LinkFigure] = {}

    def __iter__(self) -> Iterator[LinkFigure]:
        return iter(tuple(self._figures.values()))

    def take(self, event: MediaEvent) -> None:
        """Takes what the media server tells; a link that is only silent keeps its figures, it may go on."""
        match event:
            case QualityChanged():
                self._measured(event)
            case ParticipantDisconnected(reason="silent" | "replaced"):
                pass
            case ParticipantDisconnected():
                self._figures.pop(event.participant_id, None)

    def _measured(self, event: QualityChanged) -> None:
        former = self._figures.get(event.participant_id)
        face = _face(event.participant_id)
        self._figures[event.participant_id] = LinkFigure(
            face=face,
            number=self._free(face) if former is None else former.number,
            loss_up=event.loss_up,
            loss_down=event.loss_down,
            rtt=event.rtt,
            jitter=event.jitter,
        )

    def _free(self, face: str) -> int:
        taken = {figure.number for figure in self._figures.values() if figure.face == face}
        return next(number for number in count(1) if number not in taken)


def _face(participant_id: str) -> str:
    face = ParticipantId.parse(participant_id).face
    return face if face in get_args(Face) else "other"
