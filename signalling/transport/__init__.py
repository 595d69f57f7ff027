"""HTTP and WebSocket: what carries messages, and knows no noun."""
