"""What connections have carried, those that have ended included."""

from __future__ import annotations

from rtc_server.sessions.participant import Participant


class Counts:
    """Sums over connections, those that have ended included."""

    def __init__(self) -> None:
        self.packets_received = self.packets_sent = self.bytes_received = self.bytes_sent = 0
        self.repeats = self.recovered = self.key_frames = 0

    def add(self, participant: Participant) -> None:
        """Adds what a connection has carried so far."""
        self.packets_received += participant.link.packets_received
        self.packets_sent += participant.link.packets_sent
        self.bytes_received += participant.link.bytes_received
        self.bytes_sent += sum(slot.out.octets for slot in participant.slots.values())
        self.repeats += participant.repeats
        self.recovered += sum(stream.recovered for stream in participant.streams)
        self.key_frames += participant.key_frames_asked

    def copy(self) -> Counts:
        """The same sums, to be added to apart."""
        other = Counts()
        other.__dict__.update(self.__dict__)
        return other
