"""The last packets of a source, kept so that they can be sent again."""

from __future__ import annotations

from rtc_server.media_core.packet import Packet


class PacketCache:
    """A ring of packets by extended sequence number, bounded in their number and by age.

    It keeps the packets themselves and gives back those that they replace: copying each would be the dearest step of
    forwarding it, since what is kept lies in memory that no cache of the processor holds any more.
    """

    __slots__ = ("_mask", "_packets", "_seconds", "octets")

    def __init__(self, packets: int, seconds: float) -> None:
        """`packets` is a power of two; what is older than `seconds` is not given out."""
        if packets & (packets - 1):
            raise ValueError("the ring's size must be a power of two")
        self.octets = 0
        """The length of all packets that it was ever given."""
        self._mask = packets - 1
        self._seconds = seconds
        self._packets: list[Packet | None] = [None] * packets

    def put(self, packet: Packet, now: float) -> Packet | None:
        """Keeps a packet; the one a ring's length before it, which its owner may use again once it does not wait."""
        at = packet.number & self._mask
        before = self._packets[at]
        self._packets[at] = packet
        packet.kept, packet.arrival = True, now
        self.octets += packet.length
        return before

    def get(self, number: int, now: float) -> Packet | None:
        """The packet of this extended sequence number, None when it is gone, too old or never came."""
        packet = self.peek(number)
        return packet if packet is not None and now - packet.arrival <= self._seconds else None

    def peek(self, number: int) -> Packet | None:
        """The same however old it is."""
        packet = self._packets[number & self._mask]
        return packet if packet is not None and packet.number == number else None
