"""How much a media server has carried, and how much it carries."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class MediaStatistics:
    """Counts since the start and numbers of now, for /metrics and /healthz."""

    participants: int
    connected: int
    sessions: int
    tcp_links: int
    packets_received: int
    packets_sent: int
    bytes_received: int
    """Datagrams of media, without IP and UDP headers."""
    bytes_sent: int
    """Payload of media, retransmissions not counted."""
    datagrams_dropped: int
    """Empty, too long, from nobody known, over the rate, or not authentic."""
    packets_retransmitted: int
    packets_recovered: int
    key_frames_requested: int
    sends_failed: int
