"""Phrases of one's own."""

from __future__ import annotations

from signalling.slices.chat.parts import Parts
from signalling.transport.http.endpoint import Endpoint
from signalling.transport.http.phrases import phrase_endpoints

ENDPOINTS: tuple[Endpoint[Parts], ...] = phrase_endpoints("/api/v1/chat-phrases", "chat_phrases", "one's own phrases")
