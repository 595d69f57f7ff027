"""The wire contract: every message type of HTTP and WebSocket, and what is generated from them."""
