"""Where a participant's packets come from: which layer of which source every SSRC is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rtc_server.media_core.inbound import InboundStream
from rtc_server.media_core.rtp import FIXED, find_extension
from rtc_server.sessions.negotiation import LAYER, MID, REPAIRED_LAYER, MediaLine
from rtc_server.sessions.source import Layer, Source

_STREAMS: Final = 24
STREAMS_PER_SECOND: Final = 20
"""Streams begun anew: each takes memory for what may have to be retransmitted."""


class Origins:
    """The streams of one participant by SSRC, learned from its offer, header extensions and payload types."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        """`sources` by mid; they may still come."""
        self.by_ssrc: dict[int, tuple[Layer, InboundStream]] = {}
        self.by_ssrc_and_type: dict[int, tuple[Layer, InboundStream]] = {}
        """The same, by SSRC times 128 plus payload type."""
        self.allowance = STREAMS_PER_SECOND
        """How many more streams may begin before it is set again."""
        self.sources = sources
        self._announced: dict[int, Source] = {}
        self._rtx_of: dict[int, int] = {}
        self._mid = self._layer = self._repaired_layer = 0

    def negotiate(self, lines: Sequence[MediaLine]) -> None:
        """Learns the SSRCs and header extensions of an offer."""
        self._announced, self._rtx_of = {}, {}
        for line in lines:
            source = self.sources.get(line.section.mid)
            if source is None or line.source is None:
                continue
            extensions = line.section.extensions
            self._mid = self._mid or extensions.get(MID, 0)
            self._layer = self._layer or extensions.get(LAYER, 0)
            self._repaired_layer = self._repaired_layer or extensions.get(REPAIRED_LAYER, 0)
            # Where there are several layers, which SSRC is which is told by the packets alone.
            if not source.names:
                self._announced |= {ssrc: source for ssrc in line.section.ssrcs if ssrc not in line.section.rtx_ssrcs}
            self._rtx_of |= line.section.rtx_ssrcs

    def rtx_origin(self, data: bytearray, offset: int) -> int | None:
        """The SSRC whose packets this packet's SSRC retransmits (RFC 4588); None when it is not known to do so."""
        ssrc = FIXED.unpack_from(data)[4]
        origin = self._rtx_of.get(ssrc)
        if origin is not None or ssrc in self.by_ssrc:
            return origin
        name = _text(data, offset, self._repaired_layer)
        source = self._by_mid(data, offset) if name is not None else None
        layer = source.names.get(name or "") if source is not None else None
        if layer is None or layer.stream is None or len(self._rtx_of) >= _STREAMS:
            return None
        self._rtx_of[ssrc] = layer.stream.ssrc
        return layer.stream.ssrc

    def layer(self, data: bytearray, offset: int) -> Layer | None:
        """The layer that a packet is of; None when nothing tells, or there are too many streams already."""
        _, second, _, _, ssrc = FIXED.unpack_from(data)
        known = self.by_ssrc.get(ssrc)
        if known is not None:
            return known[0]
        if len(self.by_ssrc) >= _STREAMS:
            return None
        source = self._announced.get(ssrc) or self._by_mid(data, offset) or self._only(second & 0x7F)
        if source is None:
            return None
        return source.names.get(_text(data, offset, self._layer) or "") if source.names else source.main

    def begin(self, layer: Layer, ssrc: int, payload_type: int) -> tuple[Layer, InboundStream] | None:
        """A new stream of the layer; None when the payload type was not agreed on, or too many began just now."""
        before = layer.stream
        stream = layer.source.renew(layer, ssrc, payload_type) if self.allowance > 0 else None
        if stream is None:
            return None
        self.allowance -= 1
        if before is not None:
            self.by_ssrc.pop(before.ssrc, None)
            self.by_ssrc_and_type.pop(before.ssrc << 7 | before.payload_type, None)
        self.by_ssrc[ssrc] = self.by_ssrc_and_type[ssrc << 7 | payload_type] = layer, stream
        return layer, stream

    def _by_mid(self, data: bytearray, offset: int) -> Source | None:
        return self.sources.get(_text(data, offset, self._mid) or "")

    def _only(self, payload_type: int) -> Source | None:
        """The source of this payload type, if there is but one and its SSRC was not announced."""
        able = [source for source in self.sources.values() if source.takes(payload_type)]
        if len(able) != 1 or able[0] in self._announced.values():
            return None
        return able[0]


def _text(data: bytearray, offset: int, identifier: int) -> str | None:
    found = find_extension(data, offset, identifier) if identifier else None
    if found is None:
        return None
    at, size = found
    return data[at : at + size].decode("ascii", "replace")
