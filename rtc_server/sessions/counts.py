"""What connections have carried, those that have ended included."""

from __future__ import annotations

from collections.abc import Collection

from rtc_server.sessions.media_statistics import MediaStatistics
from rtc_server.sessions.participant import Participant
from rtc_server.transport.port import MediaPort


class Counts:
    """Sums over connections, those that have ended included."""

    def __init__(self) -> None:
        self.packets_received = self.packets_sent = self.bytes_received = self.bytes_sent = 0
        self.retransmitted = self.recovered = self.key_frames = 0

    def add(self, participant: Participant) -> None:
        """Adds what a connection has carried so far."""
        self.packets_received += participant.link.packets_received
        self.packets_sent += participant.link.packets_sent
        self.bytes_received += participant.link.bytes_received
        self.bytes_sent += sum(slot.out.octets for slot in participant.slots.values())
        self.retransmitted += participant.feedback.retransmitted
        self.recovered += sum(stream.recovered for stream in participant.streams)
        self.key_frames += participant.feedback.key_frames_asked

    def copy(self) -> Counts:
        """The same sums, to be added to apart."""
        other = Counts()
        other.__dict__.update(self.__dict__)
        return other


def statistics(past: Counts, participants: Collection[Participant], sessions: int, port: MediaPort) -> MediaStatistics:
    """Counts since the start and numbers of now; `past` are those of connections that have ended."""
    counts = past.copy()
    for participant in participants:
        counts.add(participant)
    return MediaStatistics(
        participants=len(participants),
        connected=sum(participant.link.up for participant in participants),
        sessions=sessions,
        tcp_links=port.tcp_links,
        packets_received=counts.packets_received,
        packets_sent=counts.packets_sent,
        bytes_received=counts.bytes_received,
        bytes_sent=counts.bytes_sent,
        datagrams_dropped=port.datagrams_dropped,
        packets_retransmitted=counts.retransmitted,
        packets_recovered=counts.recovered,
        key_frames_requested=counts.key_frames,
        sends_failed=port.sends_failed,
    )
